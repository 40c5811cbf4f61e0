"""Two programmes with people in every role and work in every state, for the tests that guard whole families."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from models.actions import (
    accounts,
    assessment_drafts,
    attendance,
    catalogue,
    conflicts,
    contacts,
    enrolments,
    evidence,
    kept_sentences,
    meetings,
    precedents,
    reflections,
    rule_sets,
    sign_offs,
    sign_ups,
    timed_decisions,
)
from models.actions import activities as activity_actions
from models.actions.processing import TRANSCRIBE
from models.actions.reflections import PostDraft
from models.permissions import Actor
from models.states import (
    ActivityState,
    ApplicationState,
    EnrolmentState,
    JobState,
    MediaState,
    ReflectionState,
    UploadState,
)
from models.tables import (
    Activity,
    Application,
    CatalogueItem,
    Conflict,
    Contact,
    Enrolment,
    Gathering,
    Job,
    KeptSentence,
    MediaItem,
    Meeting,
    MeetingCase,
    Notice,
    Occasion,
    Person,
    Precedent,
    Programme,
    Reflection,
    Role,
    RoleKind,
    RuleSetDraft,
    RuleSetVersion,
    Session,
    SignOff,
    SignUp,
    Transcript,
    Upload,
    Version,
)
from models.tables.assessments import Decision
from models.tables.gatherings import Part
from models.tables.media import Purpose
from tests.factories import (
    AFTER,
    NOW,
    OCCASION,
    WITH_EVENTS,
    make_activity,
    make_actor,
    make_application,
    make_assessor,
    make_convener,
    make_enrolment,
    make_evidence,
    make_finished_enrolment,
    make_gathering,
    make_item,
    make_media,
    make_programme,
    make_reflection,
    make_rule_set,
    make_segment,
    make_staff,
    make_transcript,
    make_upload,
    pin,
    running_job,
    segment_of,
    student_of,
    use_take,
)

LATER = NOW + timedelta(days=1)


@dataclass(frozen=True)
class World:
    """Rows of one student (`student`) and the people around them; dicts are by state."""

    people: dict[str, Actor]
    programme: Programme
    item: CatalogueItem
    closed_item: CatalogueItem
    enrolment: Enrolment
    finished: Enrolment
    activities: dict[ActivityState, Activity]
    fresh_activity: Activity
    activity_to_report: Activity
    precedent: Precedent
    shared_precedent: Precedent
    occasion: Occasion
    reflections: dict[ReflectionState, Reflection]
    podcast: Reflection
    photo: MediaItem
    evidence: MediaItem
    applications: dict[ApplicationState, Application]
    enrolments: dict[EnrolmentState, Enrolment]
    version_in_assessment: Version
    newer_rules: RuleSetVersion
    rules_draft: RuleSetDraft
    contact: Contact
    staff_person: Person
    assessing_person: Person
    deputy: Person
    transcript: Transcript
    silent: MediaItem
    waiting: MediaItem
    upload: Upload
    open_upload: Upload
    segment: Upload
    take: MediaItem
    session: Session
    role: Role
    gathering: Gathering
    sign_up: SignUp
    attended: SignUp
    sign_off: SignOff
    sentence: KeptSentence
    notice: Notice
    meeting: Meeting
    case: MeetingCase
    held_meeting: Meeting
    held_case: MeetingCase
    timed: Reflection
    colleague: Person
    conflict: Conflict


async def make_world() -> World:
    """Make it all through the public actions."""
    programme, other = await make_programme("OT", WITH_EVENTS), await make_programme("BE")
    people = await _make_people(programme, other)
    enrolment = await make_enrolment(programme, people["student"])
    for name, place in (
        ("fellow student", programme),
        ("student who assesses", programme),
        ("student elsewhere", other),
    ):
        await _make_work(await make_enrolment(place, people[name]))
    activities = {state: await make_activity(enrolment, state) for state in ActivityState}
    approved = activities[ActivityState.APPROVED]
    await activity_actions.log_occasion(activities[ActivityState.PROPOSED], OCCASION, actor=people["student"], at=NOW)
    reflections_ = {
        state: await make_reflection(enrolment, state, assessor=people["assessor"]) for state in ReflectionState
    }
    await _make_work(enrolment)
    podcast = await make_reflection(enrolment, ReflectionState.RETURNED, "podcast", assessor=people["assessor"])
    newer = await make_media(podcast, at=LATER)
    silent = await make_media(podcast, at=LATER)
    failed = await running_job(TRANSCRIBE, silent.id)
    await Job.filter(id=failed.id).update(status=JobState.FAILED, attempt=3)
    finished = await make_finished_enrolment(programme, await make_actor("Finished"))
    people["finished student"] = await _actor_of(finished)
    return World(
        people=people,
        programme=programme,
        item=await make_item(programme),
        closed_item=await _close(await make_item(programme, "Journal club"), people["staff"]),
        enrolment=enrolment,
        finished=finished,
        activities=activities,
        fresh_activity=await make_activity(enrolment),
        activity_to_report=await _make_activity_to_report(programme, people),
        precedent=await Precedent.get(activity_id=activities[ActivityState.DECLINED].id),
        shared_precedent=await _make_shared_precedent(enrolment, people["staff"]),
        occasion=await Occasion.get(activity_id=approved.id),
        reflections=reflections_,
        podcast=podcast,
        photo=await make_media(reflections_[ReflectionState.DRAFT], purpose=Purpose.PHOTO),
        evidence=await make_evidence(approved),
        applications={
            state: await make_application(await make_finished_enrolment(programme), state, staff=people["staff"])
            for state in ApplicationState
        },
        enrolments=await _make_enrolments(enrolment, people),
        version_in_assessment=await Version.get(
            reflection_id=reflections_[ReflectionState.IN_ASSESSMENT].id
        ).select_related("reflection__enrolment"),
        newer_rules=await make_rule_set(version="2026-27"),
        rules_draft=await _make_rules_draft(programme, people["staff"]),
        contact=await contacts.name_contact(
            programme,
            await Person.get(id=people["student who assesses"].person_id),
            actor=people["staff"],
            at=NOW,
        ),
        staff_person=await Person.get(id=people["staff"].person_id),
        assessing_person=await Person.get(id=people["assessor"].person_id),
        deputy=await Person.get(id=(await make_staff(programme, "Dag")).person_id),
        transcript=await make_transcript(newer),
        silent=silent,
        waiting=await make_media(podcast, at=LATER),
        upload=await make_upload(reflections_[ReflectionState.DRAFT]),
        open_upload=await make_upload(reflections_[ReflectionState.DRAFT], size_bytes=None),
        segment=await make_segment(reflections_[ReflectionState.DRAFT], uuid4()),
        take=await _make_take(reflections_[ReflectionState.DRAFT]),
        session=await _sign_in(people["administrator"]),
        role=await Role.get(person_id=people["assessor"].person_id),
        gathering=await make_gathering(programme, staff=people["staff"]),
        **await _make_sign_ups(programme, enrolment, finished, people["staff"]),
        sign_off=await _ask_organiser(approved, people["student"]),
        sentence=await kept_sentences.keep("Take one moment.", sentence_id=uuid4(), actor=people["assessor"], at=NOW),
        notice=await Notice.filter(person_id=people["student"].person_id).order_by("created_at", "id").first(),
        timed=await _make_timed(enrolment, people["assessor"]),
        **await _make_meetings(programme, people, reflections_),
        colleague=await Person.get(id=people["other assessor"].person_id),
        conflict=await _make_conflict(programme, enrolment),
    )


async def _make_take(reflection: Reflection) -> MediaItem:
    """Decide on a take of which one segment has arrived, and the other one has not."""
    take_id = uuid4()
    parts = [
        await make_segment(reflection, take_id, number, state)
        for number, state in enumerate((UploadState.RECEIVED, UploadState.RECEIVING))
    ]
    return await use_take(reflection, take_id, *(segment_of(part.id) for part in parts))


async def _make_sign_ups(
    programme: Programme, enrolment: Enrolment, finished: Enrolment, staff: Actor
) -> dict[str, SignUp]:
    held = await make_gathering(programme, staff=staff)
    sign_up, attended = [
        await sign_ups.sign_up(held, one, Part.LISTENER, sign_up_id=uuid4(), actor=await student_of(one), at=NOW)
        for one in (enrolment, finished)
    ]
    await attendance.note_attendance(attended, actor=staff, at=NOW)
    return {"sign_up": sign_up, "attended": await SignUp.get(id=attended.id)}


async def _make_conflict(programme: Programme, enrolment: Enrolment) -> Conflict:
    """Make an assessor who supervises the student's thesis."""
    supervisor = await make_assessor(programme, "Supervisor")
    person = await Person.get(id=supervisor.person_id)
    made = await conflicts.declare(enrolment, person, "Supervises the thesis.", actor=supervisor, at=NOW)
    return await Conflict.get(id=made.id).select_related("enrolment")


