"""/api/v1: what a student does, for the capture page and other scripts; the rules are those of the actions."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from models.actions import activities, applications, enrolments, reflections, transcripts
from models.errors import NotAllowed
from models.permissions import Actor
from models.queries import enrolments as enrolment_queries
from models.queries import media as media_queries
from models.queries import reflections as reflection_queries
from models.tables import CatalogueItem, Programme
from models.tables.activities import Mode, Place
from models.tables.media import JOINED
from transcription.reading import read
from webapp.endpoints import asked, shapes
from webapp.endpoints.asking import LARGEST_BODY_BYTES, asking, private
from webapp.endpoints.showing import media_shapes, reflection_shape
from webapp.errors import words_of
from webapp.i18n import current_language
from webapp.runtime import runtime_of

router = APIRouter(prefix="/api/v1", max_body_size=LARGEST_BODY_BYTES, dependencies=[Depends(private)])


@router.get("/me")
async def me(request: Request) -> shapes.Me:
    """Say who is signed in."""
    person = (await asking(request)).person
    return shapes.Me(id=person.id, name=person.name, language=current_language())


@router.post("/enrolments", status_code=201)
async def enrol(wanted: asked.EnrolmentWanted, request: Request) -> shapes.Row:
    """Enrol oneself in the certificate of a programme."""
    actor = (await asking(request)).actor
    programme = await Programme.get_or_none(code=wanted.programme)
    if programme is None:
        raise NotAllowed
    enrolment = await enrolments.enrol(
        programme,
        wanted.study_end_date,
        admitted_date=wanted.admitted_date,
        declarations=wanted.declarations,
        enrolment_id=wanted.id,
        actor=actor,
        at=runtime_of(request).now(),
    )
    return shapes.Row(id=enrolment.id, state="enrolled")


@router.post("/activities", status_code=201)
async def add_activity(wanted: asked.ActivityWanted, request: Request) -> shapes.Row:
    """Choose an activity from the catalogue, or propose one."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    enrolment = await enrolment_queries.enrolment(wanted.enrolment, actor=actor)
    if wanted.catalogue_item is not None:
        item = await CatalogueItem.get_or_none(id=wanted.catalogue_item)
        if item is None:
            raise NotAllowed
        activity = await activities.choose(enrolment, item, activity_id=wanted.id, actor=actor, at=at)
    else:
        activity = await activities.propose(
            enrolment,
            wanted.title,
            wanted.about,
            Place(wanted.place),
            Mode(wanted.mode),
            activity_id=wanted.id,
            actor=actor,
            at=at,
        )
    return shapes.Row(id=activity.id, state=activity.state)


@router.post("/activities/{activity_id}/occasions", status_code=201)
async def log_occasion(activity_id: UUID, wanted: asked.OccasionWanted, request: Request) -> shapes.Row:
    """Note a day on which it took place."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    activity = await enrolment_queries.activity(activity_id, actor=actor)
    await activities.log_occasion(activity, wanted.took_place_on, actor=actor, at=at)
    return shapes.Row(id=activity.id, state=activity.state)


@router.post("/activities/{activity_id}/complete")
async def complete_activity(activity_id: UUID, request: Request) -> shapes.Row:
    """Say that it is done."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    activity = await enrolment_queries.activity(activity_id, actor=actor)
    await activities.complete(activity, actor=actor, at=at)
    return shapes.Row(id=activity.id, state="done")


@router.post("/reflections", status_code=201)
async def start_reflection(wanted: asked.ReflectionWanted, request: Request) -> shapes.ReflectionShape:
    """Begin a reflection on an activity, or the final one; refused with words when it is not its time."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    if wanted.activity is not None:
        activity = await enrolment_queries.activity(wanted.activity, actor=actor)
        begun = await reflections.start(
            activity,
            wanted.format,
            wanted.language,
            begun_seconds_ago=wanted.begun_seconds_ago,
            actor=actor,
            at=at,
        )
    elif wanted.enrolment is not None:
        enrolment = await enrolment_queries.enrolment(wanted.enrolment, actor=actor)
        begun = await reflections.start_final(
            enrolment,
            wanted.format,
            wanted.language,
            begun_seconds_ago=wanted.begun_seconds_ago,
            actor=actor,
            at=at,
        )
    else:
        raise NotAllowed
    return await reflection_shape(begun.id, actor=actor, at=at)


@router.get("/reflections/{reflection_id}")
async def get_reflection(reflection_id: UUID, request: Request) -> shapes.ReflectionShape:
    """Get a reflection of one's own with its draft, its files and its rules."""
    return await reflection_shape(reflection_id, actor=(await asking(request)).actor, at=runtime_of(request).now())


