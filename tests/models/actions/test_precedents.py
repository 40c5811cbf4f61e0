"""Decisions kept: whether something like it has counted before, and who may find it."""

from datetime import timedelta

import pytest

from models.actions import activities, decisions, precedents
from models.actions.enrolments import ReasonMissing
from models.actions.facts import DecidedFacts
from models.actions.precedents import TitlesMissing, TitleTooLong
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.queries.precedents import search
from models.rules.primitives import ActivityRules
from models.states import ActivityState, EnrolmentState
from models.tables import Activity, Enrolment, Event, Precedent, Programme
from tests.factories import (
    AFTER,
    NOW,
    edition,
    make_activity,
    make_assessor,
    make_enrolment,
    make_programme,
    make_staff,
    pin,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(days=1)


async def _decided(title: str, reason: str = "Not international.", enrolment: Enrolment | None = None) -> Precedent:
    activity = await make_activity(enrolment, ActivityState.PROPOSED, title)
    staff = await make_staff(await programme_of(activity.enrolment))
    await decisions.decline(activity, reason, actor=staff, at=NOW)
    return await Precedent.get(activity_id=activity.id)


async def _share(precedent: Precedent, title: str = "Resa", reason: str = "Nothing was done with others.") -> None:
    staff = await make_staff(await Programme.get(id=precedent.programme_id))
    await precedents.share(precedent, f"{title} (sv)", title, reason, actor=staff, at=NOW)


async def _titles(text: str, actor: Actor, programme_id: int) -> list[str]:
    return [found.title_en for found in await search(text, actor=actor, programme_id=programme_id)]


async def test_a_decision_about_an_own_proposal_is_kept_with_its_reason() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED, title="Study visit")
    staff = await make_staff(await programme_of(activity.enrolment))

    await decisions.approve(activity, "Good idea.", facts=DecidedFacts("own", "", "", 5), actor=staff, at=NOW)

    kept = await Precedent.get(activity_id=activity.id)
    assert (kept.title_en, kept.reason, kept.counts, kept.is_shared) == ("Study visit", "Good idea.", True, False)
    assert (kept.points, kept.decided_by_id, kept.decided_at) == (5, staff.person_id, NOW)
    assert await Event.filter(move="keep_precedent").count() == 1


async def test_what_was_chosen_from_the_catalogue_is_no_precedent() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    await pin(activity.enrolment, AFTER)
    await activities.report(activity, actor=await student_of(activity.enrolment), at=NOW)

    await decisions.confirm(activity, actor=await make_staff(await programme_of(activity.enrolment)), at=NOW)

    assert await Precedent.all().count() == 0


async def test_a_second_decision_replaces_the_first_and_nobody_else_reads_it_yet() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED, title="Study visit")
    staff = await make_staff(await programme_of(activity.enrolment))
    await pin(activity.enrolment, edition("after", activities=ActivityRules(approval="after")))
    await decisions.approve(activity, "Good idea.", actor=staff, at=NOW)
    await _share(await Precedent.get(activity_id=activity.id))
    student = await student_of(activity.enrolment)
    await activities.log_occasion(activity, NOW.date(), actor=student, at=NOW)
    await activities.report(activity, actor=student, at=NOW)

    await decisions.decline(activity, "Robin was not there.", actor=staff, at=LATER)

    kept = await Precedent.get(activity_id=activity.id)
    assert (kept.title_en, kept.reason, kept.counts, kept.is_shared) == (
        "Study visit",
        "Robin was not there.",
        False,
        False,
    )


async def test_staff_share_a_decision_in_their_own_words() -> None:
    kept = await _decided("Robins resa", "Robin travelled alone.")

    await _share(kept, "Holiday trip", "Travelling alone is no activity.")

    shared = await Precedent.get(id=kept.id)
    assert (shared.title_sv, shared.title_en) == ("Holiday trip (sv)", "Holiday trip")
    assert (shared.reason, shared.is_shared) == ("Travelling alone is no activity.", True)
    assert (await Activity.get(id=kept.activity_id)).title_en == "Robins resa"


@pytest.mark.parametrize(
    ("title", "reason", "refusal"),
    [(" ", "Why.", TitlesMissing), ("x" * 201, "Why.", TitleTooLong), ("Trip", " ", ReasonMissing)],
)
async def test_sharing_needs_short_names_and_a_reason(title: str, reason: str, refusal: type[Exception]) -> None:
    kept = await _decided("Resa")
    staff = await make_staff(await Programme.get(id=kept.programme_id))

    with pytest.raises(refusal):
        await precedents.share(kept, "Resa", title, reason, actor=staff, at=NOW)

    assert not (await Precedent.get(id=kept.id)).is_shared


