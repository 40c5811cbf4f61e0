"""The player of a reflection: both copies, the one that plays everywhere first."""

import re
from uuid import uuid4

import pytest

from models.tables import MediaItem
from webapp.components.piece import sources

WEBM, MP4 = "video/webm", "video/mp4"


@pytest.mark.parametrize(
    ("first", "second", "types", "places"),
    [
        (WEBM, MP4, [MP4, WEBM], ["/alternate", ""]),
        (MP4, WEBM, [MP4, WEBM], ["", "/alternate"]),
        ("audio/webm", "", ["audio/webm"], [""]),
        ("audio/mpeg", "", ["audio/mpeg"], [""]),
    ],
)
def test_the_copy_that_plays_everywhere_is_offered_first(
    first: str, second: str, types: list[str], places: list[str]
) -> None:
    media = MediaItem(id=uuid4(), content_type=first, alternate_type=second, alternate_key="there" if second else "")

    markup = sources(media)

    assert re.findall(r'type="([^"]+)"', markup) == types
    assert re.findall(r'src="([^"]+)"', markup) == [f"/media/{media.id}{place}" for place in places]
