"""The machine's English beside a transcript: what each reader sees of it, always with its mark."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pypdfium2
import pytest

from models.actions import transcripts
from models.queries.people import actor_of
from models.tables import Enrolment, MediaItem, Person, Reflection, RoleKind, Transcript
from models.tables.jobs import TRANSLATE
from tests.factories import edition, make_media, make_transcript, make_translation, pin
from tests.webapp.endpoints.stage import DENTAL, OT, Stage, Student, now
from tests.webapp.server import Visitor

MARK = "Machine translation, not checked"
SPOKEN = "Vi träffade folk från Gent."
ENGLISH = ("We met people from Ghent.", "They were <kind>.")


@dataclass(frozen=True, slots=True)
class Podcast:
    """A student's podcast in Swedish that is written down."""

    student: Student
    reflection: UUID
    media: UUID
    transcript: UUID

    def taken(self, visitor: Visitor, kind: str) -> bytes:
        """Take the transcript along."""
        return visitor.get(f"/media/{self.media}/transcript/{kind}").raise_for_status().content


def _podcast(stage: Stage, *sentences: str, english_readers: bool = True) -> Podcast:
    student = stage.student()

    async def pinned() -> None:
        rules = edition(f"english-{english_readers}-{student.enrolment_id}", english_readers=english_readers)
        await pin(await Enrolment.get(id=student.enrolment_id), rules)

    stage.do(pinned)
    reflection_id = student.reflection("podcast", language="sv")

    async def heard() -> tuple[UUID, UUID]:
        # Not due yet, so that the application leaves the work to the test.
        later = now() + timedelta(days=1)
        reflection = await Reflection.get(id=reflection_id).select_related("enrolment")
        media = await make_media(reflection, at=later)
        transcript = await make_transcript(media, SPOKEN, language="sv", at=later)
        if sentences:
            await make_translation(transcript, *sentences, at=now())
        return media.id, transcript.id

    return Podcast(student, reflection_id, *stage.do(heard))


@pytest.fixture(scope="module")
def podcast(stage: Stage) -> Podcast:
    """One with its translation, handed in."""
    podcast = _podcast(stage, *ENGLISH)
    podcast.student.submit(podcast.reflection).raise_for_status()
    return podcast


@pytest.fixture(scope="module")
def assessor(stage: Stage) -> Visitor:
    return stage.colleague("Astrid", RoleKind.ASSESSOR, OT)[0]


@pytest.fixture(scope="module")
def staff(stage: Stage) -> Visitor:
    return stage.colleague("Sten", RoleKind.STAFF, OT)[0]


def shown(visitor: Visitor, path: str) -> str:
    return visitor.get(path).raise_for_status().text


def test_every_reader_sees_both_and_the_mark(podcast: Podcast, assessor: Visitor, staff: Visitor) -> None:
    pages = [
        shown(podcast.student, f"/reflections/{podcast.reflection}"),
        shown(assessor, f"/assess/{podcast.reflection}"),
        shown(staff, f"/reflections/{podcast.reflection}"),
    ]

    for page in pages:
        assert "träffade" in page or "tr\\u00e4ffade" in page
        assert f"In English – {MARK}" in page
        assert (
            "Made by a machine (scripted) from the recording; corrections of the transcript do not change it." in page
        )
        assert "We met people from Ghent." in page


def test_the_second_captions_say_that_a_machine_made_them(podcast: Podcast, assessor: Visitor) -> None:
    page = shown(assessor, f"/assess/{podcast.reflection}")
    captions = assessor.get(f"/media/{podcast.media}/captions.en.vtt").raise_for_status()

    assert page.index("captions.vtt") < page.index("captions.en.vtt")
    assert "English, machine translation" in page
    assert captions.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert captions.text.startswith(f"WEBVTT\n\nNOTE {MARK}\n\n00:00:00.000 --> ")
    assert "They were &lt;kind&gt;." in captions.text


def test_what_is_taken_along_has_the_original_first_and_the_marked_english_after_it(
    podcast: Podcast, assessor: Visitor
) -> None:
    text = podcast.taken(assessor, "txt").decode()
    page = podcast.taken(assessor, "html").decode()
    pdf = pypdfium2.PdfDocument(podcast.taken(assessor, "pdf"))
    printed = "\n".join(one.get_textpage().get_text_range() for one in pdf)

    assert [text.index(part) for part in (SPOKEN, MARK.upper(), ENGLISH[0])] == sorted(
        [text.index(part) for part in (SPOKEN, MARK.upper(), ENGLISH[0])]
    )
    for content in (page, printed):
        places = [content.index(part) for part in (SPOKEN, MARK, ENGLISH[0])]
        assert places == sorted(places)
    assert '<div lang="en">\n<p><time>0:00</time> We met people from Ghent. They were &lt;kind&gt;.</p>' in page
    assert podcast.taken(assessor, "en.vtt").decode().startswith(f"WEBVTT\n\nNOTE {MARK}\n")


