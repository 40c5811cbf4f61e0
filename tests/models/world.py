"""Two programmes with people in every role and work in every state, for the tests that guard whole families."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from models.actions import accounts, reflections
from models.actions.processing import TRANSCRIBE
from models.actions.reflections import PostDraft
from models.permissions import Actor
from models.states import ActivityState, ApplicationState, JobState, MediaState, ReflectionState
from models.tables import (
    Activity,
    Application,
    CatalogueItem,
    Enrolment,
    Job,
    MediaItem,
    Occasion,
    Programme,
    Reflection,
    Role,
    RoleKind,
    Session,
    Transcript,
    Upload,
)
from models.tables.media import Purpose
from tests.factories import (
    NOW,
    make_activity,
    make_actor,
    make_application,
    make_assessor,
    make_enrolment,
    make_finished_enrolment,
    make_item,
    make_media,
    make_programme,
    make_reflection,
    make_staff,
    make_transcript,
    make_upload,
    running_job,
)

LATER = NOW + timedelta(days=1)


@dataclass(frozen=True)
class World:
    """Rows of one student (`student`) and the people around them; dicts are by state."""

    people: dict[str, Actor]
    programme: Programme
    item: CatalogueItem
    enrolment: Enrolment
    finished: Enrolment
    activities: dict[ActivityState, Activity]
    fresh_activity: Activity
    occasion: Occasion
    reflections: dict[ReflectionState, Reflection]
    podcast: Reflection
    photo: MediaItem
    applications: dict[ApplicationState, Application]
    transcript: Transcript
    silent: MediaItem
    upload: Upload
    open_upload: Upload
    session: Session
    role: Role


async def make_world() -> World:
    """Make it all through the public actions."""
    programme, other = await make_programme("OT"), await make_programme("BE")
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
        enrolment=enrolment,
        finished=finished,
        activities=activities,
        fresh_activity=await make_activity(enrolment),
        occasion=await Occasion.get(activity_id=approved.id),
        reflections=reflections_,
        podcast=podcast,
        photo=await make_media(reflections_[ReflectionState.DRAFT], purpose=Purpose.PHOTO),
        applications={
            state: await make_application(await make_finished_enrolment(programme), state, staff=people["staff"])
            for state in ApplicationState
        },
        transcript=await make_transcript(newer),
        silent=silent,
        upload=await make_upload(reflections_[ReflectionState.DRAFT]),
        open_upload=await make_upload(reflections_[ReflectionState.DRAFT], size_bytes=None),
        session=await _sign_in(people["administrator"]),
        role=await Role.get(person_id=people["assessor"].person_id),
    )


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
    await make_activity(enrolment, ActivityState.PROPOSED)


async def _actor_of(enrolment: Enrolment) -> Actor:
    person = await enrolment.person
    return Actor(person.id, person.name, frozenset({(r.kind, r.programme_id) for r in await person.roles.all()}))


async def _sign_in(actor: Actor) -> Session:
    return await Session.create(
        id=uuid4(), token_hash=accounts.token_hash("secret"), person_id=actor.person_id, started_at=NOW, seen_at=NOW
    )
