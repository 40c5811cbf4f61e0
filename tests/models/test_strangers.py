"""A stranger is refused by every public action, found by inspection, and changes no row."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tortoise import Tortoise

from models import actions, tables
from models.actions import claims, comments, takes
from models.actions.gatherings import Plan
from models.actions.processing import TRANSCRIBE
from models.actions.setup import ListedActivity
from models.actions.transcripts import Change
from models.errors import NotAllowed
from models.permissions import Actor
from models.rules.bilingual import Bilingual
from models.states import ActivityState, ApplicationState, EnrolmentState, ReflectionState
from models.tables import Notice, NoticeChoice, Person, RoleKind
from models.tables.activities import Mode, Place
from models.tables.assessments import Decision
from models.tables.gatherings import Part
from models.tables.media import Purpose
from models.tables.notices import How, Topic
from tests.factories import NOW
from tests.models.world import World

MACHINES = "Machine's own"
ON_ONESELF = {
    "accounts.choose_language",
    "devices.tell_device_no_more",
    "notices.choose",
    "notices.mark_all_read",
    "notices.mark_read",
}
"""Changes rows of whoever asks; nothing that could name another one is taken, or found among theirs."""


def _public_actions() -> dict[str, Callable[..., Awaitable[object]]]:
    found = {}
    for module_info in pkgutil.iter_modules(actions.__path__):
        module = importlib.import_module(f"models.actions.{module_info.name}")
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            docs = (module.__doc__ or "", function.__doc__ or "")
            if (
                function.__module__ == module.__name__
                and not name.startswith("_")
                and not any(doc.startswith(MACHINES) for doc in docs)
            ):
                found[f"{module_info.name}.{name}"] = function
    return found


ACTIONS = _public_actions()

STRANGERS = ("nobody", "student elsewhere", "assessor elsewhere", "convener elsewhere", "staff elsewhere")

FOR_STAFF_OF_ANY_PROGRAMME = {"speech_models.choose"}
"""About the one machine that all programmes share."""

FOR_ASSESSORS_OF_ANY_PROGRAMME = {"kept_sentences.keep"}
"""About nothing but one's own list."""

WHO: dict[str, str] = {
    "claims.hand_over": "assessor",
    "conflicts.declare": "assessor",
    "conflicts.withdraw": "staff",
    "accounts.invite": "administrator",
    "accounts.take_role": "administrator",
    "accounts.end_session": "administrator",
    "activities.report": "student who reports",
    "applications.apply": "finished student",
    "applications.approve": "staff",
    "applications.decline": "staff",
    "attendance.note_attendance": "staff",
    "attendance.record_attendance": "staff",
    "attendance.take_back_attendance": "staff",
    "catalogue.add_item": "staff",
    "catalogue.change_item": "staff",
    "catalogue.close_item": "staff",
    "catalogue.reopen_item": "staff",
    "assessments.accept": "assessor",
    "assessments.return_for_revision": "assessor",
    "assessment_drafts.keep": "assessor",
    "comments.put": "assessor",
    "comments.remove": "assessor",
    "claims.claim": "assessor",
    "claims.leave": "assessor",
    "claims.release": "assessor",
    "claims.renew": "assessor",
    "claims.take_over": "other assessor",
    "contacts.name_contact": "staff",
    "contacts.remove_contact": "staff",
    "contacts.set_deputy": "staff",
    "devices.tell_device": "administrator",
    "decisions.approve": "staff",
    "decisions.confirm": "staff",
    "decisions.decline": "staff",
    "decisions.reopen": "staff",
    "decisions.send_back": "staff",
    "enrolments.deregister": "staff",
    "enrolments.move_to_version": "staff",
    "enrolments.reinstate": "staff",
    "enrolments.void": "staff",
    "exports.export_worklist": "staff",
    "gatherings.cancel": "staff",
    "gatherings.change": "staff",
    "gatherings.make": "staff",
    "rule_sets.base_on_present": "staff",
    "rule_sets.discard_draft": "staff",
    "rule_sets.follow": "staff",
    "rule_sets.open_draft": "staff",
    "rule_sets.publish": "staff",
    "rule_sets.save_draft": "staff",
    "study_dates.change_admitted_date": "staff",
    "study_dates.grant_extension": "staff",
    "speech_models.choose": "staff",
    "kept_sentences.forget": "assessor",
    "kept_sentences.keep": "assessor",
    "kept_sentences.note_use": "assessor",
    "timed_decisions.decide_later": "assessor",
    "timed_decisions.withdraw": "assessor",
    "settling.agree": "assessor",
    "settling.settle": "convener",
    "meetings.add_case": "convener",
    "meetings.call": "convener",
    "meetings.call_off": "convener",
    "meetings.close": "convener",
    "meetings.decide": "convener",
    "meetings.hide_draft": "assessor",
    "meetings.move_case": "convener",
    "meetings.note_presence": "convener",
    "meetings.remove_case": "convener",
    "meetings.show_draft": "assessor",
    "meetings.take_back_presence": "convener",
    "precedents.share": "staff",
    "precedents.unshare": "staff",
}
"""Who may; the student where nothing is said. It shows that the stranger is refused only for being one."""