async def test_words_about_a_decision_that_was_replaced_are_not_shared() -> None:
    kept = await _decided("Resa")
    await Precedent.filter(id=kept.id).update(decided_at=LATER)

    with pytest.raises(WrongState):
        await _share(kept)


async def test_staff_of_another_programme_share_nothing() -> None:
    kept = await _decided("Resa")
    staff = await make_staff(await make_programme("BE"))

    with pytest.raises(NotAllowed):
        await precedents.share(kept, "Resa", "Trip", "Why.", actor=staff, at=NOW)


async def test_students_find_what_is_shared_and_no_more_once_it_is_taken_back() -> None:
    enrolment = await make_enrolment()
    kept = await _decided("Resa till Oslo")
    await _decided("Resa till Umeå")
    await _share(kept, "Resa")
    student, before = await student_of(enrolment), []
    before = await _titles("resa", student, enrolment.programme_id)

    staff = await make_staff(await programme_of(enrolment))
    await precedents.unshare(await Precedent.get(id=kept.id), actor=staff, at=NOW)

    assert before == ["Resa"]
    assert await _titles("resa", student, enrolment.programme_id) == []


async def test_what_is_not_shared_cannot_be_taken_back() -> None:
    kept = await _decided("Resa")

    with pytest.raises(WrongState):
        await precedents.unshare(kept, actor=await make_staff(await Programme.get(id=kept.programme_id)), at=NOW)


@pytest.mark.parametrize("text", ["ÖSTERSJÖN", "östersjön", "kryssning ÖSTER", "o\u0308stersjo\u0308n", "umeå festen"])
async def test_words_are_found_in_upper_and_lower_case_in_titles_and_reasons(text: str) -> None:
    kept = await _decided("Kryssning på Östersjön", "En studentfest i Umeå: festen räknas inte.")
    await _decided("Konferens i Åbo")
    assessor = await make_assessor(await Programme.get(id=kept.programme_id))

    assert await _titles(text, assessor, kept.programme_id) == ["Kryssning på Östersjön"]


async def test_every_word_must_occur() -> None:
    kept = await _decided("Kryssning på Östersjön")
    assessor = await make_assessor(await Programme.get(id=kept.programme_id))

    assert await _titles("kryssning Vättern", assessor, kept.programme_id) == []


@pytest.mark.parametrize("text", ["%", "_", "100_", "\\"])
async def test_signs_stand_for_themselves(text: str) -> None:
    kept = await _decided("Trip to Oslo, 1000 km", "No.")
    assessor = await make_assessor(await Programme.get(id=kept.programme_id))

    assert await _titles(text, assessor, kept.programme_id) == []


async def test_no_words_list_the_newest_first_up_to_the_limit() -> None:
    enrolment = await make_enrolment()
    for days, title in enumerate(("One", "Two", "Three")):
        kept = await _decided(title, enrolment=enrolment)
        await Precedent.filter(id=kept.id).update(decided_at=NOW + timedelta(days=days))
    staff = await make_staff(await programme_of(enrolment))

    found = await search(" ", actor=staff, programme_id=enrolment.programme_id, limit=2)

    assert [one.title_en for one in found] == ["Three", "Two"]


async def test_the_decisions_of_another_programme_are_not_found() -> None:
    await _decided("Resa")
    other = await make_programme("BE")

    assert await _titles("resa", await make_staff(other), other.id) == []


@pytest.mark.parametrize("state", [EnrolmentState.VOID, EnrolmentState.DEREGISTERED])
async def test_who_is_enrolled_no_longer_finds_nothing(state: EnrolmentState) -> None:
    enrolment = await make_enrolment()
    await _share(await _decided("Resa"))
    await Enrolment.filter(id=enrolment.id).update(state=state, ended_reason="Wrong faculty.")

    with pytest.raises(NotAllowed):
        await search("", actor=await student_of(enrolment), programme_id=enrolment.programme_id)


async def test_what_is_found_says_who_decided_and_leads_to_no_student() -> None:
    kept = await _decided("Resa")
    staff = await make_staff(await Programme.get(id=kept.programme_id))

    [found] = await search("", actor=staff, programme_id=kept.programme_id)

    assert found.decided_by.name == "Sten"
    assert not isinstance(found.activity, Activity)
