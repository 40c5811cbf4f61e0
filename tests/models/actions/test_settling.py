"""Two readers who disagree: one agrees after all, or the convener decides."""

import asyncio
from dataclasses import dataclass

import pytest

from models.actions import accounts, assessments, claims, enrolments, handing_in, settling
from models.actions.enrolments import EnrolmentEnded, ReasonMissing
from models.actions.settling import NotItsReader, ReaderIsConvener, SaidSoAlready
from models.errors import NotAllowed, Refused, WrongState
from models.permissions import Actor, open_reflection_moves
from models.portfolios import portfolio_of
from models.queries.people import actor_of
from models.queries.reflections import disputed, reflection, said_by, versions
from models.queries.work import work_of
from models.receipts import BeingRead
from models.states import ReflectionState
from models.tables import Assessment, Event, Person, Reflection, Role, RoleKind, Settlement
from models.tables.assessments import Decision, SettledBy
from tests.factories import (
    NOW,
    TWO,
    make_actor,
    make_assessor,
    make_convener,
    make_enrolment,
    make_programme,
    make_reflection,
    make_staff,
    move_on,
    programme_of,
    reload_reflection,
    versions_of,
)

pytestmark = pytest.mark.usefixtures("database")

ACCEPTED, RETURNED = Decision.ACCEPTED, Decision.RETURNED


@dataclass
class Dispute:
    """A reflection that the first reader accepted and the second one sent back."""

    reflection: Reflection
    student: Actor
    first: Actor
    second: Actor
    colleague: Actor
    convener: Actor
    staff: Actor

    async def now(self) -> Reflection:
        """Load it as it is."""
        return await reload_reflection(self.reflection)

    async def agree(self, reader: Actor, decision: Decision, comment: str = "") -> None:
        """Let a reader change their mind."""
        await settling.agree(await self.now(), decision, comment, actor=reader, at=NOW)

    async def settle(self, convener: Actor, decision: Decision = ACCEPTED, reason: str = "It is enough.") -> None:
        """Let a convener decide."""
        await settling.settle(await self.now(), decision, reason, actor=convener, at=NOW)

    async def comments(self, actor: Actor) -> list[str]:
        """List which comments about the first version somebody sees."""
        of = await reflection(self.reflection.id, actor=actor)
        [first] = [version for version in await versions(of, actor=actor) if version.number == 1]
        return sorted(one.comment for one in first.assessments)


async def _dispute() -> Dispute:
    programme = await make_programme("TWO", TWO)
    enrolment = await make_enrolment(programme)
    made = Dispute(
        await make_reflection(enrolment, ReflectionState.SUBMITTED),
        await actor_of(await Person.get(id=enrolment.person_id)),
        await make_assessor(programme, "Fia First"),
        await make_assessor(programme, "Sam Second"),
        await make_assessor(programme, "Cleo Colleague"),
        await make_convener(programme),
        await make_staff(programme),
    )
    for reader, decide in ((made.first, assessments.accept), (made.second, assessments.return_for_revision)):
        await claims.claim(await made.now(), actor=reader, at=NOW)
        await decide(await made.now(), "Yes!" if reader is made.first else "No.", actor=reader, at=NOW)
    return made


async def test_who_agrees_after_all_ends_it_and_what_both_had_said_stays() -> None:
    dispute = await _dispute()

    await dispute.agree(dispute.second, ACCEPTED, "I see now.")

    now = await dispute.now()
    assert now.state is ReflectionState.ACCEPTED
    assert [(one.comment, one.decision) for one in await Assessment.all().order_by("comment")] == [
        ("No.", RETURNED),
        ("Yes!", ACCEPTED),
    ]
    settled = await Settlement.get()
    assert (settled.settled_by, settled.decided_by_id, settled.comment) == (
        SettledBy.READER,
        dispute.second.person_id,
        "I see now.",
    )
    assert (await Event.get(move="agree_to_accept")).actor_id == dispute.second.person_id


async def test_agreeing_to_send_it_back_opens_the_next_draft() -> None:
    dispute = await _dispute()

    await dispute.agree(dispute.first, RETURNED)

    assert (await dispute.now()).state is ReflectionState.RETURNED
    assert [version.number for version in await versions_of(dispute.reflection)] == [1, 2]


