"""Rows as the product itself makes them: every `make_*` goes through the public actions where there is one.

The clock stands at NOW: 2 March 2026, 10 o'clock in Stockholm. The studies end on 5 June 2026, so that the final
reflection is due on 8 May 2026.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from models.actions import (
    activities,
    applications,
    assessments,
    claims,
    decisions,
    enrolments,
    gatherings,
    handing_in,
    jobs,
    processing,
    receiving,
    reflections,
    takes,
    uploads,
)
from models.actions.processing import TRANSCRIBE, TRANSLATE, Prepared
from models.actions.reflections import PostDraft
from models.actions.takes import TakeSegment
from models.permissions import Actor
from models.queries.people import actor_of
from models.rules.bilingual import Bilingual
from models.rules.primitives import ActivityRules, EventKind, Named
from models.rules.ruleset import RuleSet, preset
from models.states import ActivityState, ApplicationState, JobState, MediaState, ReflectionState, UploadState
from models.tables import (
    Activity,
    Application,
    CatalogueItem,
    Enrolment,
    Gathering,
    Job,
    MediaItem,
    Person,
    Programme,
    Reflection,
    Role,
    RoleKind,
    RuleSetVersion,
    Transcript,
    Translation,
    Upload,
    Version,
)
from models.tables.activities import Mode, Place
from models.tables.media import Purpose
from transcription.speech import Segment, Speech, Word

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PERSON_LIMIT = 5_000_000_000
STUDY_END = date(2026, 6, 5)
DEADLINE = date(2026, 5, 8)
OCCASION = date(2026, 2, 10)
KI = preset("ki")
WITH_EVENTS = KI.model_copy(
    update={
        "events": (
            EventKind(id="workshop", name=Bilingual("Verkstad", "Workshop")),
            EventKind(
                id="presentation",
                name=Bilingual("Presentation", "Presentation"),
                forum=(Named(id="cafe", name=Bilingual("Kafé", "Café")),),
            ),
        )
    }
)
"""KI's rules with a workshop, and a presentation that is held in a café."""


def at_noon(day: date) -> datetime:
    """Give a moment that is this day in Stockholm and in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def words(count: int) -> str:
    """Give a text of so many words."""
    return " ".join(f"word{number}" for number in range(count))


async def make_rule_set(rule_set: RuleSet = KI, version: str = "") -> RuleSetVersion:
    """Publish a rule set once; `version` publishes a second edition of it."""
    edition = rule_set.model_copy(update={"version": version}) if version else rule_set
    row, _ = await RuleSetVersion.get_or_create(
        {
            "document": edition.canonical_json(),
            "fingerprint": edition.fingerprint,
            "published_at": NOW,
        },
        rule_set=edition.id,
        version=edition.version,
    )
    return row


async def make_programme(code: str = "OT", rule_set: RuleSet = KI) -> Programme:
    """Make a programme under KI's rule set."""
    published = await make_rule_set(rule_set)
    return await Programme.create(code=code, name_sv=f"Program {code}", name_en=f"Programme {code}", rule_set=published)


async def make_item(programme: Programme, title: str = "Language café") -> CatalogueItem:
    """Make an activity that the programme has selected."""
    return await CatalogueItem.create(
        programme=programme,
        kind="language_cafe",
        title_sv=f"{title} (sv)",
        title_en=title,
        about_sv="Prata.",
        about_en="Talk.",
        place=Place.SWEDEN,
        mode=Mode.ONSITE,
    )


async def make_person(name: str = "Robin", *roles: tuple[RoleKind, Programme | None]) -> Person:
    """Make an account without a password, with an address of its own."""
    person = await Person.create(id=uuid4(), name=name, email=f"{uuid4().hex}@example.edu", created_at=NOW)
    for kind, programme in roles:
        await Role.create(person=person, kind=kind, programme=programme, given_at=NOW)
    return person


async def make_actor(name: str = "Robin", *roles: tuple[RoleKind, Programme | None]) -> Actor:
    """Make an account and sign it in."""
    return await actor_of(await make_person(name, *roles))


async def make_assessor(programme: Programme, name: str = "Astrid") -> Actor:
    """Make an assessor of one programme."""
    return await make_actor(name, (RoleKind.ASSESSOR, programme))


async def make_convener(programme: Programme, name: str = "Kerstin") -> Actor:
    """Make a convener of one programme's assessor group, who assesses there, too."""
    return await make_actor(name, (RoleKind.ASSESSOR, programme), (RoleKind.CONVENER, programme))


async def make_staff(programme: Programme, name: str = "Sten") -> Actor:
    """Make one of the staff of one programme."""
    return await make_actor(name, (RoleKind.STAFF, programme))


