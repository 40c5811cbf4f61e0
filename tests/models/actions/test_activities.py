"""What students do with their activities: chosen, proposed, done, withdrawn."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import activities
from models.actions.activities import NoOwnProposals, OccasionNotPast, TitleMissing
from models.actions.facts import TypeNotListed
from models.actions.proof import NoOccasion
from models.errors import NotAllowed, Refused, WrongState
from models.rules.bilingual import Bilingual
from models.rules.primitives import ActivityType
from models.states import ActivityState
from models.tables import Activity, CatalogueItem, Enrolment, Event, Occasion
from models.tables.activities import Mode, Place
from tests.factories import (
    KI,
    NOW,
    OCCASION,
    edition,
    make_activity,
    make_enrolment,
    make_item,
    make_programme,
    pin,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

TODAY = NOW.date()
TYPES = edition(
    "types",
    types=(
        ActivityType(id="conference", name=Bilingual("Konferens", "Conference")),
        ActivityType(id="buddy-group", name=Bilingual("Faddergrupp", "Buddy group")),
    ),
)


async def _propose(
    enrolment: Enrolment, title: str = "Journal club", about: str = "We read.", kind: str = "own"
) -> Activity:
    return await activities.propose(
        enrolment,
        title,
        about,
        Place.SWEDEN,
        Mode.HYBRID,
        kind=kind,
        activity_id=uuid4(),
        actor=await student_of(enrolment),
        at=NOW,
    )


async def _state_of(activity: Activity) -> ActivityState:
    return (await Activity.get(id=activity.id)).state


async def test_a_chosen_activity_is_approved_at_once() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)

    assert activity.state is ActivityState.APPROVED


async def test_a_chosen_activity_keeps_its_title_when_the_catalogue_changes() -> None:
    activity = await make_activity(state=ActivityState.APPROVED, title="TedX")

    await CatalogueItem.all().update(title_en="Something else", title_sv="Något annat")

    assert (await Activity.get(id=activity.id)).title_en == "TedX"


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


async def test_an_activity_of_another_programme_cannot_be_chosen() -> None:
    enrolment = await make_enrolment()
    foreign = await make_item(await make_programme("BE"))

    with pytest.raises(NotAllowed):
        await activities.choose(enrolment, foreign, activity_id=uuid4(), actor=await student_of(enrolment), at=NOW)

    assert await Activity.all().count() == 0


async def test_an_activity_that_is_closed_cannot_be_chosen() -> None:
    enrolment = await make_enrolment()
    item = await make_item(await programme_of(enrolment))
    await CatalogueItem.filter(id=item.id).update(is_open=False)

    with pytest.raises(WrongState):
        await activities.choose(enrolment, item, activity_id=uuid4(), actor=await student_of(enrolment), at=NOW)


async def test_the_same_choice_sent_twice_at_once_is_one_activity() -> None:
    enrolment = await make_enrolment()
    item, student, activity_id = await make_item(await programme_of(enrolment)), await student_of(enrolment), uuid4()

    both = await asyncio.gather(
        *(activities.choose(enrolment, item, activity_id=activity_id, actor=student, at=NOW) for _ in range(2))
    )

    assert [activity.id for activity in both] == [activity_id, activity_id]


async def test_the_id_of_another_students_activity_is_refused() -> None:
    foreign = await make_activity(state=ActivityState.APPROVED)
    enrolment = await make_enrolment(await programme_of(foreign.enrolment))
    item = await CatalogueItem.get(id=foreign.catalogue_item_id)

    with pytest.raises(NotAllowed):
        await activities.choose(enrolment, item, activity_id=foreign.id, actor=await student_of(enrolment), at=NOW)


async def test_a_proposal_waits_for_a_decision() -> None:
    activity = await _propose(await make_enrolment())

    assert activity.state is ActivityState.PROPOSED


@pytest.mark.parametrize(("title", "about"), [(" ", "We read."), ("Journal club", "\n")])
async def test_a_proposal_needs_a_title_and_a_description(title: str, about: str) -> None:
    enrolment = await make_enrolment()

    with pytest.raises(TitleMissing):
        await _propose(enrolment, title, about)


@pytest.mark.parametrize(
    ("kind", "kept"), [("own", "own"), ("Conference", "conference"), ("buddy_group", "buddy-group")]
)
async def test_a_proposal_is_of_a_listed_type_or_an_own_one(kind: str, kept: str) -> None:
    enrolment = await make_enrolment()
    await pin(enrolment, TYPES)

    activity = await _propose(enrolment, kind=kind)

    assert activity.kind == kept


async def test_a_proposal_of_a_type_that_is_not_listed_is_refused() -> None:
    enrolment = await make_enrolment()
    await pin(enrolment, TYPES)

    with pytest.raises(TypeNotListed):
        await _propose(enrolment, kind="holiday")

    assert await Activity.all().count() == 0


async def test_own_proposals_are_refused_where_the_rule_set_has_none() -> None:
    rule_set = KI.model_copy(update={"own_proposals": False, "version": "list-only"})
    enrolment = await make_enrolment(await make_programme(rule_set=rule_set))

    with pytest.raises(NoOwnProposals):
        await _propose(enrolment)


async def test_the_same_proposal_sent_twice_at_once_is_one() -> None:
    enrolment = await make_enrolment()
    student, activity_id = await student_of(enrolment), uuid4()

    await asyncio.gather(
        *(
            activities.propose(
                enrolment, "Club", "Read.", Place.SWEDEN, Mode.ONSITE, activity_id=activity_id, actor=student, at=NOW
            )
            for _ in range(2)
        )
    )

    assert await Event.filter(move="propose").count() == 1


async def test_a_day_in_the_future_is_refused() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)

    with pytest.raises(OccasionNotPast):
        await activities.log_occasion(
            activity, TODAY + timedelta(days=1), actor=await student_of(activity.enrolment), at=NOW
        )


async def test_today_can_be_logged() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)

    await activities.log_occasion(activity, TODAY, actor=await student_of(activity.enrolment), at=NOW)

    assert await Occasion.exists(activity_id=activity.id, took_place_on=TODAY)


async def test_the_same_day_twice_is_one_occasion() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)

    await activities.log_occasion(activity, OCCASION, actor=await student_of(activity.enrolment), at=NOW)

    assert await Occasion.filter(activity_id=activity.id).count() == 1
    assert await Event.filter(move="log_occasion").count() == 1


async def test_a_proposal_comes_with_the_days_on_which_it_took_place() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)

    await activities.log_occasion(activity, OCCASION, actor=await student_of(activity.enrolment), at=NOW)

    assert [occasion.took_place_on for occasion in await Occasion.all()] == [OCCASION]


@pytest.mark.parametrize(
    "state", [ActivityState.REPORTED, ActivityState.DONE, ActivityState.DECLINED, ActivityState.WITHDRAWN]
)
async def test_an_activity_that_is_not_open_takes_no_more_days(state: ActivityState) -> None:
    activity = await make_activity(state=state)
    before = await Occasion.all().count()

    with pytest.raises(WrongState):
        await activities.log_occasion(activity, TODAY, actor=await student_of(activity.enrolment), at=NOW)

    assert await Occasion.all().count() == before


async def test_a_day_that_was_noted_by_mistake_is_taken_back() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)

    await activities.remove_occasion(
        await Occasion.get(activity_id=activity.id), actor=await student_of(activity.enrolment), at=NOW
    )

    assert await Occasion.all().count() == 0


async def test_the_days_of_a_done_activity_stay() -> None:
    activity = await make_activity(state=ActivityState.DONE)

    with pytest.raises(WrongState):
        await activities.remove_occasion(
            await Occasion.get(activity_id=activity.id), actor=await student_of(activity.enrolment), at=NOW
        )

    assert await Occasion.all().count() == 1


async def test_an_activity_without_a_day_cannot_be_completed() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    student = await student_of(activity.enrolment)
    await activities.remove_occasion(await Occasion.get(activity_id=activity.id), actor=student, at=NOW)

    with pytest.raises(NoOccasion):
        await activities.complete(activity, actor=student, at=NOW)

    assert await _state_of(activity) is ActivityState.APPROVED


async def test_a_done_activity_cannot_be_withdrawn() -> None:
    activity = await make_activity(state=ActivityState.DONE)

    with pytest.raises(WrongState):
        await activities.withdraw(activity, actor=await student_of(activity.enrolment), at=NOW)

    assert await _state_of(activity) is ActivityState.DONE


@pytest.mark.parametrize("state", [ActivityState.PROPOSED, ActivityState.APPROVED, ActivityState.REPORTED])
async def test_an_activity_that_is_not_done_can_be_withdrawn(state: ActivityState) -> None:
    activity = await make_activity(state=state)

    await activities.withdraw(activity, actor=await student_of(activity.enrolment), at=NOW)

    assert await _state_of(activity) is ActivityState.WITHDRAWN


async def test_a_refusal_carries_words() -> None:
    activity = await make_activity(state=ActivityState.DONE)

    with pytest.raises(Refused) as refusal:
        await activities.withdraw(activity, actor=await student_of(activity.enrolment), at=NOW)

    assert str(refusal.value) == WrongState.words


async def test_a_proposal_follows_the_rules_that_hold_when_it_is_sent() -> None:
    enrolment = await make_enrolment()
    await pin(enrolment, edition("list-only", own_proposals=False))

    with pytest.raises(NoOwnProposals):
        await _propose(enrolment)
