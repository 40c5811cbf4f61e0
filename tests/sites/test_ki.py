"""Karolinska Institutet's rules (requirements.md §1), in the order of the source."""

from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import pytest

from models.actions import applications, decisions, enrolments, exports, rule_sets, study_dates
from models.actions.reflections import ActivityNotDone, NoSuchFormat, RuleSays
from models.errors import NotAllowed
from models.portfolios import facts_of_version
from models.queries import enrolments as reading
from models.rules.bilingual import Bilingual
from models.rules.limits import hints
from models.states import ReflectionState
from models.tables import Activity, CatalogueItem, Programme, Reflection, RuleSetVersion, Version
from models.tables.activities import Mode, Place
from tests.factories import DEADLINE, NOW, STUDY_END
from tests.journeys.browser import browser, chromium
from tests.sites.stage import ABROAD, HYBRID, ONLINE, ONSITE, SWEDEN, Student, open_site, said
from webapp.sites.reading import site
from webapp.sites.setting_up import apply

pytestmark = pytest.mark.usefixtures("database")

TITLES = ("Language café", "Student ambassador", "TEDx event")


async def _enrolled() -> Student:
    return await (await open_site("ki")).enrol()


async def _ready_for_the_final() -> Student:
    """Make a student with three done activities and three reflections that were handed in."""
    student = await _enrolled()
    for title in TITLES:
        await student.reflect(await student.do(title=title), accept=False)
    return student


async def _ready_to_apply() -> Student:
    student = await _enrolled()
    for title in TITLES:
        await student.reflect(await student.do(title=title))
    await student.accepted(await student.hand_in_final())
    return student


async def _draft_of(student: Student, format_: str, **content: float) -> Reflection:
    """Begin the reflection on an activity that is done, and fill it."""
    piece = await student.start(await student.do(), format_)
    await student.fill(piece, **content)  # type: ignore[arg-type]
    return piece


async def _hints(student: Student, piece: Reflection) -> list[tuple[str, str]]:
    """Read what the pages say beside a draft without refusing it."""
    version = await Version.filter(reflection_id=piece.id).order_by("-number").first()
    assert version is not None
    rules = student.site.rule_set.reflection if piece.activity_id else student.site.rule_set.final
    format_ = rules.format_of(version.format)
    assert format_ is not None
    return [(hint.sv, hint.en) for hint in hints(format_, await facts_of_version(version))]


# Programmes and activities.


async def test_the_pilot_has_four_programmes() -> None:
    await apply(site("ki"), at=NOW)

    names = await Programme.all().order_by("name_en").values_list("name_en", flat=True)
    assert names == [
        "Master's Programme in Bioentrepreneurship",
        "Master's Programme in Translational Physiology and Pharmacology",
        "Study Programme in Dentistry",
        "Study Programme in Occupational Therapy",
    ]


async def test_a_programme_shows_the_activities_that_it_has_selected_to_its_own_students() -> None:
    dental, other = await open_site("ki", "DENT"), await open_site("ki", "BIO")
    await dental.list_activity("Chase career fair")
    await other.list_activity("TEDx event")
    student = await dental.enrol()

    shown = await reading.catalogue(student.enrolment)

    assert [item.title_en for item in shown] == ["Chase career fair"]


async def test_what_another_programme_has_selected_cannot_be_chosen() -> None:
    dental, other = await open_site("ki", "DENT"), await open_site("ki", "BIO")
    item = await other.list_activity("TEDx event")
    student = await dental.enrol()

    with pytest.raises(NotAllowed):
        await student.choose(item)


@pytest.mark.parametrize(
    "example",
    [
        "Exchange studies abroad",
        "Placement or course abroad that you arrange yourself",
        "Student representative in international matters",
        "Student ambassador",
        "Welcoming incoming exchange students to your programme",
        "Non-credit lectures in English",
        "Chase career fair",
        "TEDx event",
        "Ambassador at the welcome week",
        "Mentor or study buddy",
        "Online lectures in English",
        "Blended Intensive Programme",
        "Virtual mobility",
        "Course in global health",
        "Language café",
    ],
)
async def test_the_pilot_lists_the_example(example: str) -> None:
    await apply(site("ki"), at=NOW)

    assert await CatalogueItem.filter(title_en=example).exists()


async def test_a_listed_activity_is_chosen_done_and_counted_without_a_decision() -> None:
    student = await _enrolled()
    activity = await student.choose(await student.site.list_activity("Chase career fair"))

    await student.on_days(activity, date(2025, 11, 5))
    await student.finish(activity)

    assert await student.have("activities") == 1


async def test_three_activities_are_needed() -> None:
    student = await _enrolled()
    for title in TITLES[:2]:
        await student.do(title=title)

    assert await student.is_told("activities") == ("Du saknar en aktivitet.", "You lack one activity.")

    await student.do(title=TITLES[2])

    assert (await student.requirement("activities")).met


