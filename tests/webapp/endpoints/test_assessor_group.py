"""What the pages of an assessor group show, and the minutes as a file."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pypdfium2
import pytest

from models.actions import assessment_drafts, assessments, claims, meetings, settling
from models.rules.ruleset import preset
from models.tables import Enrolment, Meeting, MeetingCase, Person, Programme, Reflection, RoleKind, Version
from models.tables.assessments import Decision
from tests.factories import make_rule_set
from tests.webapp.endpoints.stage import NOT_FOUND, OT, Stage, now, words
from tests.webapp.server import Visitor

YES, NO = "Perfectly fine to me.", "I miss what you learnt."
BECAUSE = "We compared it with the study guide."


class Group:
    """Readers who disagree about a student's piece, a convener, and strangers."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.student = stage.student()
        self.piece = self.student.reflection("written", words(1000))
        self.first, self.first_actor = stage.colleague("Fia", RoleKind.ASSESSOR, OT)
        self.second, self.second_actor = stage.colleague("Sam", RoleKind.ASSESSOR, OT)
        self.third, self.third_actor = stage.colleague("Tea", RoleKind.ASSESSOR, OT)
        self.convener, self.convener_actor = stage.colleague("Kerstin", RoleKind.CONVENER, OT)
        self.elsewhere, _ = stage.colleague("Else", RoleKind.CONVENER, "2TL25")
        self.staff, _ = stage.colleague("Sten", RoleKind.STAFF, OT)

    def disagree(self) -> None:
        """Let the two decide differently."""
        ki = preset("ki")
        two = ki.model_copy(
            update={"version": "two-readers", "reflection": ki.reflection.model_copy(update={"readers": 2})}
        )

        async def decided() -> None:
            await Enrolment.filter(id=self.student.enrolment_id).update(rule_set=await make_rule_set(two))
            for actor, decide, comment in (
                (self.first_actor, assessments.accept, YES),
                (self.second_actor, assessments.return_for_revision, NO),
            ):
                await claims.claim(await self.now(), actor=actor, at=now())
                await decide(await self.now(), comment, actor=actor, at=now())

        self.student.submit(self.piece).raise_for_status()
        self.stage.do(decided)

    async def now(self) -> Reflection:
        """Load the piece."""
        return await Reflection.get(id=self.piece).select_related("enrolment")

    def called(self) -> UUID:
        """Call a meeting about the piece at which the first reader and the convener are; gives the case."""

        async def made() -> UUID:
            meeting = await meetings.call(
                await Programme.get(code=OT),
                now() + timedelta(days=2),
                "F 214",
                meeting_id=uuid4(),
                actor=self.convener_actor,
                at=now(),
            )
            for actor in (self.first_actor, self.convener_actor):
                person = await Person.get(id=actor.person_id)
                await meetings.note_presence(meeting, person, actor=self.convener_actor, at=now())
            return (await meetings.add_case(meeting, await self.now(), actor=self.convener_actor, at=now())).id

        return self.stage.do(made)

    def case(self, case_id: UUID) -> MeetingCase:
        """Load a case with what actions need of it."""
        return self.stage.do(
            lambda: MeetingCase.get(id=case_id).select_related("meeting", "version__reflection__enrolment")
        )

    def decide_and_close(self, case_id: UUID) -> Meeting:
        """Decide the case and close its meeting."""
        case = self.case(case_id)

        async def decided() -> Meeting:
            await meetings.decide(case, Decision.RETURNED, BECAUSE, actor=self.convener_actor, at=now())
            await meetings.close(case.meeting, actor=self.convener_actor, at=now())
            return await Meeting.get(id=case.meeting_id)

        return self.stage.do(decided)


@pytest.fixture
def group(stage: Stage) -> Group:
    """A group whose readers have not begun."""
    return Group(stage)


def _says(visitor: Visitor, path: str, *what: str) -> list[bool]:
    page = visitor.get(path).text
    return [one in page for one in what]


def test_the_student_is_told_nothing_of_a_disagreement_before_it_is_decided(group: Group) -> None:
    group.disagree()

    page = group.student.get(f"/reflections/{group.piece}").text
    home = group.student.get("/").text

    assert "Being assessed" in page
    assert [word in page + home for word in (YES, NO, "disagree", "disputed", "Disputed")] == [False] * 5
    assert group.student.shape(group.piece)["state"] == "in_assessment"
    listed = group.student.get("/api/v1/work").text
    assert "in_assessment" in listed
    assert "disputed" not in listed


