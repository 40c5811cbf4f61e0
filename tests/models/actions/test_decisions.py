"""What staff decide about activities: whether they count, as what, and for how many points."""

import asyncio
from uuid import uuid4

import pytest

from models.actions import activities, decisions
from models.actions.enrolments import ReasonMissing
from models.actions.facts import (
    ClassNotListed,
    DecidedFacts,
    PointsImpossible,
    PointsMissing,
    ThemeNotListed,
    TypeNotListed,
)
from models.errors import NotAllowed, Refused, WrongState
from models.permissions import Actor
from models.queries import enrolments as queries
from models.rules.bilingual import Bilingual
from models.rules.primitives import ActivityType, Named, PointsRequirement
from models.states import ActivityState
from models.tables import Activity, Enrolment, Event, Precedent
from models.tables.activities import Mode, Place
from tests.factories import (
    NOW,
    OCCASION,
    edition,
    make_activity,
    make_enrolment,
    make_programme,
    make_staff,
    pin,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

POINTS = edition(
    "points",
    types=(
        ActivityType(id="conference", name=Bilingual("Konferens", "Conference")),
        ActivityType(id="buddy-group", name=Bilingual("Faddergrupp", "Buddy group"), points=10),
    ),
    classes=(Named(id="b", name=Bilingual("B", "B")),),
    themes=(Named(id="language", name=Bilingual("Språk", "Language")),),
    requirements=(PointsRequirement(id="points", kind="points", minimum=100),),
)


async def _proposal(kind: str = "own", enrolment: Enrolment | None = None) -> Activity:
    """Propose under rules that count points."""
    enrolment = enrolment or await make_enrolment()
    await pin(enrolment, POINTS)
    activity = await activities.propose(
        enrolment,
        "Tidskriftsklubb",
        "We read.",
        Place.SWEDEN,
        Mode.HYBRID,
        kind=kind,
        activity_id=uuid4(),
        actor=await student_of(enrolment),
        at=NOW,
    )
    return await Activity.get(id=activity.id).select_related("enrolment")


async def _staff_of(activity: Activity) -> Actor:
    return await make_staff(await programme_of(activity.enrolment))


def _facts(kind: str = "own", class_code: str = "", theme: str = "", points: int | None = 20) -> DecidedFacts:
    return DecidedFacts(kind, class_code, theme, points)


async def test_an_approval_keeps_who_when_and_the_note() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)
    staff = await make_staff(await programme_of(activity.enrolment))

    await decisions.approve(activity, " Good idea. ", actor=staff, at=NOW)

    decided = await Activity.get(id=activity.id)
    assert decided.state is ActivityState.APPROVED
    assert (decided.decided_by_id, decided.decided_at, decided.decision_note) == (staff.person_id, NOW, "Good idea.")


async def test_declining_needs_a_reason() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)
    staff = await make_staff(await programme_of(activity.enrolment))

    with pytest.raises(ReasonMissing):
        await decisions.decline(activity, "  ", actor=staff, at=NOW)

    assert (await Activity.get(id=activity.id)).state is ActivityState.PROPOSED


async def test_a_declined_activity_keeps_the_reason() -> None:
    activity = await make_activity(state=ActivityState.DECLINED)

    assert (activity.state, activity.decision_note) == (ActivityState.DECLINED, "Not international.")


async def test_two_decisions_at_once_are_one() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)
    programme = await programme_of(activity.enrolment)
    one, other = await make_staff(programme), await make_staff(programme)

    results = await asyncio.gather(
        decisions.approve(activity, actor=one, at=NOW),
        decisions.decline(activity, "No.", actor=other, at=NOW),
        return_exceptions=True,
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "WrongState"]


async def test_staff_cannot_approve_their_own_proposal() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    activity = await make_activity(await make_enrolment(programme, staff), state=ActivityState.PROPOSED)

    with pytest.raises(NotAllowed):
        await decisions.approve(activity, actor=staff, at=NOW)


async def test_staff_of_another_programme_cannot_approve() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)
    staff = await make_staff(await make_programme("BE"))

    with pytest.raises(NotAllowed):
        await decisions.approve(activity, actor=staff, at=NOW)