async def _make_timed(enrolment: Enrolment, assessor: Actor) -> Reflection:
    """Make a piece about which it is decided, and told tomorrow."""
    reflection = await make_reflection(enrolment, ReflectionState.IN_ASSESSMENT, assessor=assessor)
    await timed_decisions.decide_later(reflection, Decision.ACCEPTED, "Good.", LATER, actor=assessor, at=NOW)
    return reflection


async def _make_meetings(
    programme: Programme, people: dict[str, Actor], reflections_: dict[ReflectionState, Reflection]
) -> dict[str, Any]:
    """Call a meeting, and one where people are there already; both have what waits before them, and a draft of it."""
    waiting = reflections_[ReflectionState.SUBMITTED]
    version = await Version.get(reflection_id=waiting.id).select_related("reflection__enrolment")
    await assessment_drafts.keep(version, "Hm, yes.", "Tired.", revision=0, actor=people["assessor"], at=NOW)
    made: dict[str, Any] = {}
    for name in ("", "held_"):
        meeting = await meetings.call(programme, LATER, "Room 7", meeting_id=uuid4(), actor=people["convener"], at=NOW)
        case = await meetings.add_case(meeting, waiting, actor=people["convener"], at=NOW)
        made[f"{name}meeting"] = meeting
        made[f"{name}case"] = await MeetingCase.get(id=case.id).select_related(
            "meeting", "version__reflection__enrolment"
        )
    for one in ("convener", "assessor"):
        person = await Person.get(id=people[one].person_id)
        await meetings.note_presence(made["held_meeting"], person, actor=people["convener"], at=NOW)
    return made


