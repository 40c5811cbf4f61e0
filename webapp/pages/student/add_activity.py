"""/enrolments/{id}/add: choose an activity from the programme's list, or propose one."""

from uuid import uuid4

from nicegui import ui

from models.actions import activities
from models.errors import NotAllowed
from models.permissions import may_change
from models.queries import enrolments as queries
from models.tables import CatalogueItem, Enrolment
from models.tables.activities import Mode, Place
from webapp.components.badges import mode_words, place_words
from webapp.components.notices import card, empty_list, muted
from webapp.errors import as_id, screen, told
from webapp.i18n import _, current_language, pick_title
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/enrolments/{enrolment_id}/add")
async def page(enrolment_id: str) -> None:
    """Offer the catalogue, then the form for a proposal."""
    actor = await current_actor()
    enrolment = await queries.enrolment(as_id(enrolment_id), actor=actor)
    if not may_change(actor, enrolment):
        raise NotAllowed
    items = await queries.catalogue(enrolment)

    with frame(_("Add an activity"), back="/"):
        muted(_("These activities count in your programme. Does nothing fit? Propose your own activity below."))
        if not items:
            empty_list(_("The programme has not listed any activities yet. You can propose one."))
        with ui.element("div").classes("cim-choice"):
            for item in items:
                _item_card(enrolment, item)
        _proposal_form(enrolment)


def _item_card(enrolment: Enrolment, item: CatalogueItem) -> None:
    activity_id = uuid4()

    @told
    async def choose() -> None:
        actor = await current_actor()
        activity = await activities.choose(
            enrolment, item, activity_id=activity_id, actor=actor, at=pages_runtime().now()
        )
        ui.navigate.to(f"/activities/{activity.id}")

    with ui.element("section").classes("cim-card"):
        with ui.element("div").classes("cim-grow"):
            heading(pick_title(item), 2)
            ui.label(str(getattr(item, f"about_{current_language()}"))).classes("cim-small")
            muted(f"{place_words(item.place)} · {mode_words(item.mode)}")
        button = ui.button(_("Choose"), on_click=choose).props("data-test=choose-item")
        button.props["aria-label"] = _("Choose {title}").format(title=pick_title(item))


def _proposal_form(enrolment: Enrolment) -> None:
    activity_id = uuid4()

    @told
    async def propose() -> None:
        actor = await current_actor()
        activity = await activities.propose(
            enrolment,
            title.value or "",
            about.value or "",
            Place(place.value),
            Mode(mode.value),
            activity_id=activity_id,
            actor=actor,
            at=pages_runtime().now(),
        )
        ui.navigate.to(f"/activities/{activity.id}")

    with card(_("Propose an activity of your own")):
        muted(_("Programme staff decide whether it counts, and tell you why."))
        title = (
            ui.input(_("What is it called?")).props("outlined maxlength=200 data-test=proposal-title").classes("w-full")
        )
        about = ui.textarea(_("What is it, and what is international about it?")).classes("w-full")
        about.props("outlined autogrow maxlength=5000 data-test=proposal-about")
        with ui.element("div").classes("cim-row w-full"):
            place = ui.select({p.value: place_words(p) for p in Place}, label=_("Where?"), value="sweden")
            place.props("outlined").classes("col")
            mode = ui.select({m.value: mode_words(m) for m in Mode}, label=_("How?"), value="onsite")
            mode.props("outlined").classes("col")
        ui.button(_("Propose it"), on_click=propose).props("data-test=propose")
