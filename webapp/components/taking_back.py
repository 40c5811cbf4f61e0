"""The way back from handing in, while nobody has begun to read."""

from nicegui import ui

from models.actions import handing_in
from models.portfolios import deadline_of, local_today, rule_set_of
from models.receipts import last_hand_ins, why_it_stays
from models.tables import Reflection
from webapp.errors import told
from webapp.i18n import _
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def take_back_part(reflection: Reflection) -> None:
    """Offer to take back what waits for an assessor; nothing where the rules or a deadline do not allow it."""
    last = (await last_hand_ins([reflection.id]))[reflection.id]
    refusal = why_it_stays(
        reflection,
        last,
        await rule_set_of(reflection.enrolment),
        deadline=await deadline_of(reflection.enrolment),
        today=await local_today(pages_runtime().now()),
    )
    if refusal is None:
        _offer(reflection)


def _offer(reflection: Reflection) -> None:
    @told
    async def take_back() -> None:
        dialog.close()
        await handing_in.take_back(reflection, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.dialog() as dialog, ui.card().classes("cim-card"):
        ui.label(_("Take it back?")).classes("text-bold")
        ui.label(_("Nobody has begun to read it. A draft with everything in it opens, which nobody else can see."))
        ui.label(
            _(
                "The version that you handed in stays on record. "
                "The reflection counts again only when you hand it in again."
            )
        )
        with ui.row():
            ui.button(_("Take it back"), on_click=take_back).props("data-test=confirm-take-back")
            ui.button(_("Leave it handed in"), on_click=dialog.close).props("flat")
    ui.button(_("Take it back"), icon="undo", on_click=dialog.open).props("outline data-test=take-back")