async def test_the_same_activity_done_again_is_not_another_one() -> None:
    student = await _enrolled()
    for day in range(1, 4):
        await student.do(title="Language café", days=(date(2025, 10, day),))

    assert await student.have("activities") == 1


@pytest.mark.parametrize("place", [SWEDEN, ABROAD])
@pytest.mark.parametrize("mode", [ONSITE, ONLINE, HYBRID])
async def test_nothing_is_asked_about_the_place(place: Place, mode: Mode) -> None:
    student = await _enrolled()
    for title in TITLES:
        await student.do("own", place, mode, title=title)

    assert "activities" not in await student.lacks()


# The reflection after each activity.


async def test_the_reflection_waits_until_the_activity_is_done() -> None:
    student = await _enrolled()
    activity = await student.propose()
    await decisions.approve(activity, actor=student.site.staff, at=NOW)

    with pytest.raises(ActivityNotDone, match="Say first that the activity is done"):
        await student.start(activity)


async def test_the_reflection_can_be_handed_in_as_soon_as_the_activity_is_done() -> None:
    student = await _enrolled()
    activity = await student.do(days=(NOW.date(),))

    piece = await student.reflect(activity, accept=False)

    assert piece.state is ReflectionState.SUBMITTED


async def test_an_activity_has_one_reflection() -> None:
    student = await _enrolled()
    activity = await student.do()

    first = await student.start(activity, "written")
    second = await student.start(activity, "podcast")

    assert first.id == second.id


async def test_each_of_the_three_activities_needs_its_reflection() -> None:
    student = await _enrolled()
    done = [await student.do(title=title) for title in TITLES]
    for activity in done[:2]:
        await student.reflect(activity)

    assert await student.is_told("reflections") == (
        "Du saknar en godkänd reflektion. Inlämnade hittills: 2.",
        "You lack one accepted reflection. Handed in so far: 2.",
    )


@pytest.mark.parametrize(
    ("format_", "content"),
    [
        ("written", {"word_count": 1000}),
        ("podcast", {"seconds": 150}),
        ("video", {"seconds": 150}),
        ("posts", {"posts": 3, "word_count": 500}),
    ],
)
async def test_the_reflection_has_one_of_four_formats_and_this_size_is_just_right(
    format_: str, content: dict[str, float]
) -> None:
    student = await _enrolled()
    piece = await _draft_of(student, format_, **content)

    handed_in = await student.hand_in(piece)

    assert (handed_in.state, await _hints(student, piece)) == (ReflectionState.SUBMITTED, [])


async def test_another_format_is_not_offered() -> None:
    student = await _enrolled()

    with pytest.raises(NoSuchFormat):
        await student.start(await student.do(), "poster")


async def test_a_text_far_from_a_thousand_words_is_told_so_and_taken() -> None:
    student = await _enrolled()
    piece = await _draft_of(student, "written", word_count=600)

    assert await _hints(student, piece) == [
        ("Texten har 600 ord; målet är ungefär 1000.", "The text has 600 words; the target is about 1000.")
    ]
    assert (await student.hand_in(piece)).state is ReflectionState.SUBMITTED


@pytest.mark.parametrize("format_", ["podcast", "video"])
async def test_a_recording_far_from_two_to_three_minutes_is_told_so_and_taken(format_: str) -> None:
    student = await _enrolled()
    piece = await _draft_of(student, format_, seconds=240)

    assert await _hints(student, piece) == [
        (
            "Inspelningen är 4:00 lång; målet är 2:00–3:00 (minuter:sekunder).",
            "The recording is 4:00 long; the target is 2:00–3:00 (minutes:seconds).",
        )
    ]
    assert (await student.hand_in(piece)).state is ReflectionState.SUBMITTED


async def test_an_instagram_report_has_at_least_three_posts() -> None:
    student = await _enrolled()
    piece = await _draft_of(student, "posts", posts=2, word_count=500)

    with pytest.raises(RuleSays) as refusal:
        await student.hand_in(piece)

    assert said(refusal.value) == [("Det finns 2 inlägg; minst 3 krävs.", "There are 2 posts; at least 3 are needed.")]


async def test_an_instagram_report_has_a_text_too_of_about_five_hundred_words() -> None:
    student = await _enrolled()
    empty = await _draft_of(student, "posts", posts=3)

    with pytest.raises(RuleSays) as refusal:
        await student.hand_in(empty)

    assert said(refusal.value) == [("Din text är tom.", "Your text is empty.")]
    await student.fill(empty, posts=3, word_count=300)
    assert await _hints(student, empty) == [
        ("Texten har 300 ord; målet är ungefär 500.", "The text has 300 words; the target is about 500.")
    ]