async def test_staff_decide_as_what_an_activity_counts() -> None:
    activity = await _proposal()

    await decisions.approve(
        activity, facts=_facts("Conference", "B", "Language", 20), actor=await _staff_of(activity), at=NOW
    )

    decided = await Activity.get(id=activity.id)
    assert (decided.kind, decided.class_code, decided.theme, decided.points) == ("conference", "b", "language", 20)
    assert (await Event.get(move="change_facts")).facts["points"] == 20


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (_facts("holiday"), TypeNotListed),
        (_facts(""), TypeNotListed),
        (_facts(class_code="c"), ClassNotListed),
        (_facts(theme="sport"), ThemeNotListed),
        (_facts(points=-1), PointsImpossible),
        (_facts(points=10**20), PointsImpossible),
        (_facts(points=None), PointsMissing),
        (None, PointsMissing),
    ],
)
async def test_facts_that_the_rules_do_not_know_decide_nothing(
    facts: DecidedFacts | None, refusal: type[Refused]
) -> None:
    activity = await _proposal()

    with pytest.raises(refusal):
        await decisions.approve(activity, facts=facts, actor=await _staff_of(activity), at=NOW)

    assert (await Activity.get(id=activity.id)).state is ActivityState.PROPOSED
    assert await Precedent.all().count() == 0


async def test_no_points_need_to_be_given_where_the_type_has_some() -> None:
    activity = await _proposal("buddy-group")

    await decisions.approve(activity, actor=await _staff_of(activity), at=NOW)

    assert (await Activity.get(id=activity.id)).points is None
    assert (await Precedent.get(activity_id=activity.id)).points == 10


async def test_zero_points_are_given_too() -> None:
    activity = await _proposal()

    await decisions.approve(activity, facts=_facts(points=0), actor=await _staff_of(activity), at=NOW)

    assert (await Activity.get(id=activity.id)).points == 0


async def test_a_reported_activity_is_confirmed_and_done() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)
    staff = await _staff_of(activity)

    await decisions.confirm(activity, " Well done. ", actor=staff, at=NOW)

    decided = await Activity.get(id=activity.id)
    assert decided.state is ActivityState.DONE
    assert (decided.decided_by_id, decided.decided_at, decided.decision_note) == (staff.person_id, NOW, "Well done.")


async def test_the_points_of_a_reported_own_activity_are_given_when_it_is_confirmed() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)
    await pin(activity.enrolment, POINTS)
    staff = await _staff_of(activity)

    with pytest.raises(PointsMissing):
        await decisions.confirm(activity, actor=staff, at=NOW)
    await decisions.confirm(activity, facts=_facts(points=30), actor=staff, at=NOW)

    assert (await Activity.get(id=activity.id)).points == 30


async def test_a_proposal_cannot_be_confirmed() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)

    with pytest.raises(WrongState):
        await decisions.confirm(activity, actor=await _staff_of(activity), at=NOW)


async def test_a_report_that_lacks_something_goes_back_with_the_reason_and_is_open_again() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)

    await decisions.send_back(activity, " The certificate is missing. ", actor=await _staff_of(activity), at=NOW)

    decided = await Activity.get(id=activity.id)
    assert (decided.state, decided.decision_note) == (ActivityState.APPROVED, "The certificate is missing.")
    assert await Precedent.all().count() == 0


async def test_sending_back_needs_a_reason() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)

    with pytest.raises(ReasonMissing):
        await decisions.send_back(activity, " ", actor=await _staff_of(activity), at=NOW)


async def test_a_report_can_be_declined() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)

    await decisions.decline(activity, "Not international.", actor=await _staff_of(activity), at=NOW)

    assert (await Activity.get(id=activity.id)).state is ActivityState.DECLINED


async def test_what_waits_for_staff_is_proposals_and_reports_and_the_longest_wait_comes_first() -> None:
    enrolment = await make_enrolment()
    rows = {state: await make_activity(enrolment, state) for state in ActivityState}
    await Activity.filter(id=rows[ActivityState.REPORTED].id).update(changed_at=OCCASION.isoformat())

    listed = await queries.proposals(await make_staff(await programme_of(enrolment)))

    assert [row.id for row in listed] == [rows[ActivityState.REPORTED].id, rows[ActivityState.PROPOSED].id]


async def test_a_page_gets_everything_that_belongs_to_an_activity() -> None:
    declined = await make_activity(state=ActivityState.DECLINED)

    activity = await queries.activity(declined.id, actor=await student_of(declined.enrolment))

    assert (activity.decided_by.name, activity.precedent.counts) == ("Sten", False)
    assert [list(many) for many in (activity.occasions, activity.evidence, activity.sign_offs)] == [[], [], []]
    assert activity.enrolment.rule_set.rule_set == "ki"
