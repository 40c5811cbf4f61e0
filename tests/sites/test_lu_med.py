"""The rules of Lund's Faculty of Medicine (requirements.md §1), in the order of the source."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from models.actions import contacts, decisions, enrolments, exports, rule_sets
from models.actions.gatherings import ForumMissing
from models.actions.reflections import RuleSays
from models.actions.rule_sets import document_of
from models.errors import NotAllowed, WrongState
from models.queries.contacts import contacts_of
from models.rules.ruleset import preset
from models.states import ActivityState
from models.tables import Person
from models.tables.activities import Mode
from models.tables.gatherings import Part
from tests.factories import NOW, make_person, make_staff
from tests.sites.stage import (
    ABROAD,
    HYBRID,
    ONLINE,
    SOME_DAY,
    SWEDEN,
    Student,
    open_site,
    reload,
    said,
    weekly,
)

pytestmark = pytest.mark.usefixtures("database")

IN_2021 = datetime(2021, 9, 1, 10, 0, tzinfo=UTC)


async def _enrolled() -> Student:
    return await (await open_site("lu-med")).enrol()


async def _with_three_activities() -> Student:
    student = await _enrolled()
    await student.do("exchange", ABROAD)
    await student.do("conference")
    await student.do("workshop")
    return student


@pytest.mark.parametrize("days_before_the_end", [1, 4 * 365])
async def test_a_student_registers_at_any_time(days_before_the_end: int) -> None:
    site = await open_site("lu-med")

    student = await site.enrol(NOW.date() + timedelta(days=days_before_the_end), at=NOW)

    assert await student.lacks() == {"activities": 3, "sweden": 1, "abroad": 1, "presentation": 1, "final": 1}


async def test_three_activities_one_in_sweden_and_one_abroad_are_enough() -> None:
    student = await _with_three_activities()

    assert await student.lacks() == {"presentation": 1, "final": 1}


async def test_two_activities_lack_one() -> None:
    student = await _enrolled()
    await student.do("exchange", ABROAD)
    await student.do("conference")

    assert await student.lacks() == {"activities": 1, "presentation": 1, "final": 1}


async def test_three_activities_in_sweden_lack_one_abroad() -> None:
    student = await _enrolled()
    for kind in ("conference", "workshop", "summer-course"):
        await student.do(kind)

    assert await student.is_told("abroad") == ("Du saknar en aktivitet utomlands.", "You lack one activity abroad.")


async def test_three_activities_abroad_lack_one_in_sweden() -> None:
    student = await _enrolled()
    for kind in ("conference", "workshop", "summer-course"):
        await student.do(kind, ABROAD)

    assert await student.is_told("sweden") == ("Du saknar en aktivitet i Sverige.", "You lack one activity in Sweden.")


# The exception for 2022.


async def _in_the_pandemic(name: str, study_end: date) -> Student:
    return await (await open_site(name)).enrol(
        study_end, admitted_date=date(2018, 9, 3), at=IN_2021, now=datetime(2021, 12, 30, 9, 0, tzinfo=UTC)
    )


async def _with_a_digital_activity(name: str, study_end: date) -> Student:
    """Make a student with three activities in Sweden, one of them digital."""
    student = await _in_the_pandemic(name, study_end)
    days = (date(2021, 10, 1),)
    await student.do("summer-course", SWEDEN, ONLINE, days=days)
    await student.do("conference", days=days)
    await student.do("workshop", days=days)
    return student


@pytest.mark.parametrize(
    ("study_end", "is_replaced"),
    [
        (date(2021, 12, 31), False),
        (date(2022, 1, 1), True),
        (date(2022, 12, 31), True),
        (date(2023, 1, 1), False),
    ],
)
async def test_a_digital_activity_replaces_one_abroad_for_those_who_finish_in_2022(
    study_end: date, *, is_replaced: bool
) -> None:
    student = await _with_a_digital_activity("lu-med-2022", study_end)

    assert (await student.have("activities"), await student.have("abroad")) == (3, 1 if is_replaced else 0)


async def test_without_the_exception_a_digital_activity_is_not_abroad() -> None:
    student = await _with_a_digital_activity("lu-med", date(2022, 6, 3))

    assert await student.have("abroad") == 0


async def test_staff_publish_the_exception_as_a_version_and_move_those_whom_the_rule_blocked() -> None:
    student = await _with_a_digital_activity("lu-med", date(2022, 6, 3))
    site = student.site
    [exception] = document_of(preset("lu-med-2022"))["substitution"]
    draft = await rule_sets.open_draft(site.programme, draft_id=uuid4(), actor=site.staff, at=student.at)
    draft = await rule_sets.save_draft(
        draft, draft.document | {"substitution": [exception]}, base_revision=0, actor=site.staff, at=student.at
    )
    version = await rule_sets.publish(draft, "2022", [site.programme], actor=site.staff, at=student.at)
    before = await student.have("abroad")

    await enrolments.move_to_version(
        student.enrolment, version, "No journeys in the pandemic.", actor=site.staff, at=student.at
    )

    assert (before, await student.have("abroad")) == (0, 1)


async def test_the_exception_is_explained() -> None:
    student = await _with_a_digital_activity("lu-med-2022", date(2022, 6, 3))

    assert [(note.sv, note.en) for note in (await student.progress()).notes] == [
        (
            "En aktivitet på nätet får räknas som en aktivitet utomlands, "
            "om dina studier slutar före den 1 januari 2023.",
            "An activity online may count as one abroad, if you finish before 1 January 2023.",
        ),
        (
            "”summer-course sweden” räknas som en aktivitet utomlands.",
            "“summer-course sweden” counts as an activity abroad.",
        ),
    ]


async def test_one_digital_activity_does_not_stand_for_sweden_and_abroad_at_once() -> None:
    student = await _in_the_pandemic("lu-med-2022", date(2022, 6, 3))

    await student.do("summer-course", SWEDEN, ONLINE, days=(date(2021, 10, 1),))

    assert await student.have("sweden") + await student.have("abroad") == 1


@pytest.mark.parametrize(("mode", "have"), [(ONLINE, 1), (HYBRID, 0)])
async def test_a_hybrid_activity_replaces_nothing_abroad(mode: Mode, have: int) -> None:
    student = await _in_the_pandemic("lu-med-2022", date(2022, 6, 3))
    await student.do("conference", days=(date(2021, 10, 1),))

    await student.do("summer-course", SWEDEN, mode, days=(date(2021, 10, 1),))

    assert await student.have("abroad") == have


# Sub-activities.


@pytest.mark.parametrize("kind", ["buddy-group", "language-cafe", "lecture"])
@pytest.mark.parametrize(("occasions", "have"), [(2, 0), (3, 1), (5, 1)])
async def test_a_buddy_group_a_language_cafe_and_lectures_count_after_three_occasions(
    kind: str, occasions: int, have: int
) -> None:
    student = await _enrolled()

    await student.do(kind, days=weekly(occasions))

    assert await student.have("activities") == have


async def test_three_lectures_with_titles_of_their_own_count_as_one_activity_and_the_student_reads_it() -> None:
    student = await _enrolled()
    for number, day in enumerate(weekly(3)):
        await student.do("lecture", title=f"Lecture {number}", days=(day,))

    assert await student.have("activities") == 1
    assert [(note.sv, note.en) for note in (await student.progress()).notes] == [
        ("Dina tre föreläsningar räknas som en aktivitet.", "Your three lectures count as one activity.")
    ]


async def test_two_occasions_are_told_that_three_are_needed() -> None:
    student = await _enrolled()

    await student.do("buddy-group", days=weekly(2))

    assert await student.why_not("activities") == [
        (
            "Det krävs 3 tillfällen på olika dagar; hittills är det 2.",
            "3 occasions on different days are needed; so far there are 2.",
        )
    ]


async def test_the_same_day_twice_is_one_occasion() -> None:
    student = await _enrolled()

    await student.do("language-cafe", days=(SOME_DAY, SOME_DAY, SOME_DAY + timedelta(days=1)))

    assert await student.have("activities") == 0


async def test_creating_a_journal_club_counts_at_once() -> None:
    student = await _enrolled()

    await student.do("journal-club")

    assert await student.have("activities") == 1


@pytest.mark.parametrize("kind", ["exchange", "summer-course", "degree-project", "conference", "workshop"])
async def test_the_other_examples_count_the_first_time(kind: str) -> None:
    student = await _enrolled()

    await student.do(kind, ABROAD)

    assert (await student.have("activities"), await student.have("abroad")) == (1, 1)


# The coordinator.


async def test_an_activity_counts_for_nothing_before_the_coordinator_approves_it() -> None:
    student = await _enrolled()
    activity = await student.propose("conference")
    await student.on_days(activity, SOME_DAY)

    with pytest.raises(WrongState):
        await student.finish(activity)

    assert await student.why_not("activities") == [
        ("Aktiviteten är inte godkänd än.", "The activity is not approved yet.")
    ]


async def test_the_student_and_the_assessor_do_not_approve_activities() -> None:
    student = await _enrolled()
    activity = await student.propose("conference")

    for somebody in (student.actor, student.site.assessor):
        with pytest.raises(NotAllowed):
            await decisions.approve(activity, actor=somebody, at=NOW)

    assert (await reload(activity)).state is ActivityState.PROPOSED


async def test_the_coordinator_declines_with_a_reason_that_the_student_can_read() -> None:
    student = await _enrolled()
    activity = await student.propose("conference")

    await decisions.decline(activity, "A tourist trip.", actor=student.site.staff, at=NOW)

    declined = await reload(activity)
    assert (declined.state, declined.decision_note) == (ActivityState.DECLINED, "A tourist trip.")
    assert await student.why_not("activities") == [("Aktiviteten har fått avslag.", "The activity was declined.")]


# The report, the presentation and the certificate.


async def test_the_final_report_opens_after_three_activities() -> None:
    student = await _enrolled()
    await student.do("exchange", ABROAD)

    with pytest.raises(RuleSays) as refusal:
        await student.start_final()

    assert said(refusal.value) == [
        (
            "Slutreflektionen öppnas när du har genomfört 3 aktiviteter. Genomförda hittills: 1.",
            "The final reflection opens when you have completed 3 activities. Completed so far: 1.",
        )
    ]


async def test_the_certificate_needs_the_report_and_the_presentation() -> None:
    student = await _with_three_activities()

    await student.accepted(await student.hand_in_final())

    with pytest.raises(RuleSays) as refusal:
        await student.apply()
    assert said(refusal.value) == [
        ("Kvar att göra: Muntlig presentation.", "Still to do: Oral presentation."),
    ]


async def test_the_presentation_is_held_at_the_ceremony() -> None:
    student = await _with_three_activities()

    await student.attend("presentation", "cim-ceremony")

    assert await student.is_told("presentation") == ("Klart: Muntlig presentation.", "Done: Oral presentation.")


async def test_a_presentation_elsewhere_cannot_be_announced() -> None:
    site = await open_site("lu-med")

    for forum in ("", "web"):
        with pytest.raises(ForumMissing):
            await site.gather("presentation", forum)


async def test_whoever_only_listens_has_not_presented() -> None:
    student = await _enrolled()

    await student.attend("presentation", "cim-ceremony", Part.LISTENER)

    assert await student.have("presentation") == 0


async def test_signing_up_is_not_having_presented() -> None:
    student = await _enrolled()
    await student.sign_up(await student.site.gather("presentation", "cim-ceremony"))

    student.at += timedelta(days=1)

    assert await student.why_not("presentation") == [
        ("Ingen närvaro är noterad den 2 mars 2026.", "No attendance was noted on 2 March 2026.")
    ]


async def test_the_certificate_goes_into_the_diploma_supplement() -> None:
    student = await _with_three_activities()
    await student.accepted(await student.hand_in_final())
    await student.attend("presentation", "cim-ceremony")

    await student.is_awarded()

    [row] = await exports.export_worklist(student.site.programme, actor=student.site.staff, at=NOW)
    assert "Completed activities (3): " in row.diploma_supplement_en


async def test_a_programme_has_contacts_and_a_deputy_answers_for_the_one_on_leave() -> None:
    site = await open_site("lu-med")
    at_work, on_leave = [await Person.get(id=(await make_staff(site.programme, n)).person_id) for n in ("Ada", "Bo")]
    deputy = await Person.get(id=(await make_staff(site.programme, "Di")).person_id)
    await contacts.name_contact(site.programme, at_work, actor=site.staff, at=NOW)
    away = await contacts.name_contact(site.programme, on_leave, actor=site.staff, at=NOW)

    await contacts.set_deputy(away, deputy, date(2026, 2, 1), date(2026, 6, 30), actor=site.staff, at=NOW)

    now, afterwards = [
        [one.person_name for one in await contacts_of(site.programme.id, on=day)]
        for day in (NOW.date(), date(2026, 7, 1))
    ]
    assert (now, afterwards) == (["Ada", "Di"], ["Ada", "Bo"])


async def test_each_programme_has_contacts_of_its_own() -> None:
    one, other = await open_site("lu-med", "MED"), await open_site("lu-med", "NURSE")
    person = await Person.get(id=one.staff.person_id)
    await contacts.name_contact(one.programme, person, actor=one.staff, at=NOW)

    with pytest.raises(contacts.NotStaff):
        await contacts.name_contact(other.programme, await make_person("Outsider"), actor=other.staff, at=NOW)

    assert await contacts_of(other.programme.id, on=NOW.date()) == []
