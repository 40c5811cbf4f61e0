"""/gatherings: what a student can sign up for, their own sign-ups, and the code of the day."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from nicegui import ui

from models.actions import attendance, sign_ups
from models.events_attended import PRESENTATION
from models.permissions import is_active
from models.portfolios import parsed, time_zone
from models.queries import gatherings as queries
from models.queries.gatherings import Offer
from models.tables.gatherings import Part
from webapp.components.gathering import about_words, gathering_facts, is_code_open, part_words
from webapp.components.notices import card, empty_list, muted
from webapp.errors import screen, told
from webapp.i18n import _, pick_name, pick_title, plural
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/gatherings")
async def page() -> None:
    """Show what is on now first, then what is to come, then what is over."""
    now = pages_runtime().now()
    offers = await queries.offers(await current_actor(), at=now)
    zone = await time_zone()
    today = [one for one in offers if is_code_open(one.gathering, now)]
    coming = [one for one in offers if one not in today and one.gathering.ends_at > now]
    over = [one for one in offers if one not in today and one not in coming]

    with frame(_("Events"), back="/"):
        if not offers:
            empty_list(
                _("Nothing is planned at the moment. Your programme announces presentations and workshops here.")
            )
        for title, some in ((_("Now"), today), (_("To come"), coming), (_("Over"), over[::-1])):
            if some:
                heading(title)
                with ui.element("ul").classes("cim-list"):
                    for offer in some:
                        with ui.element("li"):
                            _offer(offer, now, zone, names_programme=len({one.enrolment.id for one in offers}) > 1)


def _offer(offer: Offer, now: datetime, zone: ZoneInfo, *, names_programme: bool) -> None:
    gathering, enrolment = offer.gathering, offer.enrolment
    with card(pick_title(gathering), level=3):
        if gathering.cancelled_at is not None:
            ui.label(_("Called off: {reason}").format(reason=gathering.cancelled_reason)).classes(
                "cim-badge bad"
            ).style("white-space: normal")
        else:
            _standing(offer, now)
        gathering_facts(gathering, [enrolment, enrolment.programme], zone)
        if names_programme:
            muted(pick_name(enrolment.programme))
        if about := about_words(gathering):
            ui.label(about).classes("cim-text")
        if gathering.cancelled_at is not None or not is_active(enrolment):
            return
        if is_code_open(gathering, now) and (offer.sign_up is None or offer.sign_up.attended_at is None):
            _code(offer)
        if now < gathering.ends_at:
            if offer.sign_up is None:
                _sign_up(offer)
            elif offer.sign_up.attended_at is None:
                _cancel(offer)


def _standing(offer: Offer, now: datetime) -> None:
    """Say where the student stands with it."""
    mine, gathering = offer.sign_up, offer.gathering
    if mine is None:
        if offer.free is not None and now < gathering.ends_at:
            words = plural("{count} place left", "{count} places left", offer.free)
            ui.label(words if offer.free else _("Full; you can wait for a place")).classes(
                "cim-badge go" if offer.free else "cim-badge warn"
            )
        return
    if mine.attended_at is not None:
        words = _("It is noted that you presented") if mine.part is Part.PRESENTER else _("It is noted that you came")
        ui.label(words).classes("cim-badge good")
    elif offer.place_in_queue is not None:
        ui.label(_("You wait: number {number} in the queue").format(number=offer.place_in_queue)).classes(
            "cim-badge warn"
        )
        muted(_("When somebody cancels, the first in the queue gets the place. You see it here."))
    elif now > gathering.ends_at + attendance.CLOSES_AFTER:
        ui.label(_("You had signed up")).classes("cim-badge")
        muted(_("Nobody has noted that you were there. If you were, talk to your programme."))
    else:
        ui.label(_("You have a place")).classes("cim-badge good")
    muted(f"{part_words(mine.part)}: {mine.topic}" if mine.topic else part_words(mine.part))


def _code(offer: Offer) -> None:
    @told
    async def enter() -> None:
        await attendance.attend(
            offer.gathering,
            offer.enrolment,
            code.value or "",
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.reload()

    with ui.element("div").classes("cim-row"):
        code = ui.input(_("Code of the day")).on("keydown.enter", enter)
        code.props("outlined maxlength=12 autocomplete=off autocapitalize=characters spellcheck=false data-test=code")
        ui.button(_("I am here"), icon="how_to_reg", on_click=enter).props("data-test=attend")
    muted(_("It is shown in the room. It works from half an hour before the start until two hours after the end."))


def _sign_up(offer: Offer) -> None:
    gathering, enrolment = offer.gathering, offer.enrolment
    sign_up_id = uuid4()

    async def sign_up(part: Part, about: str = "") -> None:
        actor, at = await current_actor(), pages_runtime().now()
        await sign_ups.sign_up(gathering, enrolment, part, about, sign_up_id=sign_up_id, actor=actor, at=at)
        ui.navigate.reload()

    @told
    async def listen() -> None:
        await sign_up(Part.LISTENER)

    @told
    async def present() -> None:
        await sign_up(Part.PRESENTER, topic.value or "")

    if parsed(enrolment.rule_set.document).event_of(gathering.kind) is None:
        muted(_("Your certificate does not ask for it, but you are welcome."))
    elif gathering.kind == PRESENTATION:
        muted(_("For your certificate it counts when you present; to listen is welcome too."))
    with ui.dialog() as dialog, ui.card().classes("cim-card"):
        topic = ui.input(_("What will you present?")).props("outlined maxlength=200 data-test=topic").classes("w-full")
        with ui.row():
            ui.button(_("Sign up"), on_click=present).props("data-test=confirm-present")
            ui.button(_("Cancel"), on_click=dialog.close).props("flat")
    full = offer.free == 0
    to_listen = _("Wait for a place to listen") if full else _("Sign up to listen")
    to_present = _("Wait for a place to present") if full else _("Sign up to present")
    with ui.element("div").classes("cim-row"):
        # The one that counts for the certificate comes first.
        if gathering.kind == PRESENTATION:
            ui.button(to_present, icon="co_present", on_click=dialog.open).props("data-test=present")
            ui.button(to_listen, icon="event_available", on_click=listen).props("outline data-test=listen")
        else:
            ui.button(to_listen, icon="event_available", on_click=listen).props("data-test=listen")
            ui.button(to_present, icon="co_present", on_click=dialog.open).props("outline data-test=present")


def _cancel(offer: Offer) -> None:
    mine = offer.sign_up

    @told
    async def cancel() -> None:
        if mine is not None:
            await sign_ups.cancel_sign_up(mine, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.dialog() as dialog, ui.card().classes("cim-card"):
        ui.label(_("Cancel your sign-up? Your place goes to the first who waits."))
        with ui.row():
            ui.button(_("Cancel my sign-up"), on_click=cancel).props("color=negative data-test=confirm-cancel")
            ui.button(_("Keep it"), on_click=dialog.close).props("flat")
    ui.button(_("I cannot come"), on_click=dialog.open).props("flat data-test=cancel-sign-up").style(
        "align-self: flex-start"
    )
