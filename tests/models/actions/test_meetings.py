"""Meetings of the assessor group, from the call to the minutes."""

import asyncio
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError, OperationalError

from models.actions import assessment_drafts, claims, enrolments, handing_in, meetings, reflections
from models.actions.claims import HeldBySomebody
from models.actions.enrolments import EnrolmentEnded, ReasonMissing
from models.actions.meetings import (
    CasesDecided,
    DecidedHere,
    MeetingClosed,
    NothingWritten,
    NotOfTheGroup,
    StillReadApart,
    TooFewPresent,
    UnlikelyDay,
)
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.portfolios import portfolio_of
from models.queries import meetings as queries
from models.queries.people import actor_of
from models.states import ReflectionState
from models.tables import (
    Assessment,
    Event,
    Meeting,
    MeetingCase,
    MeetingPresence,
    Person,
    Programme,
    Reflection,
    Role,
    RoleKind,
    Settlement,
    ShownDraft,
    Version,
)
from models.tables.assessments import Decision, SettledBy
from tests.factories import (
    NOW,
    TWO,
    make_assessor,
    make_convener,
    make_enrolment,
    make_programme,
    make_reflection,
    make_staff,
    move_on,
    pin,
    reload_reflection,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

FRIDAY = NOW + timedelta(days=4)


@dataclass
class Group:
    """The assessor group of a programme and its meeting."""

    programme: Programme
    convener: Actor
    assessor: Actor
    meeting: Meeting

    async def add(self, reflection: Reflection) -> MeetingCase:
        """Put a piece on the agenda."""
        case = await meetings.add_case(self.meeting, reflection, actor=self.convener, at=NOW)
        return await self.case(case)

    async def case(self, case: MeetingCase) -> MeetingCase:
        """Load a case with what actions need of it."""
        return await MeetingCase.get(id=case.id).select_related("meeting", "version__reflection__enrolment")

    async def come(self) -> None:
        """Note that both are there."""
        for actor in (self.convener, self.assessor):
            person = await Person.get(id=actor.person_id)
            await meetings.note_presence(self.meeting, person, actor=self.convener, at=NOW)

    async def decide(self, case: MeetingCase, decision: Decision = Decision.ACCEPTED, reason: str = "As ever.") -> None:
        """Note a decision of the group."""
        await meetings.decide(case, decision, reason, actor=self.convener, at=NOW)

    async def waiting(self, state: ReflectionState = ReflectionState.SUBMITTED) -> Reflection:
        """Hand a piece in."""
        return await make_reflection(await make_enrolment(self.programme), state, assessor=self.assessor)

    async def write(self, reflection: Reflection, comment: str, note: str = "") -> None:
        """Let the assessor write about the newest version."""
        version = await Version.filter(reflection_id=reflection.id).order_by("-number").first()
        assert version is not None
        await version.fetch_related("reflection__enrolment")
        await assessment_drafts.keep(version, comment, note, revision=0, actor=self.assessor, at=NOW)


async def _group() -> Group:
    programme = await make_programme()
    convener = await make_convener(programme)
    meeting = await meetings.call(programme, FRIDAY, "Room 7", meeting_id=uuid4(), actor=convener, at=NOW)
    return Group(programme, convener, await make_assessor(programme), meeting)


async def test_the_same_meeting_called_twice_is_one() -> None:
    programme = await make_programme()
    convener, id_ = await make_convener(programme), uuid4()

    await asyncio.gather(
        *(meetings.call(programme, FRIDAY, "", meeting_id=id_, actor=convener, at=NOW) for _ in range(2))
    )

    assert await Meeting.all().count() == await Event.filter(move="call").count() == 1


async def test_a_meeting_in_a_wrong_year_is_refused() -> None:
    programme = await make_programme()
    day = NOW + timedelta(days=2 * 365)

    with pytest.raises(UnlikelyDay):
        await meetings.call(programme, day, "", meeting_id=uuid4(), actor=await make_convener(programme), at=NOW)

    assert await Meeting.all().count() == 0


@pytest.mark.parametrize("state", [ReflectionState.SUBMITTED, ReflectionState.IN_ASSESSMENT, ReflectionState.DISPUTED])
async def test_what_waits_is_read_or_disputed_can_be_brought_up_once(state: ReflectionState) -> None:
    group = await _group()
    piece = await group.waiting(state)
    offered = [one.id for one in await queries.to_bring_up(group.meeting, actor=group.convener)]

    first, again = await group.add(piece), await group.add(piece)

    assert offered == [piece.id]
    assert first.id == again.id
    assert await queries.to_bring_up(group.meeting, actor=group.convener) == []


@pytest.mark.parametrize("state", [ReflectionState.RETURNED, ReflectionState.ACCEPTED, ReflectionState.TAKEN_BACK])
async def test_what_is_decided_or_a_draft_comes_not_up(state: ReflectionState) -> None:
    group = await _group()
    piece = await group.waiting(state)

    with pytest.raises(WrongState):
        await group.add(piece)

    assert await queries.to_bring_up(group.meeting, actor=group.convener) == []


async def test_what_two_read_without_each_other_comes_up_only_when_they_disagree() -> None:
    group = await _group()
    piece = await group.waiting()
    await pin(piece.enrolment, TWO)

    with pytest.raises(StillReadApart):
        await group.add(piece)

    assert await queries.to_bring_up(group.meeting, actor=group.convener) == []


async def test_a_piece_of_another_programme_comes_not_up() -> None:
    group = await _group()
    foreign = await make_reflection(await make_enrolment(await make_programme("PT")), ReflectionState.SUBMITTED)

    with pytest.raises(NotAllowed):
        await group.add(foreign)

    assert await MeetingCase.all().count() == 0


async def test_the_agenda_keeps_the_order_that_it_is_given() -> None:
    group = await _group()
    cases = [await group.add(await group.waiting()) for _ in range(4)]

    await meetings.move_case(cases[3], 1, actor=group.convener, at=NOW)
    await meetings.move_case(cases[0], 3, actor=group.convener, at=NOW)
    await meetings.move_case(cases[1], 99, actor=group.convener, at=NOW)

    agenda = await queries.cases(group.meeting, actor=group.convener)
    assert [case.id for case in agenda] == [cases[number].id for number in (3, 0, 2, 1)]
    assert [case.position for case in agenda] == [1, 2, 3, 4]


async def test_a_case_can_be_left_out_until_it_is_decided() -> None:
    group = await _group()
    await group.come()
    left, kept = [await group.add(await group.waiting()) for _ in range(2)]
    await group.decide(kept)

    await meetings.remove_case(left, actor=group.convener, at=NOW)
    with pytest.raises(DecidedHere):
        await meetings.remove_case(kept, actor=group.convener, at=NOW)

    assert [(case.id, case.position) for case in await MeetingCase.all()] == [(kept.id, 1)]


async def test_only_the_group_is_noted_as_present() -> None:
    group = await _group()
    staff = await Person.get(id=(await make_staff(group.programme)).person_id)

    with pytest.raises(NotOfTheGroup):
        await meetings.note_presence(group.meeting, staff, actor=group.convener, at=NOW)
    await group.come()
    await group.come()
    await meetings.take_back_presence(
        group.meeting, await Person.get(id=group.assessor.person_id), actor=group.convener, at=NOW
    )

    assert [one.person_id for one in await MeetingPresence.all()] == [group.convener.person_id]


@pytest.mark.parametrize("state", [ReflectionState.SUBMITTED, ReflectionState.DISPUTED])
@pytest.mark.parametrize(("decision", "after"), [(Decision.ACCEPTED, "accepted"), (Decision.RETURNED, "returned")])
async def test_what_the_group_decides_holds(state: ReflectionState, decision: Decision, after: str) -> None:
    group = await _group()
    piece = await group.waiting(state)
    case = await group.add(piece)
    await group.come()
    before = await Assessment.all().count()

    await group.decide(case, decision, " Say more. ")

    assert (await Reflection.get(id=piece.id)).state.value == after
    settled = await Settlement.get()
    assert (settled.settled_by, settled.meeting_id, settled.decided_by_id, settled.comment) == (
        SettledBy.MEETING,
        group.meeting.id,
        group.convener.person_id,
        "Say more.",
    )
    assert await Assessment.all().count() == before
    assert (await MeetingCase.get()).decision is decision
    assert await Version.filter(reflection_id=piece.id).count() == (2 if decision is Decision.RETURNED else 1)
    event = await Event.filter(subject_kind="reflection").order_by("-id").first()
    assert event is not None
    assert event.facts["meeting"] == str(group.meeting.id)


async def test_one_alone_is_no_meeting() -> None:
    group = await _group()
    case = await group.add(await group.waiting())
    person = await Person.get(id=group.convener.person_id)
    await meetings.note_presence(group.meeting, person, actor=group.convener, at=NOW)

    with pytest.raises(TooFewPresent):
        await group.decide(case)
    with pytest.raises(TooFewPresent):
        await meetings.close(group.meeting, actor=group.convener, at=NOW)

    assert await Settlement.all().count() == 0


async def test_the_group_gives_a_reason() -> None:
    group = await _group()
    case = await group.add(await group.waiting())
    await group.come()

    with pytest.raises(ReasonMissing):
        await group.decide(case, reason=" ")

    assert await Settlement.all().count() == 0


async def test_what_somebody_holds_is_given_back_before_the_group_decides() -> None:
    group = await _group()
    piece = await group.waiting(ReflectionState.IN_ASSESSMENT)
    case = await group.add(piece)
    await group.come()

    with pytest.raises(HeldBySomebody):
        await group.decide(case)
    await claims.release(await reload_reflection(piece), actor=group.assessor, at=NOW)
    await group.decide(case)

    assert (await Reflection.get(id=piece.id)).state is ReflectionState.ACCEPTED


async def test_what_needs_a_second_reader_since_it_was_brought_up_is_not_decided_by_the_group() -> None:
    group = await _group()
    piece = await group.waiting()
    case = await group.add(piece)
    await group.write(piece, "I would accept it.")
    await meetings.show_draft(case, actor=group.assessor, at=NOW)
    await group.come()
    await pin(piece.enrolment, TWO)

    with pytest.raises(StillReadApart):
        await group.decide(case)
    with pytest.raises(StillReadApart):
        await meetings.show_draft(case, actor=group.assessor, at=NOW)

    assert (await queries.case_file(case.id, actor=group.convener)).shown == []


async def test_what_was_taken_back_and_handed_in_anew_is_another_piece() -> None:
    group = await _group()
    piece = await group.waiting()
    case = await group.add(piece)
    await group.come()
    await handing_in.take_back(piece, actor=await student_of(piece.enrolment), at=NOW)

    with pytest.raises(WrongState):
        await group.decide(case)
    await move_on(await reload_reflection(piece), ReflectionState.SUBMITTED)
    with pytest.raises(WrongState):
        await group.decide(case)

    assert (await Reflection.get(id=piece.id)).state is ReflectionState.SUBMITTED


async def test_nothing_of_an_enrolment_that_ended_is_decided() -> None:
    group = await _group()
    piece = await group.waiting()
    case = await group.add(piece)
    await group.come()
    await enrolments.void(piece.enrolment, "Wrong.", actor=await make_staff(group.programme), at=NOW)

    with pytest.raises(EnrolmentEnded):
        await group.decide(case)
    with pytest.raises(NotAllowed):
        await group.decide(await group.case(case))

    await meetings.remove_case(await group.case(case), actor=group.convener, at=NOW)


async def test_two_who_note_it_at_once_decide_once() -> None:
    group = await _group()
    case = await group.add(await group.waiting())
    await group.come()

    results = await asyncio.gather(*(group.decide(case) for _ in range(10)), return_exceptions=True)

    assert sorted(isinstance(one, WrongState) for one in results) == [False, *[True] * 9]
    assert await Settlement.all().count() == 1


async def test_what_the_group_sent_back_keeps_its_first_day_and_came_back() -> None:
    group = await _group()
    piece = await group.waiting()
    await group.come()
    await group.decide(await group.add(piece), Decision.RETURNED)
    later = NOW + timedelta(days=3)
    returned = await reload_reflection(piece)

    draft = await reflections.open_draft(returned)
    student = await student_of(returned.enrolment)
    await handing_in.submit(returned, revision=draft.revision, actor=student, at=later)
    again = await reload_reflection(piece)
    await handing_in.take_back(again, actor=student, at=later)

    assert again.first_submitted_at == piece.first_submitted_at
    [standing] = [one.reflection.state for one in (await portfolio_of(again.enrolment)).activities if one.reflection]
    assert standing == "returned"


# Drafts.


async def test_a_draft_is_shown_only_by_its_writer_and_without_the_note() -> None:
    group = await _group()
    piece = await group.waiting()
    case = await group.add(piece)
    await group.write(piece, "I would accept it.", "He is my neighbour's son.")
    before = await queries.case_file(case.id, actor=group.convener)

    await meetings.show_draft(case, actor=group.assessor, at=NOW)

    after = await queries.case_file(case.id, actor=group.convener)
    assert (before.shown, before.own_draft) == ([], "")
    assert [(one.assessor.name, one.comment) for one in after.shown] == [("Astrid", "I would accept it.")]
    assert after.own_draft == ""


async def test_what_is_written_after_showing_stays_ones_own() -> None:
    group = await _group()
    piece = await group.waiting()
    case = await group.add(piece)
    await group.write(piece, "Yes.")
    await meetings.show_draft(case, actor=group.assessor, at=NOW)

    await group.write(piece, "Or no?")

    [shown] = (await queries.case_file(case.id, actor=group.convener)).shown
    assert shown.comment == "Yes."


async def test_a_draft_can_be_hidden_again() -> None:
    group = await _group()
    piece = await group.waiting()
    case = await group.add(piece)
    await group.write(piece, "Yes.")
    await meetings.show_draft(case, actor=group.assessor, at=NOW)

    await meetings.hide_draft(case, actor=group.assessor, at=NOW)

    assert await ShownDraft.all().count() == 0


async def test_nothing_written_is_nothing_to_show() -> None:
    group = await _group()
    piece = await group.waiting()
    case = await group.add(piece)
    await group.write(piece, "", "A note for me alone.")

    with pytest.raises(NothingWritten):
        await meetings.show_draft(case, actor=group.assessor, at=NOW)

    assert await ShownDraft.all().count() == 0


async def test_the_group_reads_what_the_two_said_while_it_is_on_the_agenda() -> None:
    group = await _group()
    colleague = await make_assessor(group.programme, "Cleo")
    piece = await group.waiting(ReflectionState.DISPUTED)
    case = await group.add(piece)

    on_agenda = (await queries.case_file(case.id, actor=colleague)).said
    await group.come()
    await meetings.close(group.meeting, actor=group.convener, at=NOW)

    assert sorted(one.comment for one in on_agenda) == ["Good enough to me.", "Say more."]
    assert (await queries.case_file(case.id, actor=colleague)).said == []


async def test_ones_own_work_is_on_no_agenda_that_one_sees() -> None:
    group = await _group()
    piece = await group.waiting(ReflectionState.DISPUTED)
    case = await group.add(piece)
    await group.come()
    await Role.create(
        person_id=piece.enrolment.person_id, kind=RoleKind.ASSESSOR, programme=group.programme, given_at=NOW
    )
    student = await actor_of(await Person.get(id=piece.enrolment.person_id))

    with pytest.raises(NotAllowed):
        await queries.case_file(case.id, actor=student)
    await meetings.close(group.meeting, actor=group.convener, at=NOW)
    _, minutes = await queries.minutes(group.meeting.id, actor=student)

    assert await queries.cases(group.meeting, actor=student) == []
    assert minutes["cases"] == []


# Minutes.


async def test_the_minutes_say_who_was_there_and_what_was_decided() -> None:
    group = await _group()
    piece, undecided = await group.waiting(ReflectionState.DISPUTED), await group.waiting()
    case = await group.add(piece)
    await group.add(undecided)
    await group.come()
    await group.decide(case, Decision.RETURNED, "Say more about the day.")

    await meetings.close(group.meeting, actor=group.convener, at=FRIDAY)

    closed, minutes = await queries.minutes(group.meeting.id, actor=group.assessor)
    assert (minutes["present"], minutes["where"], minutes["closed_by"]) == (
        ["Astrid", "Kerstin"],
        "Room 7",
        "Kerstin",
    )
    assert [(one["decision"], one["reason"], len(one["readers"])) for one in minutes["cases"]] == [
        ("returned", "Say more about the day.", 2),
        (None, "", 0),
    ]
    assert closed.checksum == hashlib.sha256(closed.minutes.encode()).hexdigest()
    assert (await Event.get(move="close")).facts == {"checksum": closed.checksum}


async def test_nothing_of_a_closed_meeting_changes() -> None:
    group = await _group()
    piece, other = await group.waiting(), await group.waiting()
    case = await group.add(piece)
    await group.come()
    await group.write(piece, "Yes.")
    await meetings.close(group.meeting, actor=group.convener, at=NOW)
    before = await Meeting.get()
    person = await Person.get(id=group.assessor.person_id)

    for late in (
        group.decide(case),
        group.add(other),
        meetings.close(group.meeting, actor=group.convener, at=NOW),
        meetings.call_off(group.meeting, actor=group.convener, at=NOW),
        meetings.remove_case(case, actor=group.convener, at=NOW),
        meetings.move_case(case, 1, actor=group.convener, at=NOW),
        meetings.note_presence(group.meeting, person, actor=group.convener, at=NOW),
        meetings.take_back_presence(group.meeting, person, actor=group.convener, at=NOW),
        meetings.show_draft(case, actor=group.assessor, at=NOW),
        meetings.hide_draft(case, actor=group.assessor, at=NOW),
    ):
        with pytest.raises(MeetingClosed):
            await late

    assert (await Meeting.get()).minutes == before.minutes
    assert await MeetingPresence.all().count() == 2


@pytest.mark.parametrize("statement", ["UPDATE meeting SET minutes = '{}'", "DELETE FROM meeting"])
async def test_the_database_itself_keeps_the_minutes(statement: str) -> None:
    group = await _group()
    await group.come()
    await meetings.close(group.meeting, actor=group.convener, at=NOW)

    with pytest.raises((IntegrityError, OperationalError), match="minutes are never changed"):
        await Tortoise.get_connection("default").execute_query(statement)

    assert json.loads((await Meeting.get()).minutes)["present"] == ["Astrid", "Kerstin"]


async def test_a_meeting_that_is_still_open_has_no_minutes() -> None:
    group = await _group()

    with pytest.raises(NotAllowed):
        await queries.minutes(group.meeting.id, actor=group.convener)


async def test_a_meeting_is_called_off_unless_it_has_decided_something() -> None:
    group = await _group()
    held = await _another(group)
    await group.add(await group.waiting())
    await held.come()
    await held.decide(await held.add(await held.waiting()))

    await meetings.call_off(group.meeting, actor=group.convener, at=NOW)
    with pytest.raises(CasesDecided):
        await meetings.call_off(held.meeting, actor=held.convener, at=NOW)

    assert [one.id for one in await Meeting.all()] == [held.meeting.id]
    assert await MeetingCase.all().count() == 1


async def _another(group: Group) -> Group:
    meeting = await meetings.call(group.programme, FRIDAY, "", meeting_id=uuid4(), actor=group.convener, at=NOW)
    return Group(group.programme, group.convener, group.assessor, meeting)
