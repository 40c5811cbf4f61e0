"""Where sites differ (requirements.md §2): primitives and settings that no preset needs as it is, through the actions.

The rules are Sahlgrenska's with one thing changed: they ask for no reflection and no final piece.
"""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from models.actions import activities, catalogue, decisions, enrolments, exports, rule_sets
from models.actions.activities import CompleteInstead, NoOwnProposals, ReportInstead
from models.actions.eligibility import NoLongerOpen, NotEligible, NotOpenYet
from models.actions.proof import BeforeEnrolment
from models.actions.reflections import NoSuchFormat, RuleSays
from models.actions.setup import ListedActivity
from models.errors import NotAllowed
from models.queries.people import actor_of
from models.rules.bilingual import Bilingual
from models.rules.ruleset import RuleSet, preset
from models.states import ActivityState, ReflectionState
from models.tables import Activity, CatalogueItem, Enrolment, Person, Role, RoleKind
from models.tables.activities import Mode, Place
from models.tables.gatherings import Part
from tests.factories import NOW
from tests.sites.stage import ABROAD, ENROLLED, ONLINE, ONSITE, SOME_DAY, SWEDEN, Student, open_site, reload, said

pytestmark = pytest.mark.usefixtures("database")

LISTS = {
    "type": [{"id": "course", "name": {"sv": "Kurs", "en": "Course"}}],
    "theme": [{"id": "health", "name": {"sv": "Hälsa", "en": "Health"}}],
    "class": [{"id": "a", "name": {"sv": "A", "en": "A"}}],
}


def rules(**changes: object) -> RuleSet:
    """Give the simple rules with other parts, as a file could say it."""
    document = preset("sahlgrenska").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return RuleSet.model_validate(document | {"version": "changed"} | changes)


def counted(**where: str) -> list[dict[str, object]]:
    """Ask for one activity with these facts."""
    return [{"id": "asked", "kind": "count", "minimum": 1, "where": where}]


async def _enrolled(rule_set: RuleSet) -> Student:
    return await (await open_site(rule_set)).enrol(declarations=())


# Versions and their days.


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "refusal"),
    [("2025-09-02", None, NotOpenYet), ("2025-01-01", "2025-08-31", NoLongerOpen)],
)
async def test_one_enrols_while_the_rules_are_valid(
    valid_from: str, valid_until: str | None, refusal: type[Exception]
) -> None:
    site = await open_site(rules(valid_from=valid_from, valid_until=valid_until))

    with pytest.raises(refusal):
        await site.enrol(at=ENROLLED)


async def test_who_is_enrolled_goes_on_after_the_last_day_of_the_rules() -> None:
    student = await _enrolled(rules(valid_until="2025-12-31"))

    await student.do(days=(date(2026, 2, 1),))

    assert await student.have("activities") == 1


# Primitives.


@pytest.mark.parametrize(
    ("facet", "value", "other"),
    [
        ("place", "abroad", {"place": SWEDEN}),
        ("mode", "online", {"mode": ONSITE}),
        ("type", "course", {"kind": "own"}),
        ("theme", "health", {"theme": ""}),
        ("class", "a", {"class_code": ""}),
    ],
)
async def test_a_minimum_can_be_asked_of_every_facet(facet: str, value: str, other: dict[str, str]) -> None:
    student = await _enrolled(rules(**LISTS, requirement=counted(**{facet: value})))
    facts = {"kind": "course", "place": ABROAD, "mode": ONLINE, "theme": "health", "class_code": "a"}

    await student.do(title="Another", **facts | other)  # type: ignore[arg-type]
    before = await student.have("asked")
    await student.do(title="Meant", **facts)  # type: ignore[arg-type]

    assert (before, await student.have("asked")) == (0, 1)


async def test_a_cap_can_be_put_on_activities() -> None:
    student = await _enrolled(rules(cap=[{"facet": "mode", "value": "online", "activities": 1}]))

    for title in ("One", "Two"):
        await student.do(mode=ONLINE, title=title)

    assert await student.have("activities") == 1
    assert await student.why_not("activities") == [
        ("Taket är nått: mer av det här räknas inte.", "The cap is reached: more of this does not count.")
    ]


