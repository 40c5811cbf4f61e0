"""What staff decide about activities: whether they count, as what, and for how many points."""

from uuid import uuid4

import pytest

from models.actions import activities
from models.actions.activities import DecidedFacts
from models.actions.enrolments import ReasonMissing
from models.actions.facts import ClassNotListed, PointsImpossible, PointsMissing, ThemeNotListed, TypeNotListed
from models.errors import Refused, WrongState
from models.permissions import Actor
from models.queries import enrolments as queries
from models.rules.bilingual import Bilingual
from models.rules.primitives import ActivityType, Named, PointsRequirement
from models.states import ActivityState
from models.tables import Activity, CatalogueItem, Enrolment, Event, Precedent
from models.tables.activities import Mode, Place
from tests.factories import (
    NOW,
    OCCASION,
    edition,
    make_activity,
    make_enrolment,
    make_item,
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


@pytest.mark.parametrize(
    ("kind", "kept"), [("own", "own"), ("Conference", "conference"), ("buddy_group", "buddy-group")]
)
async def test_a_proposal_is_of_a_listed_type_or_an_own_one(kind: str, kept: str) -> None:
    assert (await _proposal(kind)).kind == kept


async def test_a_proposal_of_a_type_that_is_not_listed_is_refused() -> None:
    with pytest.raises(TypeNotListed):
        await _proposal("holiday")

    assert await Activity.all().count() == 0


async def test_a_chosen_activity_takes_class_theme_and_points_from_the_catalogue() -> None:
    enrolment = await make_enrolment()
    item = await make_item(await programme_of(enrolment))
    await CatalogueItem.filter(id=item.id).update(class_code="b", theme="language", points=15)
    item = await CatalogueItem.get(id=item.id)

    activity = await activities.choose(enrolment, item, activity_id=uuid4(), actor=await student_of(enrolment), at=NOW)

    assert (activity.class_code, activity.theme, activity.points) == ("b", "language", 15)


async def test_what_is_chosen_counts_as_it_is_listed_now_and_not_as_the_page_showed_it() -> None:
    enrolment = await make_enrolment()
    shown = await make_item(await programme_of(enrolment))
    await CatalogueItem.filter(id=shown.id).update(points=5, title_en="Corrected")

    activity = await activities.choose(enrolment, shown, activity_id=uuid4(), actor=await student_of(enrolment), at=NOW)

    assert (activity.points, activity.title_en) == (5, "Corrected")


async def test_staff_decide_as_what_an_activity_counts() -> None:
    activity = await _proposal()

    await activities.approve(
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
        await activities.approve(activity, facts=facts, actor=await _staff_of(activity), at=NOW)

    assert (await Activity.get(id=activity.id)).state is ActivityState.PROPOSED
    assert await Precedent.all().count() == 0


async def test_no_points_need_to_be_given_where_the_type_has_some() -> None:
    activity = await _proposal("buddy-group")

    await activities.approve(activity, actor=await _staff_of(activity), at=NOW)

    assert (await Activity.get(id=activity.id)).points is None
    assert (await Precedent.get(activity_id=activity.id)).points == 10


async def test_zero_points_are_given_too() -> None:
    activity = await _proposal()

    await activities.approve(activity, facts=_facts(points=0), actor=await _staff_of(activity), at=NOW)

    assert (await Activity.get(id=activity.id)).points == 0


async def test_a_reported_activity_is_confirmed_and_done() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)
    staff = await _staff_of(activity)

    await activities.confirm(activity, " Well done. ", actor=staff, at=NOW)

    decided = await Activity.get(id=activity.id)
    assert decided.state is ActivityState.DONE
    assert (decided.decided_by_id, decided.decided_at, decided.decision_note) == (staff.person_id, NOW, "Well done.")


async def test_the_points_of_a_reported_own_activity_are_given_when_it_is_confirmed() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)
    await pin(activity.enrolment, POINTS)
    staff = await _staff_of(activity)

    with pytest.raises(PointsMissing):
        await activities.confirm(activity, actor=staff, at=NOW)
    await activities.confirm(activity, facts=_facts(points=30), actor=staff, at=NOW)

    assert (await Activity.get(id=activity.id)).points == 30


async def test_a_proposal_cannot_be_confirmed() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)

    with pytest.raises(WrongState):
        await activities.confirm(activity, actor=await _staff_of(activity), at=NOW)


async def test_a_report_that_lacks_something_goes_back_with_the_reason_and_is_open_again() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)

    await activities.send_back(activity, " The certificate is missing. ", actor=await _staff_of(activity), at=NOW)

    decided = await Activity.get(id=activity.id)
    assert (decided.state, decided.decision_note) == (ActivityState.APPROVED, "The certificate is missing.")
    assert await Precedent.all().count() == 0


async def test_sending_back_needs_a_reason() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)

    with pytest.raises(ReasonMissing):
        await activities.send_back(activity, " ", actor=await _staff_of(activity), at=NOW)


async def test_a_report_can_be_declined() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)

    await activities.decline(activity, "Not international.", actor=await _staff_of(activity), at=NOW)

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