LISTED = ListedActivity(
    "study_visit", Bilingual("Studiebesök", "Study visit"), Bilingual("Åk dit.", "Go there."), Place.ABROAD, Mode.ONSITE
)


def _arguments(name: str, world: World) -> dict[str, Any]:
    """Arguments by parameter name, with rows on which the move could be made."""
    everywhere: dict[str, Any] = {
        "about": "We read.",
        "activity": world.activities[ActivityState.APPROVED],
        "activity_id": uuid4(),
        "admitted_date": None,
        "application": world.applications[ApplicationState.SUBMITTED],
        "application_id": uuid4(),
        "at": NOW,
        "assessor": world.assessing_person,
        "away_from": NOW.date(),
        "away_until": NOW.date(),
        "base_revision": 1,
        "begun_seconds_ago": None,
        "case": world.case,
        "changes": [Change(0, 0, "Hm.")],
        "code": world.gathering.code,
        "comment_id": uuid4(),
        "comment": "Hm.",
        "conflict": world.conflict,
        "contact": world.contact,
        "decision": Decision.RETURNED,
        "declarations": (),
        "deputy": world.deputy,
        "document": {"id": "ki"},
        "draft": world.rules_draft,
        "draft_id": uuid4(),
        "auth": "A" * 22,
        "email": "eve@example.edu",
        "endpoint": "https://push.example.edu/1",
        "enrolment": world.enrolment,
        "enrolment_id": world.enrolment.id,
        "extension_id": uuid4(),
        "facts": None,
        "filename": "a.webm",
        "format_": "written",
        "gathering": world.gathering,
        "gathering_id": uuid4(),
        "how": How.DAILY,
        "item": world.item,
        "kind": TRANSCRIBE,
        "language": "en",
        "levels": {},
        "limit_bytes": 1000,
        "media": world.silent,
        "meeting": world.meeting,
        "meeting_id": uuid4(),
        "mode": Mode.ONSITE,
        "model": "tiny",
        "models": ["tiny"],
        "name": "Eve",
        "note": "",
        "on_devices": True,
        "notice_ids": [world.notice.id],
        "occasion": world.occasion,
        "organiser": "Café Babel",
        "p256dh": "B" + "A" * 86,
        "part": Part.LISTENER,
        "person": world.staff_person,
        "person_limit_bytes": 5_000_000_000,
        "percent": 80,
        "place": Place.ABROAD,
        "plan": Plan("workshop", "Träff", "Meeting", NOW, NOW + timedelta(hours=1)),
        "posts": None,
        "precedent": world.precedent,
        "programme": world.programme,
        "programmes": [world.programme],
        "purpose": Purpose.RECORDING,
        "reason": "Because.",
        "reflection": world.reflections[ReflectionState.IN_ASSESSMENT],
        "revision": 1,
        "pressed_seconds_ago": None,
        "role": world.role,
        "roles": [(RoleKind.ADMINISTRATOR, None)],
        "segment": 0,
        "sentence": world.sentence,
        "sentence_id": uuid4(),
        "session_id": world.session.id,
        "sha256": "",
        "sign_off": world.sign_off,
        "sign_off_id": uuid4(),
        "sign_up": world.sign_up,
        "sign_up_id": uuid4(),
        "spot": comments.Written(0, 5),
        "size_bytes": 500,
        "starts_at": NOW + timedelta(days=3),
        "study_end_date": date(2026, 9, 1),
        "take": world.take,
        "take_id": uuid4(),
        "text": "Words.",
        "tell_at": NOW + timedelta(days=2),
        "title": "Journal club",
        "to": world.colleague,
        "title_en": "Journal club",
        "title_sv": "Tidskriftsklubb",
        "told_until": NOW,
        "topic": "Lund",
        "took_place_on": date(2026, 1, 20),
        "transcript": world.transcript,
        "trim_end_seconds": None,
        "trim_start_seconds": None,
        "until_date": date(2026, 5, 20),
        "upload": world.open_upload,
        "upload_id": uuid4(),
        "where": "Room 7",
        "version": world.newer_rules,
        "word": 0,
    }
    particular: dict[str, dict[str, Any]] = {
        "activities.propose": {"kind": "own"},
        "activities.report": {"activity": world.activity_to_report},
        "applications.apply": {"enrolment": world.finished},
        "attendance.take_back_attendance": {"sign_up": world.attended},
        "catalogue.add_item": {"activity": LISTED},
        "catalogue.change_item": {"activity": LISTED},
        "catalogue.reopen_item": {"item": world.closed_item},
        "decisions.approve": {"activity": world.activities[ActivityState.PROPOSED]},
        "decisions.confirm": {"activity": world.activities[ActivityState.REPORTED]},
        "decisions.decline": {"activity": world.activities[ActivityState.PROPOSED]},
        "decisions.reopen": {"activity": world.activities[ActivityState.DONE]},
        "decisions.send_back": {"activity": world.activities[ActivityState.REPORTED]},
        "evidence.remove": {"media": world.evidence},
        "notices.choose": {"topic": Topic.DECISIONS},
        "assessment_drafts.keep": {"version": world.version_in_assessment},
        "comments.put": {"version": world.version_in_assessment, "revision": 0},
        "comments.remove": {"version": world.version_in_assessment},
        "claims.take_over": {"at": NOW + claims.LEASE},
        "claims.claim": {"reflection": world.reflections[ReflectionState.SUBMITTED]},
        "enrolments.reinstate": {"enrolment": world.enrolments[EnrolmentState.VOID]},
        "meetings.close": {"meeting": world.held_meeting},
        "meetings.decide": {"case": world.held_case},
        "meetings.move_case": {"place": 1},
        "meetings.note_presence": {"person": world.assessing_person},
        "settling.agree": {"reflection": world.reflections[ReflectionState.DISPUTED]},
        "timed_decisions.withdraw": {"reflection": world.timed},
        "settling.settle": {"reflection": world.reflections[ReflectionState.DISPUTED]},
        "precedents.unshare": {"precedent": world.shared_precedent},
        "rule_sets.publish": {"version": "2027-28"},
        "study_dates.change_admitted_date": {"admitted_date": NOW.date()},
        "transcripts.cancel": {"media": world.waiting},
        "transcripts.write_down_anew": {"language": ""},
        "reflections.start": {"activity": world.fresh_activity},
        "reflections.save_draft": {"reflection": world.reflections[ReflectionState.DRAFT]},
        "handing_in.submit": {"reflection": world.reflections[ReflectionState.DRAFT]},
        "handing_in.take_back": {"reflection": world.reflections[ReflectionState.SUBMITTED]},
        "takes.create_segment": {"reflection": world.reflections[ReflectionState.DRAFT], "upload_id": uuid4()},
        "discarding.discard": {"upload": world.segment},
        "takes.use_take": {
            "reflection": world.reflections[ReflectionState.DRAFT],
            "kind": "audio",
            "segments": [takes.TakeSegment(uuid4(), 500, "0" * 64)],
        },
        "uploads.create": {"reflection": world.reflections[ReflectionState.DRAFT]},
    }
    known = everywhere | particular.get(name, {})
    wanted = [parameter for parameter in inspect.signature(ACTIONS[name]).parameters if parameter != "actor"]
    missing = [parameter for parameter in wanted if parameter not in known]
    assert missing == [], f"say in this test what {name} gets"
    return {parameter: known[parameter] for parameter in wanted}


