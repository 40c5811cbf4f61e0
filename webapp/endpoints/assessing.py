"""/api/v1 for the assessor's desk: what is written there, also at its places, and leaving it."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request

from models.actions import assessment_drafts, claims, comments
from models.queries import reflections as queries
from webapp.endpoints import asked, shapes
from webapp.endpoints.asking import LARGEST_BODY_BYTES, asking, private
from webapp.runtime import runtime_of

router = APIRouter(prefix="/api/v1", max_body_size=LARGEST_BODY_BYTES, dependencies=[Depends(private)])


@router.put("/versions/{version_id}/assessment-draft")
async def keep(version_id: UUID, wanted: asked.AssessmentDraftWanted, request: Request) -> shapes.AssessmentDraftShape:
    """Keep what one has written about a version and not decided yet; nobody else sees it."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    version = await queries.frozen_version(version_id, actor=actor)
    kept = await assessment_drafts.keep(
        version, wanted.comment, wanted.note, wanted.levels, revision=wanted.revision, actor=actor, at=at
    )
    return shapes.AssessmentDraftShape(
        comment=kept.comment, note=kept.note, levels=kept.levels or {}, revision=kept.revision
    )


@router.put("/versions/{version_id}/comments/{comment_id}")
async def comment(
    version_id: UUID, comment_id: UUID, wanted: asked.CommentWanted, request: Request
) -> shapes.CommentShape:
    """Keep what one says at a place of a version, under an id of one's own; nobody else sees it before one decides."""
    actor, at = (await asking(request)).actor, runtime_of(request).now()
    version = await queries.frozen_version(version_id, actor=actor)
    kept = await comments.put(
        version, comment_id, _spot(wanted.place), wanted.text, revision=wanted.revision, actor=actor, at=at
    )
    return shapes.CommentShape(id=kept.id, text=kept.text, revision=kept.revision)


@router.delete("/versions/{version_id}/comments/{comment_id}", status_code=204)
async def remove_comment(version_id: UUID, comment_id: UUID, request: Request) -> None:
    """Take a comment away before one has decided; one that is not there is gone."""
    actor = (await asking(request)).actor
    version = await queries.frozen_version(version_id, actor=actor)
    await comments.remove(version, comment_id, actor=actor)


def _spot(place: asked.SpokenWanted | asked.WrittenWanted | asked.OnPostWanted) -> comments.Spot:
    match place:
        case asked.SpokenWanted():
            return comments.Spoken(place.start_seconds, place.end_seconds, place.quote)
        case asked.WrittenWanted():
            return comments.Written(place.start_letter, place.end_letter)
        case asked.OnPostWanted():
            return comments.OnPost(place.post)


@router.post("/reflections/{reflection_id}/leave", status_code=204)
async def leave(reflection_id: UUID, request: Request) -> None:
    """Say that one has closed the page of a reflection that one reads: soon a colleague can take it."""
    actor = (await asking(request)).actor
    reflection = await queries.reflection(reflection_id, actor=actor)
    await claims.leave(reflection, actor=actor, at=runtime_of(request).now())