async def test_the_five_questions_come_with_every_reflection() -> None:
    student = await _enrolled()

    mine = await reading.enrolment(student.enrolment.id, actor=student.actor)
    [standing] = await reading.standings([mine], on=NOW.date())

    rules = standing.rule_set.reflection
    assert [prompt.en for prompt in rules.prompts] == [
        "What did the activity bring you?",
        "What did you experience?",
        "How did it affect you?",
        "Have your international competence and your understanding of other cultures grown, and if so, how?",
        "What do you take with you from it?",
    ]
    assert rules.introduction == Bilingual(
        "Det finns inga rätta eller felaktiga svar.", "There are no right or wrong answers."
    )


# The final reflection.


async def test_the_final_reflection_waits_for_three_done_activities() -> None:
    student = await _enrolled()
    for title in TITLES[:2]:
        await student.reflect(await student.do(title=title))

    with pytest.raises(RuleSays) as refusal:
        await student.start_final()

    assert said(refusal.value) == [
        (
            "Slutreflektionen öppnas när du har genomfört 3 aktiviteter. Genomförda hittills: 2.",
            "The final reflection opens when you have completed 3 activities. Completed so far: 2.",
        )
    ]


async def test_the_final_reflection_waits_for_three_handed_in_reflections() -> None:
    student = await _enrolled()
    done = [await student.do(title=title) for title in TITLES]
    for activity in done[:2]:
        await student.reflect(activity)
    await student.start(done[2])

    with pytest.raises(RuleSays) as refusal:
        await student.start_final()

    assert said(refusal.value) == [
        (
            "Slutreflektionen öppnas när du har lämnat in 3 reflektioner. Inlämnade hittills: 2.",
            "The final reflection opens when you have handed in 3 reflections. Handed in so far: 2.",
        )
    ]


async def test_the_final_reflection_opens_when_three_are_handed_in_and_none_is_assessed_yet() -> None:
    student = await _ready_for_the_final()

    assert (await student.hand_in_final()).state is ReflectionState.SUBMITTED


async def test_the_final_reflection_is_in_english() -> None:
    student = await _ready_for_the_final()

    with pytest.raises(NoSuchFormat, match="format or language"):
        await student.start_final(language="sv")


async def test_the_final_questions_are_about_competencies_development_and_effects() -> None:
    student = await _ready_for_the_final()
    mine = await reading.enrolment(student.enrolment.id, actor=student.actor)
    [standing] = await reading.standings([mine], on=NOW.date())

    assert [prompt.en for prompt in standing.rule_set.final.prompts] == [
        "Which competencies have you developed, and how can you use them in the workplace?",
        "How have you developed from the first activity to the last?",
        "How have the activities affected you and others?",
    ]


@pytest.mark.parametrize(("word_count", "hinted"), [(3000, False), (2000, True)])
async def test_the_written_final_reflection_aims_at_three_thousand_words(word_count: int, *, hinted: bool) -> None:
    student = await _ready_for_the_final()
    final = await student.start_final()
    await student.fill(final, word_count=word_count)

    assert bool(await _hints(student, final)) == hinted
    assert (await student.hand_in(final)).state is ReflectionState.SUBMITTED


@pytest.mark.parametrize("format_", ["podcast", "video"])
async def test_the_oral_final_reflection_lasts_at_least_five_minutes(format_: str) -> None:
    student = await _ready_for_the_final()
    final = await student.start_final(format_)
    await student.fill(final, seconds=299)

    with pytest.raises(RuleSays) as refusal:
        await student.hand_in(final)

    assert said(refusal.value) == [
        (
            "Inspelningen är 4:59 lång; den måste vara minst 5:00 (minuter:sekunder).",
            "The recording is 4:59 long; it must be at least 5:00 (minutes:seconds).",
        )
    ]
    student.at += timedelta(hours=1)
    await student.fill(final, seconds=300)
    assert (await student.hand_in(final)).state is ReflectionState.SUBMITTED


async def test_the_final_reflection_is_no_instagram_report() -> None:
    student = await _ready_for_the_final()

    with pytest.raises(NoSuchFormat):
        await student.start_final("posts")


@pytest.mark.browser
@pytest.mark.skipif(chromium() is None, reason="no Chromium")
async def test_a_printed_text_is_in_times_new_roman_12_with_a_line_spacing_of_one_and_a_half(tmp_path: Path) -> None:
    style = (files("webapp") / "static" / "theme.css").read_text(encoding="utf-8")
    async with browser(tmp_path / "silence.wav") as chromium_:
        page = await chromium_.new_page()
        await page.set_content(f'<style>{style}</style><div class="cim-text">What I learnt.</div>')

        await page.emulate_media(media="print")

        found = await page.locator(".cim-text").evaluate(
            "text => { const s = getComputedStyle(text); return [s.fontFamily, s.fontSize, s.lineHeight]; }"
        )
    assert found == ['"Times New Roman", Times, serif', "16px", "24px"]  # 12 points are 16 pixels.