@pytest.mark.parametrize(
    ("day", "have"),
    [(date(2025, 9, 30), 0), (date(2025, 10, 1), 1), (date(2025, 10, 31), 1), (date(2025, 11, 1), 0)],
)
async def test_a_substitution_can_hold_for_what_takes_place_between_two_days(day: date, have: int) -> None:
    digital = {
        "id": "digital",
        "kind": "count-as",
        "facet": "place",
        "wanted": "abroad",
        "where": {"mode": "online"},
        "activity_from": "2025-10-01",
        "activity_until": "2025-10-31",
        "reason": {"sv": "Resor var inställda.", "en": "Journeys were cancelled."},
    }
    student = await _enrolled(rules(requirement=counted(place="abroad"), substitution=[digital]))

    await student.do(mode=ONLINE, days=(day,))

    assert await student.have("asked") == have


@pytest.mark.parametrize("kind", ["lecture", "workshop", "ceremony"])
async def test_a_named_event_can_be_required_and_being_there_is_enough(kind: str) -> None:
    event = {"id": kind, "name": {"sv": kind.title(), "en": kind.title()}}
    asked = {"id": "asked", "kind": "event", "event": kind}
    student = await _enrolled(rules(event=[event], requirement=[asked]))

    await student.attend(kind, part=Part.LISTENER)

    assert (await student.progress()).complete


# Settings.


async def test_a_site_renames_its_certificate_in_a_new_version() -> None:
    site = await open_site("sahlgrenska")
    draft = await rule_sets.open_draft(site.programme, draft_id=uuid4(), actor=site.staff, at=NOW)
    name = {"sv": "Certificate of Intercultural Merits", "en": "Certificate of Intercultural Merits"}
    draft = await rule_sets.save_draft(
        draft, draft.document | {"certificate_name": name}, base_revision=0, actor=site.staff, at=NOW
    )
    earlier = await site.enrol(declarations=(), name="Earlier")
    await rule_sets.publish(draft, "2026", [site.programme], actor=site.staff, at=NOW)
    later = await site.enrol(declarations=(), name="Later")

    for student in (earlier, later):
        for place in (SWEDEN, ABROAD):
            await student.do(place=place, title=f"One {place}")
        await student.do(title="Three")
        await student.is_awarded()

    rows = await exports.export_worklist(site.programme, actor=site.staff, at=NOW)
    assert [row.diploma_supplement_en.split(",")[0] for row in rows] == [
        "Certificate of International Merits",
        "Certificate of Intercultural Merits",
    ]


async def test_the_catalogue_is_kept_by_the_staff_of_the_programme() -> None:
    site, other = await open_site("sahlgrenska", "ONE"), await open_site("sahlgrenska", "TWO")
    listed = ListedActivity(
        "lecture", Bilingual("Föreläsning", "Lecture"), Bilingual("Text.", "Text."), Place.SWEDEN, Mode.ONSITE
    )

    with pytest.raises(NotAllowed):
        await catalogue.add_item(site.programme, listed, actor=other.staff, at=NOW)

    assert await CatalogueItem.all().count() == 0


async def test_a_site_can_take_no_own_proposals() -> None:
    student = await _enrolled(rules(own_proposals=False))

    with pytest.raises(NoOwnProposals, match="chosen from the list only"):
        await student.propose()

    assert await Activity.all().count() == 0


async def test_where_staff_decide_before_the_student_says_that_it_is_done() -> None:
    student = await _enrolled(rules())
    activity = await student.propose()
    await decisions.approve(activity, actor=student.site.staff, at=NOW)
    await student.on_days(activity, SOME_DAY)

    with pytest.raises(CompleteInstead):
        await activities.report(activity, actor=student.actor, at=NOW)

    await activities.complete(activity, actor=student.actor, at=NOW)
    assert (await reload(activity)).state is ActivityState.DONE