async def _ask_organiser(activity: Activity, student: Actor) -> SignOff:
    await sign_offs.request(activity, "Café Babel", sign_off_id=uuid4(), actor=student, at=NOW)
    return await SignOff.get(activity_id=activity.id)


async def _make_enrolments(enrolment: Enrolment, people: dict[str, Actor]) -> dict[EnrolmentState, Enrolment]:
    """Make students who were taken out, with work in the states in which it waits for somebody."""
    ended = {}
    for state, name, end in (
        (EnrolmentState.VOID, "void student", enrolments.void),
        (EnrolmentState.DEREGISTERED, "deregistered student", enrolments.deregister),
    ):
        one = await make_finished_enrolment(await enrolment.programme, await make_actor(name))
        people[name] = await _actor_of(one)
        await make_activity(one, ActivityState.PROPOSED)
        for waiting in (ReflectionState.DRAFT, ReflectionState.SUBMITTED, ReflectionState.IN_ASSESSMENT):
            await make_reflection(one, waiting, assessor=people["assessor"])
        await make_application(one, staff=people["staff"])
        await end(one, "Enrolled in the wrong faculty.", actor=people["staff"], at=NOW)
        ended[state] = await Enrolment.get(id=one.id)
    return {EnrolmentState.ACTIVE: enrolment, **ended}