async def test_the_final_reflection_is_handed_in_four_weeks_before_the_studies_end() -> None:
    student = await _ready_for_the_final()

    student.wait_until(STUDY_END - timedelta(weeks=4))

    assert (await student.hand_in_final()).state is ReflectionState.SUBMITTED


async def test_the_final_reflection_is_not_taken_later() -> None:
    student = await _ready_for_the_final()
    final = await student.start_final()
    await student.fill(final, word_count=3000)

    student.wait_until(DEADLINE + timedelta(days=1))
    with pytest.raises(RuleSays) as refusal:
        await student.hand_in(final)

    assert said(refusal.value) == [
        (
            "Slutreflektionen skulle ha lämnats in senast den 8 maj 2026.",
            "The final reflection had to be handed in by 8 May 2026.",
        )
    ]


async def test_staff_give_one_student_more_time_with_a_reason() -> None:
    student = await _ready_for_the_final()
    until = DEADLINE + timedelta(weeks=2)

    await study_dates.grant_extension(
        student.enrolment, until, "Illness.", extension_id=uuid4(), actor=student.site.staff, at=NOW
    )

    student.wait_until(until)
    assert (await student.progress()).final_deadline == until
    assert (await student.hand_in_final()).state is ReflectionState.SUBMITTED


# The certificate.


async def test_nobody_applies_before_everything_is_accepted() -> None:
    student = await _ready_for_the_final()
    await student.hand_in_final()

    with pytest.raises(RuleSays) as refusal:
        await student.apply()

    assert said(refusal.value) == [
        (
            "Du saknar 3 godkända reflektioner. Inlämnade hittills: 3.",
            "You lack 3 accepted reflections. Handed in so far: 3.",
        ),
        (
            "Din slutreflektion är inlämnad och väntar på bedömning.",
            "Your final reflection is handed in and waits for its assessment.",
        ),
    ]


async def test_the_programme_approves_and_hands_the_diploma_supplement_line_over() -> None:
    student = await _ready_to_apply()
    application = await student.apply()

    await applications.approve(application, actor=student.site.staff, at=NOW)

    [row] = await exports.export_worklist(student.site.programme, actor=student.site.staff, at=NOW)
    assert row.diploma_supplement_en.startswith("Certificate of International Merits, certificate number 1,")
    assert sorted(row.activities_en) == sorted(TITLES)


async def test_the_assessor_does_not_approve_the_certificate() -> None:
    student = await _ready_to_apply()
    application = await student.apply()

    with pytest.raises(NotAllowed):
        await applications.approve(application, actor=student.site.assessor, at=NOW)


# What was promised on enrolling (§2).


async def _publish_four_activities(student: Student) -> RuleSetVersion:
    """Let staff publish a version that asks for four activities."""
    staff, programme = student.site.staff, student.site.programme
    draft = await rule_sets.open_draft(programme, draft_id=uuid4(), actor=staff, at=NOW)
    [requirement] = draft.document["requirement"]
    changed = draft.document | {"requirement": [requirement | {"minimum": 4}]}
    draft = await rule_sets.save_draft(draft, changed, base_revision=0, actor=staff, at=NOW)
    return await rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=NOW)


async def test_a_new_version_is_for_those_who_enrol_later_and_moves_nobody() -> None:
    student = await _enrolled()
    await _publish_four_activities(student)

    later = await student.site.enrol(name="Later", at=NOW)

    assert (await student.requirement("activities")).needed == 3
    assert (await later.requirement("activities")).needed == 4


async def test_staff_move_a_student_to_another_version_with_a_reason() -> None:
    student = await _enrolled()
    version = await _publish_four_activities(student)

    await enrolments.move_to_version(student.enrolment, version, "She asked for it.", actor=student.site.staff, at=NOW)

    assert (await student.requirement("activities")).needed == 4


async def test_moving_to_another_version_needs_the_reason() -> None:
    student = await _enrolled()
    version = await _publish_four_activities(student)

    with pytest.raises(enrolments.ReasonMissing):
        await enrolments.move_to_version(student.enrolment, version, " ", actor=student.site.staff, at=NOW)

    assert (await student.requirement("activities")).needed == 3


async def test_titles_are_kept_as_they_were_when_the_activity_was_chosen() -> None:
    student = await _enrolled()
    item = await student.site.list_activity("Language café")
    activity = await student.choose(item)

    await CatalogueItem.filter(id=item.id).update(title_en="Renamed")

    assert (await Activity.get(id=activity.id)).title_en == "Language café"
