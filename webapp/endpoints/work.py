"""/api/v1 for the phone: a student's work, the takes of it, handing in and taking back."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from models.actions import discarding, handing_in, takes
from models.queries import reflections as reflection_queries
from models.queries import uploads as upload_queries
from models.queries.work import piece, work_of
from models.states import told_to_student
from models.storage_used import bytes_stored
from transcription.heard import words_so_far
from webapp.endpoints import asked, shapes
from webapp.endpoints.asking import LARGEST_BODY_BYTES, asking, private
from webapp.endpoints.showing import reflection_shape, reflection_shapes, take_receipt
from webapp.i18n import current_language
from webapp.runtime import runtime_of

router = APIRouter(prefix="/api/v1", max_body_size=LARGEST_BODY_BYTES, dependencies=[Depends(private)])


@router.get("/work")
async def work(request: Request) -> shapes.WorkShape:
    """List one's own open reflections, those that may be begun now, and those that wait for an assessor."""
    me, runtime = await asking(request), runtime_of(request)
    language, settings, at = current_language(), runtime.settings, runtime.now()
    return shapes.WorkShape(
        person=shapes.Me(id=me.person.id, name=me.person.name, language=language),
        server_time=at,
        limits=shapes.LimitsShape(
            recording_bytes=settings.recording_limit_bytes,
            photo_bytes=settings.photo_limit_bytes,
            person_bytes=settings.person_limit_bytes,
            used_bytes=await bytes_stored(me.person.id),
        ),
        reflections=await reflection_shapes(await work_of(me.actor, language=language, at=at), actor=me.actor),
    )


@router.put("/takes/{take_id}")
async def use_take(take_id: UUID, wanted: asked.TakeWanted, request: Request) -> shapes.TakeReceipt:
    """Use a take, before all of it has arrived, too; answers what the server has of it.

    The same again changes nothing.
    """
    actor, runtime = (await asking(request)).actor, runtime_of(request)
    reflection = await reflection_queries.reflection(wanted.reflection, actor=actor)
    await takes.use_take(
        reflection,
        take_id=take_id,
        kind=wanted.kind,
        segments=[takes.TakeSegment(one.upload, one.size, one.sha256) for one in wanted.segments],
        trim_start_seconds=wanted.trim_start_seconds,
        trim_end_seconds=wanted.trim_end_seconds,
        limit_bytes=runtime.settings.recording_limit_bytes,
        actor=actor,
        at=runtime.now(),
    )
    return take_receipt(await upload_queries.take(take_id, actor=actor))


@router.get("/takes/{take_id}")
async def get_take(take_id: UUID, request: Request) -> shapes.TakeReceipt:
    """Say what the server has of a take that its student decided to use."""
    return take_receipt(await upload_queries.take(take_id, actor=(await asking(request)).actor))


@router.get("/takes/{take_id}/words")
async def heard_so_far(take_id: UUID, request: Request) -> shapes.HeardShape:
    """Say what was heard so far of a take that is being recorded or waits for a decision; its student alone may ask."""
    segments = await upload_queries.segments_so_far(take_id, actor=(await asking(request)).actor)
    work_folder = runtime_of(request).settings.data_folder / "work"
    text, is_all = await asyncio.to_thread(words_so_far, work_folder, segments)
    return shapes.HeardShape(text=text, is_all=is_all)


@router.delete("/takes/{take_id}")
async def give_up_take(take_id: UUID, request: Request) -> shapes.TakeReceipt:
    """Do without a take that has not arrived yet; the same again changes nothing. Refused once all of it is here."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    take = await upload_queries.take(take_id, actor=actor)
    await discarding.give_up(take.media, actor=actor, at=at)
    return take_receipt(await upload_queries.take(take_id, actor=actor))


@router.post("/reflections/{reflection_id}/submit")
async def submit(reflection_id: UUID, wanted: asked.SubmitWanted, request: Request) -> shapes.Receipt:
    """Hand in; from now on it is a document of the institution. Refused with words when a rule is not met.

    The same revision again gives the same receipt.
    """
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    reflection = await reflection_queries.reflection(reflection_id, actor=actor)
    version = await handing_in.submit(
        reflection, revision=wanted.revision, pressed_seconds_ago=wanted.pressed_seconds_ago, actor=actor, at=at
    )
    present = await piece(reflection_id, actor=actor, at=at)
    is_last = present.last is not None and present.last.version.id == version.id
    return shapes.Receipt(
        id=reflection.id,
        state=told_to_student(present.reflection.state),
        version=version.number,
        submitted_at=version.handed_in_at or at,
        arrived_at=version.frozen_at or at,
        checksum=version.checksum,
        may_take_back=is_last and present.may_take_back,
    )


@router.post("/reflections/{reflection_id}/take-back")
async def take_back(reflection_id: UUID, request: Request) -> shapes.ReflectionShape:
    """Open what was handed in again, as long as nobody has begun to read it and the rules allow it."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    reflection = await reflection_queries.reflection(reflection_id, actor=actor)
    await handing_in.take_back(reflection, actor=actor, at=at)
    return await reflection_shape(reflection_id, actor=actor, at=at)
