"""Which part of a photo a crop shows."""

import random

import pytest

from tests.webapp.capture.conftest import InBrowser

pytestmark = pytest.mark.browser

_PART = "({ partOf }, [size, crop]) => Object.values(partOf(size, crop))"
WHOLE = {"shape": "original", "zoom": 1, "x": 0.5, "y": 0.5}
SIZE = {"width": 400, "height": 300}


@pytest.mark.parametrize(
    ("crop", "part"),
    [
        ({}, [0, 0, 400, 300]),
        ({"zoom": 2}, [100, 75, 200, 150]),
        ({"shape": "square"}, [50, 0, 300, 300]),
        ({"shape": "square", "x": 0}, [0, 0, 300, 300]),
        ({"shape": "portrait"}, [80, 0, 240, 300]),
        ({"shape": "portrait", "zoom": 2, "x": 1, "y": 1}, [280, 150, 120, 150]),
        # Nearer than the nearest, further than the whole.
        ({"zoom": 99}, [150, 113, 100, 75]),
        ({"zoom": 0.1, "x": -5}, [0, 0, 400, 300]),
    ],
)
def test_part_of_a_photo_has_the_shape_and_stays_inside(
    in_browser: InBrowser, crop: dict[str, object], part: list[int]
) -> None:
    assert in_browser("framing", _PART, [SIZE, WHOLE | crop]) == part


def test_no_series_of_moves_leads_out_of_the_photo(in_browser: InBrowser) -> None:
    dice = random.Random(7)
    moves = [
        [dice.choice(["pull", "zoom"]), dice.uniform(-2, 2), dice.uniform(-2, 2), dice.uniform(0, 6)]
        for _ in range(500)
    ]

    outside = in_browser(
        "framing",
        """({ partOf, pulled, zoomedAt, SHAPES }, moves) => {
            const size = { width: 1201, height: 799 };
            return Object.keys(SHAPES).flatMap((shape) => {
                let crop = { shape, zoom: 1, x: 0.5, y: 0.5 };
                return moves.filter(([kind, x, y, zoom]) => {
                    crop = kind === "pull" ? pulled(size, crop, x, y) : zoomedAt(size, crop, zoom, { x, y });
                    const { left, top, width, height } = partOf(size, crop);
                    return left < 0 || top < 0 || width < 1 || height < 1 || left + width > 1201 || top + height > 799;
                });
            });
        }""",
        moves,
    )

    assert outside == []


def test_zooming_keeps_the_place_under_the_fingers(in_browser: InBrowser) -> None:
    left_top = in_browser(
        "framing",
        """({ partOf, zoomedAt }, [size, crop]) => {
            const { left, top } = partOf(size, zoomedAt(size, crop, 2, { x: 0, y: 0 }));
            return [left, top];
        }""",
        [SIZE, WHOLE],
    )

    assert left_top == [0, 0]


def test_pulling_to_the_right_shows_what_lay_further_left(in_browser: InBrowser) -> None:
    left = in_browser(
        "framing",
        "({ partOf, pulled }, [size, crop]) => partOf(size, pulled(size, crop, 0.25, 0)).left",
        [SIZE, WHOLE | {"zoom": 2}],
    )

    assert left == 50
