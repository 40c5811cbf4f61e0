"""/api/v1 for a browser that wants to be told while no page is open."""

from fastapi import APIRouter, Depends, Request

from models.actions import devices
from webapp.endpoints import asked
from webapp.endpoints.asking import asking, private
from webapp.i18n import current_language
from webapp.runtime import runtime_of

router = APIRouter(prefix="/api/v1", max_body_size=10_000, dependencies=[Depends(private)])


@router.put("/push-subscription", status_code=204)
async def tell_device(wanted: asked.PushSubscriptionWanted, request: Request) -> None:
    """Have this browser told, until it signs out."""
    me = await asking(request)
    await devices.tell_device(
        wanted.endpoint,
        wanted.p256dh,
        wanted.auth,
        language=current_language(),
        session_id=me.session_id,
        actor=me.actor,
        at=runtime_of(request).now(),
    )


@router.delete("/push-subscription", status_code=204)
async def tell_device_no_more(request: Request) -> None:
    """Have this browser told no more."""
    me = await asking(request)
    await devices.tell_device_no_more(session_id=me.session_id, actor=me.actor, at=runtime_of(request).now())