async def test_nobody_agrees_with_themselves() -> None:
    dispute = await _dispute()

    with pytest.raises(SaidSoAlready):
        await dispute.agree(dispute.first, ACCEPTED)

    assert (await dispute.now()).state is ReflectionState.DISPUTED


async def test_a_colleague_who_did_not_read_it_agrees_with_nobody() -> None:
    dispute = await _dispute()

    for who in (dispute.colleague, dispute.convener):
        with pytest.raises(NotItsReader):
            await dispute.agree(who, ACCEPTED)

    assert (await dispute.now()).state is ReflectionState.DISPUTED


@pytest.mark.parametrize(("decision", "state"), [(ACCEPTED, "accepted"), (RETURNED, "returned")])
async def test_the_convener_decides_with_a_reason(decision: Decision, state: str) -> None:
    dispute = await _dispute()

    await dispute.settle(dispute.convener, decision, "  As agreed in May. ")

    assert (await dispute.now()).state.value == state
    settled = await Settlement.get()
    assert (settled.settled_by, settled.comment) == (SettledBy.CONVENER, "As agreed in May.")
    assert await Assessment.all().count() == 2


async def test_the_convener_gives_a_reason() -> None:
    dispute = await _dispute()

    with pytest.raises(ReasonMissing):
        await dispute.settle(dispute.convener, reason="  ")

    assert (await dispute.now()).state is ReflectionState.DISPUTED


async def test_a_convener_who_is_one_of_the_two_does_not_decide() -> None:
    dispute = await _dispute()
    programme = await programme_of(dispute.reflection.enrolment)
    await Role.create(person_id=dispute.first.person_id, kind=RoleKind.CONVENER, programme=programme, given_at=NOW)
    first = await actor_of(await Person.get(id=dispute.first.person_id))

    with pytest.raises(ReaderIsConvener):
        await dispute.settle(first)
    offered = open_reflection_moves(first, await dispute.now(), said=ACCEPTED)

    assert [move.name for move in offered] == ["agree_to_return"]
    await dispute.agree(first, RETURNED)


async def test_a_convener_does_not_decide_about_their_own_work() -> None:
    dispute = await _dispute()
    programme = await programme_of(dispute.reflection.enrolment)
    for kind in (RoleKind.CONVENER, RoleKind.ASSESSOR):
        await Role.create(person_id=dispute.student.person_id, kind=kind, programme=programme, given_at=NOW)
    student = await actor_of(await Person.get(id=dispute.student.person_id))

    with pytest.raises(NotAllowed):
        await dispute.settle(student)

    assert await dispute.comments(student) == []
    assert await disputed(student) == []


async def test_what_is_not_disputed_the_convener_does_not_decide() -> None:
    programme = await make_programme()
    waiting = await make_reflection(await make_enrolment(programme), ReflectionState.SUBMITTED)

    with pytest.raises(WrongState):
        await settling.settle(waiting, ACCEPTED, "So.", actor=await make_convener(programme), at=NOW)

    assert await Settlement.all().count() == 0


async def test_nothing_of_an_enrolment_that_ended_meanwhile_is_decided() -> None:
    dispute = await _dispute()
    old_page = await dispute.now()
    await enrolments.void(old_page.enrolment, "Wrong faculty.", actor=dispute.staff, at=NOW)

    for late in (
        settling.settle(old_page, ACCEPTED, "So.", actor=dispute.convener, at=NOW),
        settling.agree(old_page, RETURNED, actor=dispute.first, at=NOW),
    ):
        with pytest.raises(EnrolmentEnded):
            await late
    with pytest.raises(NotAllowed):
        await dispute.settle(dispute.convener)
    assert (await disputed(dispute.convener), await Settlement.all().count()) == ([], 0)


async def test_of_all_who_end_it_at_once_one_does() -> None:
    dispute = await _dispute()
    now = await dispute.now()

    results = await asyncio.gather(
        settling.agree(now, RETURNED, actor=dispute.first, at=NOW),
        settling.agree(now, ACCEPTED, actor=dispute.second, at=NOW),
        *(settling.settle(now, ACCEPTED, "So.", actor=dispute.convener, at=NOW) for _ in range(10)),
        return_exceptions=True,
    )

    assert sorted(isinstance(one, WrongState) for one in results) == [False, *[True] * 11]
    assert await Settlement.all().count() == 1