def test_where_there_is_no_translation_nothing_speaks_of_it(stage: Stage) -> None:
    podcast = _podcast(stage, english_readers=False)

    page = shown(podcast.student, f"/reflections/{podcast.reflection}")

    assert ("captions.en.vtt" in page, MARK in page, "translation into English" in page) == (False, False, False)
    assert podcast.taken(podcast.student, "txt").decode() == f"{SPOKEN}\n"
    assert podcast.student.get(f"/media/{podcast.media}/captions.en.vtt").status_code == 404
    assert podcast.student.get(f"/media/{podcast.media}/transcript/en.vtt").status_code == 404


@pytest.mark.parametrize("path", ["captions.en.vtt", "transcript/en.vtt", "transcript/txt"])
def test_nobody_else_gets_it(stage: Stage, podcast: Podcast, path: str) -> None:
    others = [
        stage.shared_student(),
        stage.colleague("Dora", RoleKind.STAFF, DENTAL)[0],
        stage.colleague("Disa", RoleKind.ASSESSOR, DENTAL)[0],
    ]

    assert [other.get(f"/media/{podcast.media}/{path}").status_code for other in others] == [404, 404, 404]


def test_an_assessor_gets_it_with_the_hand_in_and_not_before(stage: Stage, assessor: Visitor) -> None:
    podcast = _podcast(stage, *ENGLISH)
    path = f"/media/{podcast.media}/captions.en.vtt"
    before = assessor.get(path).status_code
    podcast.student.submit(podcast.reflection).raise_for_status()

    assert (before, assessor.get(path).status_code) == (404, 200)


@pytest.mark.parametrize(
    ("is_stopped", "words"),
    [
        (False, "A machine translation into English is on its way."),
        (True, "There is no machine translation into English: it could not be made, or it was stopped."),
    ],
)
def test_a_translation_that_is_not_there_is_spoken_of(stage: Stage, is_stopped: bool, words: str) -> None:
    podcast = _podcast(stage)

    async def stopped() -> None:
        if is_stopped:
            student = await actor_of(await Person.get(id=podcast.student.person_id))
            media = await MediaItem.get(id=podcast.media)
            await transcripts.cancel(media, TRANSLATE, actor=student, at=now())

    stage.do(stopped)

    assert words in shown(podcast.student, f"/reflections/{podcast.reflection}")


def test_staff_see_the_work_by_its_name_and_may_stop_it(stage: Stage, staff: Visitor) -> None:
    _podcast(stage)

    page = shown(staff, "/office/jobs")

    assert "Translating speech into English · waiting" in page
    assert "job-stop" in page


def test_what_the_student_puts_right_leaves_the_english_alone(stage: Stage) -> None:
    podcast = _podcast(stage, *ENGLISH)
    change = {"transcript": str(podcast.transcript), "words": [{"segment": 0, "word": 4, "text": "Lund."}]}
    podcast.student.put(f"/api/v1/media/{podcast.media}/transcript/words", json=change).raise_for_status()

    text = podcast.taken(podcast.student, "txt").decode()

    assert "från Lund." in text
    assert ENGLISH[0] in text


def _heard_german(stage: Stage, podcast: Podcast) -> None:
    async def change() -> None:
        transcript = await Transcript.get(id=podcast.transcript)
        transcript.speech |= {"heard_language": "de", "heard_language_probability": 0.857}
        await transcript.save()

    stage.do(change)


READERS: dict[str, Callable[[Podcast], str]] = {
    "student": lambda podcast: f"/reflections/{podcast.reflection}",
    "assessor": lambda podcast: f"/assess/{podcast.reflection}",
    "staff": lambda podcast: f"/reflections/{podcast.reflection}",
}


@pytest.mark.parametrize("who", READERS)
def test_every_reader_is_told_which_language_was_heard_instead_of_the_declared_one(
    stage: Stage, podcast: Podcast, assessor: Visitor, staff: Visitor, who: str
) -> None:
    _heard_german(stage, podcast)
    visitor = {"student": podcast.student, "assessor": assessor, "staff": staff}[who]

    page = shown(visitor, READERS[who](podcast))

    assert "Declared is Swedish; the machine heard German (probability 86%)." in page
