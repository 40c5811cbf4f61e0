"""The rules of Lund's School of Social Work (requirements.md §1), in the order of the source."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import assessments, claims, decisions, enrolments, precedents, settling, study_dates
from models.actions.applications import ApplicationClosed
from models.actions.claims import ReadAlready
from models.actions.gatherings import EventNotInRules, ForumMissing
from models.actions.reflections import RuleSays
from models.errors import NotAllowed
from models.queries import enrolments as reading
from models.queries.overview import students_of_staff
from models.queries.precedents import search
from models.queries.rule_sets import versions_of
from models.queries.suggestions import listings
from models.rules.ruleset import RuleSet, preset
from models.states import EnrolmentState, ReflectionState
from models.tables import Enrolment, Precedent
from models.tables.assessments import Decision
from models.tables.gatherings import Part
from tests.factories import NOW, STUDY_END, make_assessor
from tests.sites.stage import (
    ABROAD,
    ONLINE,
    SWEDEN,
    Site,
    Student,
    open_site,
    reload_piece,
    said,
    weekly,
)

pytestmark = pytest.mark.usefixtures("database")

LAST_DAY = STUDY_END + timedelta(weeks=26)
FORUMS = ("fellow-students", "cohort-lesson", "placement-information", "international-cafe", "teacher-meeting", "web")


async def _enrolled() -> Student:
    return await (await open_site("soch")).enrol()


async def _with_three_types(site: Site | None = None) -> Student:
    student = await (site or await open_site("soch")).enrol()
    await student.do("exchange", ABROAD)
    await student.do("buddy-group")
    await student.do("lecture", days=weekly(3))
    return student


async def _ready_to_apply(site: Site | None = None) -> Student:
    student = await _with_three_types(site)
    second = await make_assessor(student.site.programme, "Sam Second")
    await student.accepted(await student.hand_in_final(), student.site.assessor, second)
    await student.attend("presentation", "web")
    return student


# The two conditions.


async def test_the_certificate_needs_an_approved_report_and_a_presentation() -> None:
    student = await _with_three_types()

    assert await student.lacks() == {"presentation": 1, "final": 1}

    second = await make_assessor(student.site.programme, "Sam Second")
    await student.accepted(await student.hand_in_final(), student.site.assessor, second)
    assert await student.lacks() == {"presentation": 1}

    await student.attend("presentation", "web")
    assert (await student.progress()).complete


@pytest.mark.parametrize("forum", FORUMS)
async def test_one_presents_to_fellow_students_or_in_another_approved_forum(forum: str) -> None:
    student = await _enrolled()

    await student.attend("presentation", forum)

    assert await student.have("presentation") == 1


@pytest.mark.parametrize("forum", ["", "living-room"])
async def test_a_presentation_in_no_approved_forum_cannot_be_announced(forum: str) -> None:
    site = await open_site("soch")

    with pytest.raises(ForumMissing, match="list where this kind of event may be held"):
        await site.gather("presentation", forum)


# The assessors.


async def test_what_one_assessor_accepts_waits_for_a_second_one() -> None:
    student = await _with_three_types()

    report = await student.accepted(await student.hand_in_final())

    assert report.state is ReflectionState.SUBMITTED
    assert await student.is_told("final") == (
        "Din slutreflektion är inlämnad och väntar på bedömning.",
        "Your final reflection is handed in and waits for its assessment.",
    )


async def test_the_second_of_four_assessors_accepts_it_for_good() -> None:
    student = await _with_three_types()
    assessors = [student.site.assessor, *[await make_assessor(student.site.programme, name) for name in "BCD"]]

    report = await student.accepted(await student.hand_in_final(), assessors[3], assessors[1])

    assert (report.state, await student.have("final")) == (ReflectionState.ACCEPTED, 1)


async def test_one_assessor_does_not_read_twice() -> None:
    student = await _with_three_types()
    report = await student.accepted(await student.hand_in_final())

    with pytest.raises(ReadAlready):
        await claims.claim(report, actor=student.site.assessor, at=NOW)


async def test_a_report_goes_back_once_both_assessors_say_so() -> None:
    student = await _with_three_types()
    second = await make_assessor(student.site.programme, "Sam Second")
    report = await student.accepted(await student.hand_in_final())
    await claims.claim(report, actor=second, at=NOW)
    await assessments.return_for_revision(await reload_piece(report), "Reflect more.", actor=second, at=NOW)
    disputed = await reload_piece(report)

    await settling.agree(disputed, Decision.RETURNED, actor=student.site.assessor, at=NOW)

    assert disputed.state is ReflectionState.DISPUTED
    assert (await reload_piece(report)).state is ReflectionState.RETURNED


# Which new activities count.


async def _declined() -> Student:
    student = await _enrolled()
    activity = await student.propose("own", ABROAD, title="Beach holiday")
    await decisions.decline(activity, "A holiday is no activity.", actor=student.site.staff, at=NOW)
    return student


async def test_a_decision_about_a_new_activity_is_kept_and_the_assessors_find_it() -> None:
    student = await _declined()

    [found] = await search("holiday", actor=student.site.assessor, programme_id=student.site.programme.id)

    assert (found.title_en, found.counts, found.reason) == ("Beach holiday", False, "A holiday is no activity.")


async def test_an_approval_is_a_precedent_too() -> None:
    student = await _enrolled()
    activity = await student.propose("conference", title="Nordic conference")

    await decisions.approve(activity, "Three days with others.", actor=student.site.staff, at=NOW)

    [found] = await search("nordic", actor=student.site.assessor, programme_id=student.site.programme.id)
    assert (found.counts, found.reason) == (True, "Three days with others.")


async def test_students_find_a_decision_when_staff_have_shared_it() -> None:
    student = await _declined()
    programme = student.site.programme
    before = await search("holiday", actor=student.actor, programme_id=programme.id)

    await precedents.share(
        await Precedent.all().get(),
        "Badresa",
        "Beach holiday",
        "Nothing was done with others.",
        actor=student.site.staff,
        at=NOW,
    )

    after = await search("holiday", actor=student.actor, programme_id=programme.id)
    assert (before, [one.reason for one in after]) == ([], ["Nothing was done with others."])


# Registrations and diplomas.


async def test_mis_registrations_from_other_faculties_are_void_with_a_reason_and_in_no_count() -> None:
    site = await open_site("soch")
    kept, *mistaken = [await site.enrol(name=name) for name in "ABCD"]

    for student in mistaken:
        await enrolments.void(student.enrolment, "From another faculty.", actor=site.staff, at=NOW)

    listed = await students_of_staff(site.staff, on=NOW.date())
    [version] = await versions_of("soch", actor=site.staff)
    void = await Enrolment.filter(state=EnrolmentState.VOID)
    assert [line.student.id for line in listed] == [kept.enrolment.id]
    assert version.enrolled == 1
    assert {one.ended_reason for one in void} == {"From another faculty."}


async def test_a_mis_registration_is_not_void_without_a_reason() -> None:
    student = await _enrolled()

    with pytest.raises(enrolments.ReasonMissing):
        await enrolments.void(student.enrolment, "", actor=student.site.staff, at=NOW)

    assert (await Enrolment.get(id=student.enrolment.id)).state is EnrolmentState.ACTIVE


async def test_who_is_void_can_do_nothing_and_staff_can_take_it_back() -> None:
    student = await _enrolled()
    await enrolments.void(student.enrolment, "From another faculty.", actor=student.site.staff, at=NOW)
    student.enrolment = await reading.enrolment(student.enrolment.id, actor=student.actor)
    with pytest.raises(NotAllowed):
        await student.propose()

    await enrolments.reinstate(student.enrolment, "A mistake.", actor=student.site.staff, at=NOW)

    student.enrolment = await reading.enrolment(student.enrolment.id, actor=student.actor)
    assert (await student.propose()).enrolment_id == student.enrolment.id


async def test_diplomas_are_numbered_from_one() -> None:
    site = await open_site("soch")

    first, second = [await (await _ready_to_apply(site)).is_awarded("registered") for _ in range(2)]

    assert (first.number, second.number) == (1, 2)


# One term after the studies.


async def test_one_has_a_term_after_the_studies_to_apply() -> None:
    student = await _ready_to_apply()

    student.wait_until(LAST_DAY)

    assert (await student.progress()).application_deadline == LAST_DAY
    assert (await student.is_awarded("registered")).number == 1


async def test_after_that_term_it_is_too_late() -> None:
    student = await _ready_to_apply()

    student.wait_until(LAST_DAY + timedelta(days=1))

    with pytest.raises(ApplicationClosed, match="could be applied for until 2026-12-04"):
        await student.apply("registered")


async def test_the_report_is_taken_until_the_end_of_that_term() -> None:
    student = await _with_three_types()
    student.wait_until(LAST_DAY)
    report = await student.start_final()
    await student.fill(report, word_count=3000)

    student.wait_until(LAST_DAY + timedelta(days=1))
    with pytest.raises(RuleSays) as refusal:
        await student.hand_in(report)

    assert said(refusal.value) == [
        (
            "Slutreflektionen skulle ha lämnats in senast den 4 december 2026.",
            "The final reflection had to be handed in by 4 December 2026.",
        )
    ]
    student.wait_until(LAST_DAY)
    assert (await student.hand_in(report)).state is ReflectionState.SUBMITTED


async def test_by_agreement_one_has_longer() -> None:
    student = await _ready_to_apply()
    agreed = LAST_DAY + timedelta(weeks=8)
    await study_dates.grant_extension(
        student.enrolment, agreed, "Agreed by phone.", extension_id=uuid4(), actor=student.site.staff, at=NOW
    )

    student.wait_until(agreed)

    assert (await student.apply("registered")).enrolment_id == student.enrolment.id


async def test_who_does_not_apply_is_de_registered_with_a_reason() -> None:
    student = await _ready_to_apply()
    student.wait_until(LAST_DAY + timedelta(days=1))

    await enrolments.deregister(student.enrolment, "The term has passed.", actor=student.site.staff, at=student.at)

    ended = await Enrolment.get(id=student.enrolment.id)
    assert (ended.state, ended.ended_reason) == (EnrolmentState.DEREGISTERED, "The term has passed.")
    assert await students_of_staff(student.site.staff, on=student.at.date()) == []


async def test_who_was_de_registered_applies_no_more() -> None:
    student = await _ready_to_apply()
    await enrolments.deregister(student.enrolment, "The term has passed.", actor=student.site.staff, at=NOW)

    with pytest.raises(enrolments.EnrolmentEnded):
        await student.apply("registered")


# Workshops.


async def test_a_workshop_is_open_to_every_student_of_the_school() -> None:
    site = await open_site("soch")
    last_year = await site.enrol(name="Last")
    first_year = await site.enrol(STUDY_END + timedelta(days=1000), name="First")
    workshop = await site.gather("workshop")

    rows = [await student.sign_up(workshop, Part.LISTENER) for student in (last_year, first_year)]

    assert [row.is_waiting for row in rows] == [False, False]


async def test_a_workshop_is_offered_and_not_asked_for() -> None:
    student = await _enrolled()

    assert [one.id for one in (await student.progress()).requirements] == [
        "eligibility",
        "types",
        "abroad",
        "sweden",
        "presentation",
        "final",
    ]


# Wishes and open questions.


async def test_the_questions_of_the_report_ask_to_compare() -> None:
    student = await _enrolled()
    mine = await reading.enrolment(student.enrolment.id, actor=student.actor)
    [standing] = await reading.standings([mine], on=NOW.date())

    assert standing.rule_set.final.prompts[0].en == (
        "What did you experience in your activities, and how do they differ?"
    )


def _with(**changes: object) -> RuleSet:
    """Give the school's rules with other parts, as staff could write them."""
    document = preset("soch").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return RuleSet.model_validate(document | {"version": "changed"} | changes)