async def test_where_staff_decide_afterwards_the_student_reports_it() -> None:
    student = await _enrolled(rules(activities={"approval": "after"}))
    activity = await student.choose(await student.site.list_activity("Lecture", "lecture"))
    await student.on_days(activity, SOME_DAY)

    with pytest.raises(ReportInstead):
        await activities.complete(activity, actor=student.actor, at=NOW)

    await activities.report(activity, actor=student.actor, at=NOW)
    assert (await reload(activity)).state is ActivityState.REPORTED


async def test_a_site_can_leave_out_what_was_done_before_the_registration() -> None:
    student = await _enrolled(rules(activities={"retroactive": "no"}))
    activity = await student.propose()

    with pytest.raises(BeforeEnrolment, match="after you enrolled for the certificate"):
        await student.on_days(activity, ENROLLED.date() - timedelta(days=1))


async def test_a_site_can_take_what_was_done_before_the_registration_without_proof() -> None:
    student = await _enrolled(rules(activities={"retroactive": "yes"}))

    await student.do(days=(ENROLLED.date() - timedelta(days=1),))

    assert await student.have("activities") == 1


async def test_a_site_can_ask_for_no_reflection_on_each_activity() -> None:
    student = await (await open_site("lu-med")).enrol()
    activity = await student.do("conference")

    with pytest.raises(NoSuchFormat):
        await student.start(activity)

    assert "reflections" not in await student.lacks()


@pytest.mark.parametrize(
    ("word_count", "sentence"),
    [
        (99, ("Texten har 99 ord; minst 100 krävs.", "The text has 99 words; at least 100 are needed.")),
        (3001, ("Texten har 3001 ord; högst 3000 får plats.", "The text has 3001 words; at most 3000 fit.")),
    ],
)
async def test_hard_bounds_refuse_the_hand_in_in_words(word_count: int, sentence: tuple[str, str]) -> None:
    student = await (await open_site("ki")).enrol()
    piece = await student.start(await student.do())
    await student.fill(piece, word_count=word_count)

    with pytest.raises(RuleSays) as refusal:
        await student.hand_in(piece)

    assert said(refusal.value) == [sentence]


async def test_a_site_can_ask_for_no_final_piece() -> None:
    student = await (await open_site("ju")).enrol()

    with pytest.raises(RuleSays) as refusal:
        await student.start_final()

    assert said(refusal.value) == [("Här krävs ingen slutreflektion.", "No final reflection is asked for here.")]


async def test_a_site_can_have_no_deadline() -> None:
    student = await (await open_site("lu-soc")).enrol()

    progress = await student.progress()

    assert (progress.final_deadline, progress.application_deadline) == (None, None)


async def test_one_reader_is_enough_where_the_rules_ask_for_one() -> None:
    student = await (await open_site("ki")).enrol()

    piece = await student.reflect(await student.do())

    assert piece.state is ReflectionState.ACCEPTED


async def test_staff_approve_nothing_of_their_own() -> None:
    student = await _enrolled(rules())
    await Role.create(
        person_id=student.actor.person_id, kind=RoleKind.STAFF, programme=student.site.programme, given_at=NOW
    )
    activity = await student.propose()

    with pytest.raises(NotAllowed):
        await decisions.approve(activity, actor=await actor_of(await Person.get(id=student.actor.person_id)), at=NOW)


@pytest.mark.parametrize("eligibility", [{"only_programmes": ["OTHER"]}, {"excluded_programmes": ["ot"]}])
async def test_a_site_can_name_the_programmes_it_is_for(eligibility: dict[str, list[str]]) -> None:
    site = await open_site(rules(eligibility=eligibility))

    with pytest.raises(NotEligible) as refusal:
        await site.enrol()

    assert refusal.value.arguments["why"] == Bilingual(
        "Certifikatet är inte öppet för programmet OT.", "The certificate is not open to the programme OT."
    )
    assert await Enrolment.all().count() == 0


async def test_one_enrols_once_for_a_certificate() -> None:
    student = await _enrolled(rules())

    with pytest.raises(enrolments.AlreadyEnrolled):
        await enrolments.enrol(
            student.site.programme,
            student.enrolment.study_end_date,
            enrolment_id=uuid4(),
            actor=student.actor,
            at=NOW,
        )