async def make_enrolment(
    programme: Programme | None = None, actor: Actor | None = None, study_end_date: date = STUDY_END
) -> Enrolment:
    """Enrol a student; both are made where none is given."""
    actor = actor or await make_actor()
    programme = programme or await Programme.get_or_none(code="OT") or await make_programme()
    return await enrolments.enrol(programme, study_end_date, enrolment_id=uuid4(), actor=actor, at=NOW)


def edition(version: str, **settings: object) -> RuleSet:
    """Give KI's rule set with other settings, as a version of its own."""
    return KI.model_copy(update={"version": version, **settings})


AFTER = edition("after", activities=ActivityRules(approval="after"))
"""KI's rule set, but for staff who confirm what was done instead of deciding before."""


TWO = edition(
    "two-readers",
    reflection=KI.reflection.model_copy(update={"readers": 2}),
    final=KI.final.model_copy(update={"readers": 2}),
)
"""KI's rule set, but for two assessors who read everything, each without the other."""


async def pin(enrolment: Enrolment, rule_set: RuleSet) -> None:
    """Let an enrolment follow a rule set, as if the programme had had it on the day of enrolling."""
    await Enrolment.filter(id=enrolment.id).update(rule_set=await make_rule_set(rule_set))


async def student_of(enrolment: Enrolment) -> Actor:
    """Sign the student of an enrolment in."""
    return await actor_of(await Person.get(id=enrolment.person_id))


async def programme_of(enrolment: Enrolment) -> Programme:
    """Load the programme of an enrolment."""
    return await Programme.get(id=enrolment.programme_id)


async def make_activity(
    enrolment: Enrolment | None = None, state: ActivityState = ActivityState.DONE, title: str = ""
) -> Activity:
    """Make an activity: proposed, reported and declined ones are the student's own, the others from the catalogue.

    Approved, reported and done ones took place on one day; without a title the first is a language café, the second
    one another. Reported means that it was reported while the enrolment
    followed rules by which staff confirm afterwards.
    """
    enrolment = enrolment or await make_enrolment()
    earlier = await Activity.filter(enrolment_id=enrolment.id).count()
    title = title or ("Language café" if not earlier else f"Language café {earlier + 1}")
    student = await student_of(enrolment)
    programme = await programme_of(enrolment)
    if state in {ActivityState.PROPOSED, ActivityState.REPORTED, ActivityState.DECLINED}:
        activity = await activities.propose(
            enrolment, title, "A meeting.", Place.ABROAD, Mode.ONSITE, activity_id=uuid4(), actor=student, at=NOW
        )
    else:
        item = await make_item(programme, title)
        activity = await activities.choose(enrolment, item, activity_id=uuid4(), actor=student, at=NOW)
    activity = await Activity.get(id=activity.id).select_related("enrolment")
    if state in {ActivityState.APPROVED, ActivityState.REPORTED, ActivityState.DONE}:
        await activities.log_occasion(activity, OCCASION, actor=student, at=NOW)
    if state is ActivityState.DONE:
        await activities.complete(activity, actor=student, at=NOW)
    elif state is ActivityState.REPORTED:
        pinned = await Enrolment.get(id=enrolment.id)
        await pin(enrolment, AFTER)
        await activities.report(activity, actor=student, at=NOW)
        await pinned.save(update_fields=["rule_set_id"])
    elif state is ActivityState.WITHDRAWN:
        await activities.withdraw(activity, actor=student, at=NOW)
    elif state is ActivityState.DECLINED:
        await decisions.decline(activity, "Not international.", actor=await make_staff(programme), at=NOW)
    return await Activity.get(id=activity.id).select_related("enrolment")


async def make_reflection(
    enrolment: Enrolment | None = None,
    state: ReflectionState = ReflectionState.DRAFT,
    format_: str = "written",
    *,
    activity: Activity | None = None,
    assessor: Actor | None = None,
    at: datetime = NOW,
) -> Reflection:
    """Make a reflection with a draft that can be handed in, and move it on to a state."""
    activity = activity or await make_activity(enrolment)
    student = await student_of(activity.enrolment)
    reflection = await reflections.start(activity, format_, "en", actor=student, at=at)
    await _fill(reflection, format_, 1000, actor=student, at=at)
    return await move_on(reflection, state, assessor=assessor, at=at)