async def test_a_preparatory_lecture_can_be_made_mandatory() -> None:
    document = preset("soch").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    lecture = {"id": "preparation", "name": {"sv": "Förberedande föreläsning", "en": "Preparatory lecture"}}
    asked = {"id": "preparation", "kind": "event", "event": "preparation"}
    site = await open_site(_with(event=[*document["event"], lecture], requirement=[*document["requirement"], asked]))
    student = await site.enrol()

    assert await student.is_told("preparation") == (
        "Kvar att göra: Förberedande föreläsning.",
        "Still to do: Preparatory lecture.",
    )
    await student.attend("preparation", part=Part.LISTENER)
    assert await student.have("preparation") == 1


async def test_staff_can_add_a_forum() -> None:
    document = preset("soch").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    presentation, *others = document["event"]
    podcast = {"id": "podcast", "name": {"sv": "Podd", "en": "Podcast"}}
    site = await open_site(_with(event=[presentation | {"forum": [*presentation["forum"], podcast]}, *others]))
    student = await site.enrol()

    await student.attend("presentation", "podcast")

    assert await student.have("presentation") == 1


async def test_an_event_that_the_rules_do_not_know_cannot_be_announced() -> None:
    site = await open_site("soch")

    with pytest.raises(EventNotInRules):
        await site.gather("excursion")