async def test_before_it_is_decided_readers_and_convener_read_both_and_nobody_else_anything() -> None:
    dispute = await _dispute()
    elsewhere = await make_convener(await make_programme("PT"))

    seen = {
        name: await dispute.comments(getattr(dispute, name))
        for name in ("student", "first", "second", "colleague", "convener", "staff")
    }

    both = ["No.", "Yes!"]
    assert seen == {
        "student": [],
        "first": both,
        "second": both,
        "colleague": [],
        "convener": both,
        "staff": [],
    }
    with pytest.raises(NotAllowed):
        await dispute.comments(elsewhere)


async def test_once_it_is_decided_everybody_reads_both_and_what_decided() -> None:
    dispute = await _dispute()

    await dispute.settle(dispute.convener, RETURNED, "Say more, as Sam asks.")

    for who in (dispute.student, dispute.first, dispute.second, dispute.colleague, dispute.staff):
        of = await reflection(dispute.reflection.id, actor=who)
        judged = (await versions(of, actor=who))[-1]
        assert sorted(one.comment for one in judged.assessments) == ["No.", "Yes!"]
        assert judged.settlement.comment == "Say more, as Sam asks."


async def test_while_it_is_disputed_its_student_is_told_that_it_is_assessed() -> None:
    dispute = await _dispute()
    enrolment = (await dispute.now()).enrolment

    portfolio = await portfolio_of(enrolment)
    listed = [one.reflection.id for one in await work_of(dispute.student, language="en", at=NOW)]

    [standing] = [one.reflection.state for one in portfolio.activities if one.reflection]
    assert standing == "in_assessment"
    assert dispute.reflection.id in listed


async def test_what_is_disputed_is_not_taken_back_or_claimed() -> None:
    dispute = await _dispute()
    now = await dispute.now()

    with pytest.raises((BeingRead, WrongState)):
        await handing_in.take_back(now, actor=dispute.student, at=NOW)
    for reader in (dispute.colleague, dispute.first):
        with pytest.raises(Refused):
            await claims.claim(now, actor=reader, at=NOW)

    assert (await dispute.now()).state is ReflectionState.DISPUTED


async def test_disputes_are_listed_for_the_two_and_their_convener() -> None:
    dispute = await _dispute()
    elsewhere = await make_convener(await make_programme("PT"))

    listed = {
        name: [row.id for row in await disputed(getattr(dispute, name))]
        for name in ("student", "first", "second", "colleague", "convener", "staff")
    }

    own = [dispute.reflection.id]
    assert listed == {
        "student": [],
        "first": own,
        "second": own,
        "colleague": [],
        "convener": own,
        "staff": [],
    }
    assert await disputed(elsewhere) == []
    assert await said_by(await dispute.now(), actor=dispute.first) is ACCEPTED
    assert await said_by(await dispute.now(), actor=dispute.convener) is None


async def test_the_next_version_is_read_by_two_again() -> None:
    dispute = await _dispute()
    await dispute.agree(dispute.first, RETURNED)

    await move_on(await dispute.now(), ReflectionState.SUBMITTED)
    for reader in (dispute.first, dispute.second):
        await claims.claim(await dispute.now(), actor=reader, at=NOW)
        await assessments.accept(await dispute.now(), actor=reader, at=NOW)

    assert (await dispute.now()).state is ReflectionState.ACCEPTED
    assert await Settlement.all().count() == 1


async def test_who_is_no_convener_any_more_decides_nothing() -> None:
    dispute = await _dispute()
    role = await Role.get(person_id=dispute.convener.person_id, kind=RoleKind.CONVENER)
    administrator = await make_actor("Ada", (RoleKind.ADMINISTRATOR, None))
    await accounts.take_role(role, actor=administrator, at=NOW)

    with pytest.raises(NotAllowed):
        await dispute.settle(await actor_of(await Person.get(id=dispute.convener.person_id)))

    assert (await dispute.now()).state is ReflectionState.DISPUTED