async def make_final(
    enrolment: Enrolment,
    state: ReflectionState = ReflectionState.DRAFT,
    *,
    assessor: Actor | None = None,
    at: datetime = NOW,
) -> Reflection:
    """Make a written final reflection of 3000 words; what has to be there before it is not made."""
    student = await student_of(enrolment)
    reflection = await reflections.start_final(enrolment, "written", "en", actor=student, at=at)
    await _fill(reflection, "written", 3000, actor=student, at=at)
    return await move_on(reflection, state, assessor=assessor, at=at)


async def move_on(
    reflection: Reflection, state: ReflectionState, *, assessor: Actor | None = None, at: datetime = NOW
) -> Reflection:
    """Hand a draft in and let an assessor bring it to a state.

    Disputed means that a colleague of theirs sent it back, while the enrolment followed rules that ask for two readers.
    """
    student = await student_of(reflection.enrolment)
    if state is not ReflectionState.DRAFT:
        draft = await reflections.open_draft(reflection)
        await handing_in.submit(reflection, revision=draft.revision, actor=student, at=at)
    if state is ReflectionState.TAKEN_BACK:
        await handing_in.take_back(reflection, actor=student, at=at)
    elif state not in {ReflectionState.DRAFT, ReflectionState.SUBMITTED}:
        assessor = assessor or await make_assessor(await programme_of(reflection.enrolment))
        if state is ReflectionState.DISPUTED:
            await _disagree(reflection, assessor, at=at)
            return await reload_reflection(reflection)
        reflection = await reload_reflection(reflection)
        await claims.claim(reflection, actor=assessor, at=at)
        reflection = await reload_reflection(reflection)
        if state is ReflectionState.ACCEPTED:
            await assessments.accept(reflection, actor=assessor, at=at)
        elif state is ReflectionState.RETURNED:
            await assessments.return_for_revision(reflection, "Say more.", actor=assessor, at=at)
    return await reload_reflection(reflection)


async def _disagree(reflection: Reflection, assessor: Actor, *, at: datetime) -> None:
    pinned = await Enrolment.get(id=reflection.enrolment_id)
    await pin(pinned, TWO)
    colleague = await make_assessor(await programme_of(reflection.enrolment), "Colleague")
    for reader, decide in (
        (assessor, partial(assessments.accept, comment="Good enough to me.")),
        (colleague, partial(assessments.return_for_revision, comment="Say more.")),
    ):
        await claims.claim(await reload_reflection(reflection), actor=reader, at=at)
        await decide(await reload_reflection(reflection), actor=reader, at=at)
    await pinned.save(update_fields=["rule_set_id"])


async def reload_reflection(reflection: Reflection) -> Reflection:
    """Load a reflection as it is now."""
    return await Reflection.get(id=reflection.id).select_related("enrolment")


async def versions_of(reflection: Reflection) -> list[Version]:
    """Load all versions, the first one first."""
    return await Version.filter(reflection_id=reflection.id).order_by("number")


async def make_upload(
    reflection: Reflection | None = None,
    *,
    upload_id: UUID | None = None,
    purpose: Purpose = Purpose.RECORDING,
    size_bytes: int | None = 1000,
    limit_bytes: int = 10_000_000,
    sha256: str = "",
    filename: str = "holiday in Lund.webm",
    at: datetime = NOW,
) -> Upload:
    """Begin an upload of 1000 bytes."""
    reflection = reflection or await make_reflection(format_="written")
    return await uploads.create(
        reflection,
        purpose,
        upload_id=upload_id or uuid4(),
        size_bytes=size_bytes,
        limit_bytes=limit_bytes,
        person_limit_bytes=PERSON_LIMIT,
        filename=filename,
        sha256=sha256,
        actor=await student_of(reflection.enrolment),
        at=at,
    )


async def make_segment(
    reflection: Reflection,
    take_id: UUID,
    number: int = 0,
    state: UploadState = UploadState.RECEIVED,
    *,
    upload_id: UUID | None = None,
    size_bytes: int | None = 1000,
    sha256: str = "",
    at: datetime = NOW,
) -> Upload:
    """Make a segment of a take; no bytes are stored. Its sum is that of its id."""
    upload = await takes.create_segment(
        reflection,
        take_id=take_id,
        segment=number,
        upload_id=upload_id or uuid4(),
        size_bytes=size_bytes,
        limit_bytes=10_000_000,
        person_limit_bytes=PERSON_LIMIT,
        filename=f"part {number}.webm",
        sha256=sha256,
        actor=await student_of(reflection.enrolment),
        at=at,
    )
    if state is UploadState.RECEIVED:
        await receive_segment(upload.id, at=at)
    return await Upload.get(id=upload.id)


