"""The rules of Lund's Faculty of Social Sciences (requirements.md §1), in the order of the source."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from models.actions import assessments, claims, contacts, decisions, sign_offs
from models.actions.eligibility import AdmissionMissing, NotConfirmed, NotEligible
from models.actions.proof import BeforeAdmission, EvidenceMissing
from models.actions.reflections import RuleSays
from models.errors import NotAllowed
from models.portfolios import facts_of_version
from models.queries.contacts import contacts_of
from models.rules.bilingual import Bilingual
from models.rules.limits import hints
from models.states import MediaState, ReflectionState
from models.tables import Enrolment, Person, Version
from models.tables.activities import SignOffOutcome
from models.tables.gatherings import Part
from tests.factories import NOW, STUDY_END, make_evidence
from tests.sites.stage import ABROAD, ADMITTED, ENROLLED, Student, open_site, reload_piece, said, weekly

pytestmark = pytest.mark.usefixtures("database")

BEFORE = ENROLLED.date() - timedelta(days=1)


async def _enrolled() -> Student:
    return await (await open_site("lu-soc")).enrol()


async def _with_three_types() -> Student:
    student = await _enrolled()
    await student.do("exchange", ABROAD)
    await student.do("buddy-group")
    await student.do("lecture", days=weekly(3))
    return student


# Activities.


async def test_three_types_one_abroad_and_one_in_sweden_are_enough() -> None:
    student = await _with_three_types()

    assert await student.lacks() == {"presentation": 1, "final": 1}


async def test_two_activities_of_one_type_lack_another_type() -> None:
    student = await _enrolled()
    await student.do("exchange", ABROAD)
    await student.do("buddy-group", title="Spring")
    await student.do("buddy-group", title="Autumn")

    assert await student.is_told("types") == (
        "Du saknar en aktivitet av ytterligare en typ.",
        "You lack one activity of another type.",
    )


async def test_three_types_in_sweden_lack_one_abroad() -> None:
    student = await _enrolled()
    for kind in ("buddy-group", "conference", "volunteering"):
        await student.do(kind)

    assert await student.is_told("abroad") == ("Du saknar en aktivitet utomlands.", "You lack one activity abroad.")


async def test_three_types_abroad_lack_one_in_sweden() -> None:
    student = await _enrolled()
    for kind in ("exchange", "conference", "placement"):
        await student.do(kind, ABROAD)

    assert await student.is_told("sweden") == ("Du saknar en aktivitet i Sverige.", "You lack one activity in Sweden.")


async def test_sub_activities_make_one_activity_together() -> None:
    student = await _enrolled()
    for number, day in enumerate(weekly(2)):
        await student.do("lecture", title=f"Lecture {number}", days=(day,))
    before = await student.have("types")

    await student.do("lecture", title="Lecture 3", days=weekly(3)[2:])

    assert (before, await student.have("types")) == (0, 1)


# Who may take part.


async def test_a_programme_with_international_experience_in_its_syllabus_is_refused() -> None:
    site = await open_site("lu-soc", has_international_syllabus=True)

    with pytest.raises(NotEligible) as refusal:
        await site.enrol()

    assert refusal.value.arguments["why"] == Bilingual(
        "Certifikatet är inte till för program som redan har internationella inslag i utbildningsplanen.",
        "The certificate is not for programmes that have international experience built into the syllabus.",
    )
    assert await Enrolment.all().count() == 0


async def test_one_confirms_to_be_enrolled_at_the_university_while_gathering() -> None:
    site = await open_site("lu-soc")

    with pytest.raises(NotConfirmed) as refusal:
        await site.enrol(declarations=())

    assert refusal.value.arguments["text"] == Bilingual(
        "Jag är inskriven vid universitetet medan jag samlar aktiviteter.",
        "I am enrolled at the university while I gather activities.",
    )


async def test_one_says_when_the_studies_began() -> None:
    site = await open_site("lu-soc")

    with pytest.raises(AdmissionMissing):
        await site.enrol(admitted_date=None)


async def test_what_took_place_before_the_studies_is_refused() -> None:
    student = await _enrolled()
    activity = await student.propose("exchange", ABROAD)

    with pytest.raises(BeforeAdmission, match="2024-09-02 or later"):
        await student.on_days(activity, ADMITTED - timedelta(days=1))


async def test_what_takes_place_after_the_studies_does_not_count() -> None:
    student = await _enrolled()
    student.wait_until(STUDY_END + timedelta(weeks=2))

    await student.do("exchange", ABROAD, days=(STUDY_END + timedelta(days=1),))

    assert await student.why_not("abroad") == [
        (
            "Den ägde rum efter att dina studier slutade (5 juni 2026).",
            "It took place after the end of your studies (5 June 2026).",
        )
    ]


async def _ready_to_apply() -> Student:
    student = await _with_three_types()
    await student.accepted(await student.hand_in_final())
    await student.attend("presentation")
    return student


async def test_one_confirms_to_be_registered_at_the_faculty_when_applying() -> None:
    student = await _ready_to_apply()

    with pytest.raises(NotConfirmed) as refusal:
        await student.apply()

    assert refusal.value.arguments["text"] == Bilingual(
        "Jag är registrerad vid fakulteten när jag ansöker om examen.",
        "I am registered at the faculty when I apply for my degree.",
    )


async def test_what_was_confirmed_is_kept() -> None:
    student = await _ready_to_apply()

    await student.apply("registered")

    assert (await Enrolment.get(id=student.enrolment.id)).declarations == ["enrolled", "registered"]


# Activities done earlier.


async def test_what_was_done_before_the_registration_is_not_done_without_proof() -> None:
    student = await _enrolled()

    with pytest.raises(EvidenceMissing, match="First add evidence that you took part"):
        await student.do("exchange", ABROAD, days=(BEFORE,))

    assert await student.have("abroad") == 0


async def test_what_was_done_before_the_registration_counts_with_proof() -> None:
    student = await _enrolled()

    await student.do("exchange", ABROAD, days=(BEFORE,), evidence=True)

    assert await student.have("abroad") == 1


async def test_the_confirmation_of_whoever_arranged_it_is_proof() -> None:
    student = await _enrolled()
    activity = await student.propose("conference", ABROAD)
    await decisions.approve(activity, actor=student.site.staff, at=NOW)
    await student.on_days(activity, BEFORE)
    token = await sign_offs.request(activity, "Conference office", sign_off_id=uuid4(), actor=student.actor, at=NOW)

    await sign_offs.answer(token, SignOffOutcome.CONFIRMED, "Kim", "Organiser", None, "", at=NOW)

    await student.finish(activity)
    assert await student.have("abroad") == 1


async def test_a_denial_by_whoever_arranged_it_is_no_proof() -> None:
    student = await _enrolled()
    activity = await student.propose("conference", ABROAD)
    await decisions.approve(activity, actor=student.site.staff, at=NOW)
    await student.on_days(activity, BEFORE)
    token = await sign_offs.request(activity, "Conference office", sign_off_id=uuid4(), actor=student.actor, at=NOW)

    await sign_offs.answer(token, SignOffOutcome.DENIED, "Kim", "Organiser", None, "", at=NOW)

    with pytest.raises(EvidenceMissing):
        await student.finish(activity)


async def test_proof_that_is_refused_as_a_file_is_none() -> None:
    student = await _enrolled()
    activity = await student.propose("conference", ABROAD)
    await decisions.approve(activity, actor=student.site.staff, at=NOW)
    await student.on_days(activity, BEFORE)
    await make_evidence(activity, MediaState.REFUSED)

    with pytest.raises(EvidenceMissing):
        await student.finish(activity)


async def test_what_is_done_after_the_registration_needs_no_proof() -> None:
    student = await _enrolled()

    await student.do("exchange", ABROAD, days=(ENROLLED.date(),))

    assert await student.have("abroad") == 1


async def test_activities_are_approved_by_the_contact_of_the_department() -> None:
    student, elsewhere = await _enrolled(), await open_site("lu-soc", "POL")
    activity = await student.propose("conference")

    with pytest.raises(NotAllowed):
        await decisions.approve(activity, actor=elsewhere.staff, at=NOW)

    assert await student.why_not("types") == [("Aktiviteten är inte godkänd än.", "The activity is not approved yet.")]
    await decisions.approve(activity, actor=student.site.staff, at=NOW)
    assert await student.why_not("types") == [
        ("Aktiviteten är inte genomförd än.", "The activity is not completed yet.")
    ]


# The report and the presentation.


@pytest.mark.parametrize(
    ("word_count", "said_beside"),
    [
        (3000, []),
        (2000, [("Texten har 2000 ord; målet är ungefär 3000.", "The text has 2000 words; the target is about 3000.")]),
    ],
)
async def test_the_report_aims_at_three_thousand_words_and_is_taken(
    word_count: int, said_beside: list[tuple[str, str]]
) -> None:
    student = await _with_three_types()
    report = await student.start_final()
    await student.fill(report, word_count=word_count)

    handed_in = await student.hand_in(report)

    format_ = student.site.rule_set.final.formats[0]
    found = hints(format_, await facts_of_version(await Version.get(reflection_id=report.id)))
    assert handed_in.state is ReflectionState.SUBMITTED
    assert [(hint.sv, hint.en) for hint in found] == said_beside


async def test_the_student_reads_that_the_cover_page_is_not_counted() -> None:
    student = await _with_three_types()

    assert student.site.rule_set.final.introduction == Bilingual(
        "Försättsbladet räknas inte med i antalet ord.", "The cover page does not belong to the number of words."
    )


async def test_a_report_that_is_not_good_enough_comes_back_with_words() -> None:
    student = await _with_three_types()
    report = await student.hand_in_final()
    await claims.claim(report, actor=student.site.assessor, at=NOW)

    await assessments.return_for_revision(
        await reload_piece(report), "Compare the two countries.", actor=student.site.assessor, at=NOW
    )

    assert await student.is_told("final") == (
        "Du har fått tillbaka din slutreflektion med kommentarer. Bearbeta den och lämna in den igen.",
        "Your final reflection came back with comments. Revise it and hand it in again.",
    )


@pytest.mark.parametrize(("part", "have"), [(Part.PRESENTER, 1), (Part.LISTENER, 0)])
async def test_one_presents_to_fellow_students(part: Part, have: int) -> None:
    student = await _enrolled()

    await student.attend("presentation", part=part)

    assert await student.have("presentation") == have


async def test_without_the_presentation_there_is_no_certificate() -> None:
    student = await _with_three_types()
    await student.accepted(await student.hand_in_final())

    with pytest.raises(RuleSays) as refusal:
        await student.apply("registered")

    assert said(refusal.value) == [
        ("Kvar att göra: Presentation för medstudenter.", "Still to do: Presentation to fellow students.")
    ]


async def test_without_an_accepted_report_there_is_no_certificate() -> None:
    student = await _with_three_types()
    await student.attend("presentation")
    await student.hand_in_final()

    with pytest.raises(RuleSays) as refusal:
        await student.apply("registered")

    assert said(refusal.value) == [
        (
            "Din slutreflektion är inlämnad och väntar på bedömning.",
            "Your final reflection is handed in and waits for its assessment.",
        )
    ]


async def test_the_certificate_is_awarded_when_both_are_done() -> None:
    student = await _ready_to_apply()

    certificate = await student.is_awarded("registered")

    assert certificate.number == 1


async def test_a_department_has_one_contact() -> None:
    site = await open_site("lu-soc")
    await contacts.name_contact(site.programme, await Person.get(id=site.staff.person_id), actor=site.staff, at=NOW)

    assert [one.person_name for one in await contacts_of(site.programme.id, on=date(2026, 3, 2))] == ["Sten"]
