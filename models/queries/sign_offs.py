"""What organisers were asked and what they answered, as student and staff may see it."""

from models.permissions import Actor
from models.tables import Activity, SignOff
from models.visibility import visible_sign_offs


async def sign_offs_of(activity: Activity, *, actor: Actor) -> list[SignOff]:
    """List the questions about an activity, newest first; empty for whoever may not see them."""
    return await SignOff.filter(visible_sign_offs(actor), activity_id=activity.id).order_by("-asked_at", "id")
