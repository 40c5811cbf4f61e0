"""Files for programme staff."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from models.actions.exports import export_worklist
from models.errors import NotAllowed
from models.handover.worklist import to_csv
from models.tables import Programme
from webapp.runtime import runtime_of
from webapp.session import signed_in

router = APIRouter(include_in_schema=False)


@router.get("/office/worklist/{programme_code}.csv")
async def worklist(programme_code: Annotated[str, Path(max_length=40)], request: Request) -> Response:
    """Take out the worklist of a programme; the export is recorded."""
    me = await signed_in(request)
    programme = await Programme.get_or_none(code=programme_code)
    if programme is None:
        raise NotAllowed
    rows = await export_worklist(programme, actor=me.actor, at=runtime_of(request).now())
    return Response(
        to_csv(rows),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="worklist-{programme.id}.csv"',
            "Cache-Control": "private, no-store",
        },
    )