@router.patch("/reflections/{reflection_id}", response_model=shapes.ReflectionShape)
async def save_draft(
    reflection_id: UUID, wanted: asked.DraftWanted, request: Request
) -> shapes.ReflectionShape | Response:
    """Save changes of the draft; 409 with the present state when another device saved in between."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    reflection = await reflection_queries.reflection(reflection_id, actor=actor)
    posts = None
    if wanted.posts is not None:
        posts = [reflections.PostDraft(p.id, p.photo, p.caption, p.alt_text) for p in wanted.posts]
    try:
        await reflections.save_draft(
            reflection,
            base_revision=wanted.base_revision,
            format_=wanted.format,
            language=wanted.language,
            text=wanted.text,
            posts=posts,
            actor=actor,
            at=at,
        )
    except reflections.NewerDraft as refusal:
        current = await reflection_shape(reflection_id, actor=actor, at=at)
        error = {"code": refusal.code, "message": words_of(refusal)}
        return JSONResponse({"error": error, "current": current.model_dump(mode="json")}, status_code=409)
    return await reflection_shape(reflection_id, actor=actor, at=at)


@router.get("/media/{media_id}")
async def get_media(media_id: UUID, request: Request) -> shapes.MediaShape:
    """Say how far a file is."""
    actor = (await asking(request)).actor
    return (await media_shapes([await media_queries.media(media_id, actor=actor)]))[0]


@router.get("/media/{media_id}/transcript")
async def get_transcript(media_id: UUID, request: Request, version: UUID | None = None) -> shapes.TranscriptShape:
    """Get what was heard, with the corrections that hold (with `version`: that were handed in)."""
    return await _transcript(media_id, version, (await asking(request)).actor)


@router.put("/media/{media_id}/transcript/words")
async def put_right(media_id: UUID, wanted: asked.WordsWanted, request: Request) -> shapes.TranscriptShape:
    """Put words right together while the reflection is open, and get the transcript as it is then.

    Refused when the transcript is not the newest any more: the places would mean other words.
    """
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    transcript = await media_queries.transcript(media_id, actor=actor)
    if transcript is None:
        raise NotAllowed
    if transcript.id != wanted.transcript:
        raise transcripts.NoSuchWord
    changes = [
        transcripts.Change(word.segment, word.word, JOINED if word.joined else word.text) for word in wanted.words
    ]
    await transcripts.put_right(transcript, changes, actor=actor, at=at)
    return await _transcript(media_id, None, actor)


@router.post("/media/{media_id}/transcript/corrections", status_code=201)
async def correct(media_id: UUID, wanted: asked.CorrectionWanted, request: Request) -> shapes.Row:
    """Put one word right while the reflection is open; what was heard stays beside it."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    transcript = await media_queries.transcript(media_id, actor=actor)
    if transcript is None:
        raise NotAllowed
    await transcripts.correct(transcript, wanted.segment, wanted.word, wanted.text, actor=actor, at=at)
    return shapes.Row(id=transcript.id, state="corrected")


async def _transcript(media_id: UUID, version: UUID | None, actor: Actor) -> shapes.TranscriptShape:
    reading = await read(media_id, version_id=version, actor=actor)
    if reading is None:
        raise NotAllowed
    of = reading.transcript
    return shapes.TranscriptShape(
        id=of.id,
        language=of.language,
        engine=of.engine,
        model=of.model,
        words=[
            shapes.WordShape(
                segment=word.segment,
                word=word.word,
                text=word.text,
                heard=word.heard,
                start_seconds=word.start_seconds,
                end_seconds=word.end_seconds,
                confidence=word.confidence,
                joined=word.is_joined,
                unsure=word.is_unsure,
            )
            for word in reading.words
        ],
    )


@router.post("/applications", status_code=201)
async def apply(wanted: asked.ApplicationWanted, request: Request) -> shapes.Row:
    """Apply for the certificate; refused with what is missing in words."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    enrolment = await enrolment_queries.enrolment(wanted.enrolment, actor=actor)
    application = await applications.apply(
        enrolment, declarations=wanted.declarations, application_id=wanted.id, actor=actor, at=at
    )
    return shapes.Row(id=application.id, state=application.state)