async def receive_segment(upload_id: UUID, *, at: datetime = NOW) -> None:
    """Let the last byte of a segment arrive."""
    await receiving.finish(
        upload_id, sha256=segment_of(upload_id).sha256, original_key=f"originals/{upload_id.hex}", at=at
    )


def segment_of(upload_id: UUID, size: int = 1000) -> TakeSegment:
    """Describe a segment as the phone does that sent it."""
    return TakeSegment(upload_id, size, hashlib.sha256(upload_id.bytes).hexdigest())


async def use_take(
    reflection: Reflection,
    take_id: UUID,
    *segments: TakeSegment,
    trim: tuple[float | None, float | None] = (None, None),
    actor: Actor | None = None,
    at: datetime = NOW,
) -> MediaItem:
    """Decide to use a take."""
    return await takes.use_take(
        reflection,
        take_id=take_id,
        kind="audio",
        segments=segments,
        trim_start_seconds=trim[0],
        trim_end_seconds=trim[1],
        limit_bytes=10_000_000,
        actor=actor or await student_of(reflection.enrolment),
        at=at,
    )


async def make_media(
    reflection: Reflection,
    state: MediaState = MediaState.READY,
    *,
    purpose: Purpose = Purpose.RECORDING,
    seconds: float = 150.0,
    at: datetime = NOW,
) -> MediaItem:
    """Make a file's row in a state; no bytes are stored. A ready recording goes into the open draft by itself."""
    upload = await make_upload(reflection, purpose=purpose, at=at)
    if state is not MediaState.RECEIVING:
        sha256 = hashlib.sha256(upload.id.bytes).hexdigest()
        await receiving.finish(upload.id, sha256=sha256, original_key=f"originals/{upload.id.hex}", at=at)
    if state is MediaState.READY:
        await make_ready(upload.id, seconds=seconds, at=at)
    elif state is MediaState.REFUSED:
        await processing.media_refused(await running_job("prepare", upload.id), "broken_file", {}, at=at)
    return await MediaItem.get(id=upload.id)


async def make_evidence(
    activity: Activity, state: MediaState = MediaState.READY, *, pages: int | None = 2, at: datetime = NOW
) -> MediaItem:
    """Make a file of evidence in a state, a document or (without pages) a photo; no bytes are stored."""
    upload = await uploads.create_evidence(
        activity,
        upload_id=uuid4(),
        size_bytes=1000,
        limit_bytes=10_000_000,
        person_limit_bytes=PERSON_LIMIT,
        filename="certificate of attendance.pdf",
        sha256="",
        actor=await student_of(activity.enrolment),
        at=at,
    )
    place = f"evidences/{upload.id.hex}/1"
    if state is not MediaState.RECEIVING:
        sha256 = hashlib.sha256(upload.id.bytes).hexdigest()
        await receiving.finish(upload.id, sha256=sha256, original_key=f"originals/{upload.id.hex}", at=at)
    if state is MediaState.READY:
        kind, key = ("photo", f"{place}/large.jpg") if pages is None else ("document", place)
        prepared = Prepared(kind, "image/jpeg", key, small_key=f"{place}/small.jpg", width=600, height=800, pages=pages)
        await processing.media_ready(await running_job("prepare", upload.id), prepared, at=at)
    elif state is MediaState.REFUSED:
        await processing.media_refused(await running_job("prepare", upload.id), "too_many_pages", {}, at=at)
    return await MediaItem.get(id=upload.id)


async def make_ready(media_id: UUID, *, seconds: float = 150.0, at: datetime = NOW) -> bool:
    """Finish the preparation of a received file without touching bytes."""
    job = await running_job("prepare", media_id)
    is_photo = (await MediaItem.get(id=media_id)).purpose is Purpose.PHOTO
    prepared = (
        Prepared("photo", "image/jpeg", f"photos/{media_id.hex}/1/large.jpg", width=800, height=600)
        if is_photo
        else Prepared(
            "audio",
            "audio/webm",
            f"recordings/{media_id.hex}/1/playable.webm",
            has_audio=True,
            duration_seconds=seconds,
        )
    )
    return await processing.media_ready(job, prepared, at=at)


async def running_job(kind: str, subject: UUID, *, at: datetime = NOW) -> Job:
    """Take one job by name, as a worker would that found it first."""
    rows = Job.filter(kind=kind, subject=str(subject), status=JobState.QUEUED)
    await rows.update(status=JobState.RUNNING, attempt=1, lease_until=at + jobs.LEASE)
    return await Job.get(kind=kind, subject=str(subject))