async def test_an_activity_on_the_web_from_sweden_is_not_abroad() -> None:
    student = await _enrolled()

    await student.do("summer-course", SWEDEN, ONLINE)

    assert await student.why_not("abroad") == [("Det är ingen aktivitet utomlands.", "It is not an activity abroad.")]


async def test_the_school_can_decide_that_activities_on_the_web_count_as_abroad() -> None:
    web = {"id": "web", "kind": "count-as", "facet": "place", "wanted": "abroad", "where": {"mode": "online"}}
    student = await (await open_site(_with(substitution=[web]))).enrol()

    await student.do("summer-course", SWEDEN, ONLINE)

    assert await student.have("abroad") == 1


async def test_a_faculty_can_drop_the_final_report() -> None:
    student = await _with_three_types(await open_site(_with(final={"required": False})))

    await student.attend("presentation", "web")

    assert (await student.progress()).complete


async def test_a_student_gets_tips_on_activities_that_would_bring_the_most() -> None:
    student = await _enrolled()
    await student.do("volunteering")
    await student.site.list_activity("Another help", "volunteering")
    await student.site.list_activity("Language café", "language-cafe")
    await student.site.list_activity("Placement abroad", "placement", ABROAD)

    listed = await listings(student.enrolment, on=NOW.date())

    assert [(one.item.title_en, [gain.requirement_id for gain in one.gains]) for one in listed] == [
        ("Placement abroad", ["types", "abroad"]),
        ("Language café", ["types"]),
        ("Another help", []),
    ]