def test_the_two_read_each_other_and_can_agree(group: Group) -> None:
    group.disagree()

    assert _says(group.first, f"/assess/{group.piece}", YES, NO, "Agree to send it back") == [True] * 3
    assert _says(group.second, f"/assess/{group.piece}", YES, NO, "Agree to accept it") == [True] * 3
    assert _says(group.first, "/meetings", f"/assess/{group.piece}") == [True]
    assert _says(group.third, f"/assess/{group.piece}", YES, NO, "Agree to", "It is decided soon.") == [
        False,
        False,
        False,
        True,
    ]
    assert _says(group.third, "/meetings", f"/assess/{group.piece}") == [False]
    assert _says(group.staff, f"/reflections/{group.piece}", YES, NO) == [False, False]


def test_the_convener_reads_both_and_can_decide(group: Group) -> None:
    group.disagree()

    page = group.convener.get(f"/assess/{group.piece}").text

    assert [word in page for word in (YES, NO, "You decide as convener", "Agree to")] == [True, True, True, False]
    assert group.elsewhere.get(f"/assess/{group.piece}").status_code == 404


def test_once_it_is_decided_its_student_reads_both_and_who_decided(group: Group) -> None:
    group.disagree()

    async def settled() -> None:
        await settling.settle(await group.now(), Decision.ACCEPTED, BECAUSE, actor=group.convener_actor, at=now())

    group.stage.do(settled)

    says = _says(group.student, f"/reflections/{group.piece}", YES, NO, BECAUSE, "The convener accepted it")
    assert says == [True] * 4


def test_a_case_shows_what_was_said_and_drafts_only_when_they_are_shown(group: Group) -> None:
    group.student.submit(group.piece).raise_for_status()
    case_id = group.called()

    async def written() -> None:
        version = await Version.get(reflection_id=group.piece).select_related("reflection__enrolment")
        await assessment_drafts.keep(version, YES, "My note.", revision=0, actor=group.third_actor, at=now())

    group.stage.do(written)
    page = f"/meetings/cases/{case_id}"
    before = [_says(one, page, YES) for one in (group.third, group.first, group.convener)]
    case = group.case(case_id)
    group.stage.do(lambda: meetings.show_draft(case, actor=group.third_actor, at=now()))

    assert before == [[True], [False], [False]]
    assert _says(group.convener, page, YES, "Draft of Tea", "My note.") == [True, True, False]
    assert _says(group.first, page, YES, "What the group decides") == [True, False]
    assert _says(group.convener, page, "What the group decides") == [True]


def test_meetings_are_for_the_group_alone(group: Group) -> None:
    group.student.submit(group.piece).raise_for_status()
    case = group.case(group.called())
    meeting = group.decide_and_close(case.id)
    paths = (f"/meetings/{meeting.id}", f"/meetings/cases/{case.id}", f"/meetings/{meeting.id}/minutes.pdf")

    answers = {
        name: [visitor.get(path).status_code for path in paths]
        for name, visitor in (
            ("convener", group.convener),
            ("third", group.third),
            ("elsewhere", group.elsewhere),
            ("staff", group.staff),
            ("student", group.student),
        )
    }

    assert answers == {
        "convener": [200] * 3,
        "third": [200] * 3,
        "elsewhere": [404] * 3,
        "staff": [404] * 3,
        "student": [404] * 3,
    }
    assert group.student.get("/meetings").status_code == group.staff.get("/meetings").status_code == 404
    assert group.staff.get(paths[2]).json() == NOT_FOUND


def test_the_minutes_are_a_tagged_pdf_with_everybody_and_every_decision(group: Group) -> None:
    group.disagree()
    meeting = group.decide_and_close(group.called())

    answer = group.first.get(f"/meetings/{meeting.id}/minutes.pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    document = pypdfium2.PdfDocument(BytesIO(answer.content))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    said = " ".join(text.split())
    for word in ("Fia, Kerstin", "F 214", "Sent back", BECAUSE, "Fia: Accepted; Sam: Sent back", meeting.checksum[:20]):
        assert word in said
    assert document.is_tagged()
    assert b"pdfuaid" in answer.content
    assert _says(group.first, f"/meetings/{meeting.id}", "Minutes (PDF)", meeting.checksum) == [True, True]


def test_minutes_are_the_same_every_time(group: Group) -> None:
    group.student.submit(group.piece).raise_for_status()
    meeting = group.decide_and_close(group.called())

    both = [group.first.get(f"/meetings/{meeting.id}/minutes.pdf").content for _ in range(2)]

    assert both[0] == both[1]