async def work_off(kind: str, subject: UUID, finish: Callable[[Job], Awaitable[bool]], *, at: datetime = NOW) -> Job:
    """Do one job by name; beside a site, whose own worker may take it and put it back meanwhile, until it is done."""
    for _ in range(100):
        job = await running_job(kind, subject, at=at)
        if await finish(job):
            return job
        await asyncio.sleep(0.1)
    raise TimeoutError(job)


async def make_transcript(
    media: MediaItem, text: str = "Good morning.", *, language: str = "en", at: datetime = NOW
) -> Transcript:
    """Store what was heard: one segment, one second for each word."""
    spoken = tuple(Word(word, float(n), float(n + 1), 0.9) for n, word in enumerate(text.split()))
    speech = Speech(language, (Segment(0.0, float(len(spoken)), text, spoken, 0.1),), "scripted", "scripted")
    made = partial(
        processing.transcript_made,
        speech=speech.to_json(),
        text=text,
        language=language,
        engine="scripted",
        model="scripted",
        at=at,
    )
    job = await work_off(TRANSCRIBE, media.id, made, at=at)
    return await Transcript.get(job_id=job.id).select_related("media")


async def make_translation(transcript: Transcript, *sentences: str, at: datetime = NOW) -> Translation:
    """Store what a recording says in English, three seconds for each sentence; a rule set must have asked for it."""
    segments = tuple(
        Segment(start, start + 3.0, text, (Word(text, start, start + 3.0, 0.9),), 0.1)
        for start, text in zip(range(0, 3 * len(sentences), 3), sentences, strict=True)
    )
    speech = Speech("en", segments, "scripted", "scripted")
    made = partial(
        processing.translation_made,
        speech=speech.to_json(),
        text=speech.text,
        engine="scripted",
        model="scripted",
        at=at,
    )
    job = await work_off(TRANSLATE, transcript.media_id, made, at=at)
    return await Translation.get(job_id=job.id)


async def make_finished_enrolment(programme: Programme | None = None, actor: Actor | None = None) -> Enrolment:
    """Make a student who meets every requirement: three accepted reflections and an accepted final one."""
    enrolment = await make_enrolment(programme, actor)
    assessor = await make_assessor(await programme_of(enrolment))
    for title in ("Language café", "Student ambassador", "TedX"):
        activity = await make_activity(enrolment, title=title)
        await make_reflection(state=ReflectionState.ACCEPTED, activity=activity, assessor=assessor)
    await make_final(enrolment, ReflectionState.ACCEPTED, assessor=assessor)
    return enrolment


async def make_gathering(
    programme: Programme,
    *,
    kind: str = "workshop",
    starts_at: datetime = NOW,
    capacity: int | None = None,
    staff: Actor | None = None,
) -> Gathering:
    """Announce a gathering of two hours; the rules of the programme must know its kind: WITH_EVENTS does."""
    plan = gatherings.Plan(
        kind=kind,
        title_sv="Träff",
        title_en="Meeting",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        forum="cafe" if kind == "presentation" else "",
        capacity=capacity,
    )
    made = await gatherings.make(
        plan, [programme], gathering_id=uuid4(), actor=staff or await make_staff(programme), at=NOW
    )
    return await Gathering.get(id=made.id)


async def make_application(
    enrolment: Enrolment | None = None,
    state: ApplicationState = ApplicationState.SUBMITTED,
    *,
    staff: Actor | None = None,
) -> Application:
    """Apply for the certificate as a student who meets every requirement, and let staff decide."""
    enrolment = enrolment or await make_finished_enrolment()
    application = await applications.apply(enrolment, application_id=uuid4(), actor=await student_of(enrolment), at=NOW)
    application = await Application.get(id=application.id).select_related("enrolment")
    staff = staff or await make_staff(await programme_of(enrolment))
    if state is ApplicationState.APPROVED:
        await applications.approve(application, actor=staff, at=NOW)
    elif state is ApplicationState.DECLINED:
        await applications.decline(application, "The evidence is missing.", actor=staff, at=NOW)
    return await Application.get(id=application.id).select_related("enrolment")


async def _fill(reflection: Reflection, format_: str, word_count: int, *, actor: Actor, at: datetime) -> None:
    """Put content into the draft that every limit of KI lets through."""
    if format_ in {"podcast", "video"}:
        await make_media(reflection, at=at - timedelta(hours=1))
        return
    posts = None
    if format_ == "posts":
        word_count = 500
        photos = [await make_media(reflection, purpose=Purpose.PHOTO, at=at) for _ in range(3)]
        posts = [PostDraft(uuid4(), photo.id, f"Caption {n}", f"A street {n}") for n, photo in enumerate(photos)]
    await reflections.save_draft(reflection, base_revision=0, text=words(word_count), posts=posts, actor=actor, at=at)
