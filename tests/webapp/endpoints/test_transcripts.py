"""Words put right over HTTP, and the transcript to take along."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from models.tables import MediaItem, RoleKind
from tests.factories import make_transcript
from tests.webapp.endpoints.stage import OT, Stage, Student, now

HEARD = "One foot ball match in Umeå."


@dataclass(frozen=True, slots=True)
class Podcast:
    """A student's draft with a recording that was written down."""

    student: Student
    reflection: UUID
    media: UUID
    transcript: UUID

    def put_right(self, *words: dict[str, Any], transcript: UUID | None = None) -> httpx.Response:
        """Put words of the first segment right."""
        wanted = {
            "transcript": str(transcript or self.transcript),
            "words": [{"segment": 0} | word for word in words],
        }
        return self.student.put(f"/api/v1/media/{self.media}/transcript/words", json=wanted)

    def taken(self, kind: str, query: str = "") -> httpx.Response:
        """Take the transcript along."""
        return self.student.get(f"/media/{self.media}/transcript/{kind}{query}").raise_for_status()


@pytest.fixture
def podcast(stage: Stage, voice: bytes) -> Podcast:
    student = stage.student()
    reflection = student.reflection("podcast")
    media = student.upload(reflection, voice)
    assert student.prepared(media)["state"] == "ready"

    async def heard() -> UUID:
        return (await make_transcript(await MediaItem.get(id=media), HEARD, at=now())).id

    return Podcast(student, reflection, media, stage.do(heard))


JOINED = ({"word": 1, "text": "football"}, {"word": 2, "joined": True})


def test_joined_words_come_back_as_they_hold(podcast: Podcast) -> None:
    answer = podcast.put_right(*JOINED)

    assert answer.status_code == 200
    words = answer.json()["words"]
    assert [(word["text"], word["heard"], word["joined"]) for word in words[1:3]] == [
        ("football", "foot", False),
        ("", "ball", True),
    ]
    assert (words[1]["start_seconds"], words[1]["end_seconds"]) == (1.0, 3.0)
    assert podcast.taken("txt").text == "One football match in Umeå.\n"


def test_the_places_of_another_transcript_are_refused(podcast: Podcast) -> None:
    answer = podcast.put_right({"word": 1, "text": "feet"}, transcript=uuid4())

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "no_such_word")
    assert podcast.taken("txt").text == HEARD + "\n"


def test_after_the_hand_in_nothing_is_put_right(podcast: Podcast) -> None:
    podcast.student.submit(podcast.reflection).raise_for_status()

    assert podcast.put_right({"word": 1, "text": "feet"}).status_code == 409


def test_each_kind_is_a_file_with_a_name_and_nobody_keeps_a_copy(podcast: Podcast) -> None:
    answers = {kind: podcast.taken(kind) for kind in ("vtt", "txt", "html", "pdf")}

    assert {kind: answer.headers["Content-Type"] for kind, answer in answers.items()} == {
        "vtt": "text/vtt; charset=utf-8",
        "txt": "text/plain; charset=utf-8",
        "html": "text/html; charset=utf-8",
        "pdf": "application/pdf",
    }
    for kind, answer in answers.items():
        place, *names = answer.headers["Content-Disposition"].split("; ")
        assert place == ("inline" if kind == "html" else "attachment")
        assert all(name.rstrip('"').endswith(f".{kind}") for name in names)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'; style-src 'sha256-")


def test_a_page_to_print_says_who_spoke_and_how_much_was_put_right(podcast: Podcast) -> None:
    podcast.put_right(*JOINED)

    page = podcast.taken("html").text

    assert podcast.student.get("/api/v1/me").json()["name"] in page
    assert "Written down by a machine (scripted). The student corrected 2 of 6 words." in page
    assert "One football match in Umeå." in page


def test_an_assessor_takes_the_words_along_as_they_were_handed_in(stage: Stage, podcast: Podcast) -> None:
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    podcast.put_right(*JOINED)
    podcast.student.submit(podcast.reflection).raise_for_status()
    stage.judge(podcast.reflection, actor, "Say more.")
    podcast.put_right({"word": 0, "text": "No"}).raise_for_status()

    texts = [visitor.get(f"/media/{podcast.media}/transcript/txt").text for visitor in (assessor, podcast.student)]

    assert texts == ["One football match in Umeå.\n", "No football match in Umeå.\n"]


def test_a_search_finds_ones_own_words_and_nobody_elses(stage: Stage, podcast: Podcast) -> None:
    other = stage.student()

    pages = [visitor.get("/search?q=umeå").text for visitor in (podcast.student, other)]

    assert ["search-result" in page for page in pages] == [True, False]


def test_what_is_looked_for_is_shown_as_text(podcast: Podcast) -> None:
    page = podcast.student.get('/search?q="><script>alert(1)</script>').text

    assert "<script>alert(1)" not in page