async def _contents() -> dict[str, list[dict[str, Any]]]:
    models = [getattr(tables, name) for name in tables.__all__]
    named = [model._meta.db_table for model in models if hasattr(model, "_meta")]
    database = Tortoise.get_connection("default")
    return {name: await database.execute_query_dict(f'SELECT * FROM "{name}"') for name in named}  # noqa: S608


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - ON_ONESELF))
async def test_strangers_are_refused_and_change_no_row(name: str, world: World) -> None:
    before = await _contents()

    refused = [stranger for stranger in _strangers_to(name) if await _is_refused(name, stranger, world)]

    assert refused == _strangers_to(name)
    assert await _contents() == before


def _strangers_to(name: str) -> list[str]:
    known = set[str]()
    if name in FOR_STAFF_OF_ANY_PROGRAMME:
        known |= {"staff elsewhere"}
    if name in FOR_ASSESSORS_OF_ANY_PROGRAMME:
        known |= {"assessor elsewhere", "convener elsewhere"}
    return [stranger for stranger in STRANGERS if stranger not in known]


async def _is_refused(name: str, stranger: str, world: World) -> bool:
    try:
        await ACTIONS[name](**_arguments(name, world), actor=world.people[stranger])
    except NotAllowed:
        return True
    return False


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - ON_ONESELF))
async def test_the_right_person_is_not_refused_with_the_same_arguments(name: str, world: World) -> None:
    actor = world.people[WHO.get(name, "student")]

    await ACTIONS[name](**_arguments(name, world), actor=actor)


@pytest.mark.parametrize("name", sorted(ON_ONESELF))
async def test_what_one_does_to_oneself_changes_nobody_else(name: str, world: World) -> None:
    me: Actor = world.people["nobody"]
    before = await _of_others(me)

    await ACTIONS[name](**_arguments(name, world), actor=me)

    assert await _of_others(me) == before


async def _of_others(me: Actor) -> list[list[dict[str, Any]]]:
    people = await Person.exclude(id=me.person_id).order_by("id").values()
    rows = [await table.exclude(person_id=me.person_id).order_by("id").values() for table in (Notice, NoticeChoice)]
    return [people, *rows]


def test_every_public_action_takes_the_actor_by_name() -> None:
    without = [
        name
        for name, function in ACTIONS.items()
        if getattr(inspect.signature(function).parameters.get("actor"), "kind", None)
        is not inspect.Parameter.KEYWORD_ONLY
    ]

    assert without == []


def test_there_are_actions_to_find() -> None:
    assert len(ACTIONS) > 25