async def _close(item: CatalogueItem, staff: Actor) -> CatalogueItem:
    await catalogue.close_item(item, actor=staff, at=NOW)
    return await CatalogueItem.get(id=item.id)


async def _make_activity_to_report(programme: Programme, people: dict[str, Actor]) -> Activity:
    """Make a student whose rules let staff confirm afterwards, with an approved activity."""
    people["student who reports"] = await make_actor("Reporting")
    enrolment = await make_enrolment(programme, people["student who reports"])
    await pin(enrolment, AFTER)
    return await make_activity(enrolment, ActivityState.APPROVED)


async def _make_shared_precedent(enrolment: Enrolment, staff: Actor) -> Precedent:
    declined = await make_activity(enrolment, ActivityState.DECLINED, "Tourist trip")
    kept = await Precedent.get(activity_id=declined.id)
    await precedents.share(kept, "Turistresa", "Tourist trip", "Nothing was done with others.", actor=staff, at=NOW)
    return await Precedent.get(id=kept.id)


async def _make_people(programme: Programme, other: Programme) -> dict[str, Actor]:
    return {
        "student": await make_actor("Student"),
        "fellow student": await make_actor("Fellow"),
        "student elsewhere": await make_actor("Elsewhere"),
        "student who assesses": await make_actor(
            "Both", (RoleKind.ASSESSOR, programme), (RoleKind.STAFF, programme), (RoleKind.ASSESSOR, other)
        ),
        "assessor": await make_assessor(programme),
        "other assessor": await make_assessor(programme),
        "assessor elsewhere": await make_assessor(other),
        "convener": await make_actor("Kerstin", (RoleKind.CONVENER, programme)),
        "convener elsewhere": await make_convener(other),
        "staff": await make_staff(programme),
        "staff elsewhere": await make_staff(other),
        "administrator": await make_actor("Ada", (RoleKind.ADMINISTRATOR, None)),
        "nobody": await make_actor("Nobody"),
    }


async def _make_work(enrolment: Enrolment) -> None:
    """Make what could leak: drafts with files, second versions with new files, files that no version uses."""
    student = await _actor_of(enrolment)
    draft = await make_reflection(enrolment, format_="podcast")
    for state in MediaState:
        await make_media(draft, state)
    await make_reflection(enrolment, ReflectionState.SUBMITTED, "video")
    report = await make_reflection(enrolment, ReflectionState.RETURNED, "posts")
    new_photo = await make_media(report, purpose=Purpose.PHOTO)
    await reflections.save_draft(
        report,
        base_revision=(await reflections.open_draft(report)).revision,
        posts=[PostDraft(uuid4(), new_photo.id, "New", "New")],
        actor=student,
        at=NOW,
    )
    podcast = await make_reflection(enrolment, ReflectionState.RETURNED, "podcast")
    await make_media(podcast, at=LATER)
    await make_reflection(enrolment, ReflectionState.ACCEPTED)
    proposed = await make_activity(enrolment, ActivityState.PROPOSED)
    for state in MediaState:
        await make_evidence(proposed, state)
    await evidence.remove(await make_evidence(proposed), actor=student, at=NOW)
    await make_activity(enrolment, ActivityState.DECLINED)


async def _make_rules_draft(programme: Programme, staff: Actor) -> RuleSetDraft:
    draft = await rule_sets.open_draft(programme, draft_id=uuid4(), actor=staff, at=NOW)
    changed = draft.document | {"own_proposals": False}
    return await rule_sets.save_draft(draft, changed, base_revision=0, actor=staff, at=NOW)


async def _actor_of(enrolment: Enrolment) -> Actor:
    person = await enrolment.person
    return Actor(person.id, person.name, frozenset({(r.kind, r.programme_id) for r in await person.roles.all()}))


async def _sign_in(actor: Actor) -> Session:
    return await Session.create(
        id=uuid4(), token_hash=accounts.token_hash("secret"), person_id=actor.person_id, started_at=NOW, seen_at=NOW
    )
