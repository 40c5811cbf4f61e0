"""Tests of the decisions that are found by themselves beside an activity that waits."""

from uuid import uuid4

import pytest

from models.actions import activities, decisions
from models.errors import NotAllowed
from models.queries.precedents import similar
from models.tables import Activity, Enrolment, Precedent
from models.tables.activities import Mode, Place
from tests.factories import NOW, make_enrolment, make_programme, make_staff, programme_of, student_of


async def proposed(enrolment: Enrolment, title: str) -> Activity:
    activity = await activities.propose(
        enrolment,
        title,
        "We meet.",
        Place.SWEDEN,
        Mode.ONSITE,
        activity_id=uuid4(),
        actor=await student_of(enrolment),
        at=NOW,
    )
    return await Activity.get(id=activity.id).select_related("enrolment")


async def decided(enrolment: Enrolment, title: str) -> Activity:
    activity = await proposed(enrolment, title)
    staff = await make_staff(await programme_of(enrolment))
    await decisions.decline(activity, "Not international.", actor=staff, at=NOW)
    return activity


async def found(activity: Activity) -> list[str]:
    staff = await make_staff(await programme_of(activity.enrolment))
    rows = await similar(activity, actor=staff, programme_id=activity.enrolment.programme_id)
    return [row.title_en for row in rows]


async def test_decisions_that_share_a_word_are_found_and_the_others_are_not(database: None) -> None:
    enrolment = await make_enrolment()
    for title in ("Lecture on global health", "Choir", "A walk"):
        await decided(enrolment, title)

    assert await found(await proposed(enrolment, "Guest lectures in English")) == ["Lecture on global health"]


async def test_what_shares_most_words_comes_first(database: None) -> None:
    enrolment = await make_enrolment()
    for title in ("Global health week", "Summer school on global health"):
        await decided(enrolment, title)

    assert await found(await proposed(enrolment, "Summer course in global health")) == [
        "Summer school on global health",
        "Global health week",
    ]


async def test_the_decision_about_itself_is_no_precedent(database: None) -> None:
    enrolment = await make_enrolment()
    activity = await decided(enrolment, "Choir")

    assert await found(activity) == []


async def test_short_words_are_not_compared(database: None) -> None:
    enrolment = await make_enrolment()
    await decided(enrolment, "A day at the sea")

    assert await found(await proposed(enrolment, "A job at the bar")) == []


async def test_staff_of_another_programme_find_nothing(database: None) -> None:
    enrolment = await make_enrolment()
    await decided(enrolment, "Choir")
    activity = await proposed(enrolment, "Choir abroad")
    stranger = await make_staff(await make_programme("DENT"))

    with pytest.raises(NotAllowed):
        await similar(activity, actor=stranger, programme_id=activity.enrolment.programme_id)
    assert await Precedent.all().count() == 1
