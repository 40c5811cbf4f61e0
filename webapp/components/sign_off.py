"""The sign-off by an outside organiser, on the page of an activity: the student asks, staff read the answer."""

import json
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from nicegui import ui

from models.actions import sign_offs
from models.actions.sign_offs import ASKING_STATES
from models.permissions import Actor, may_change
from models.portfolios import time_zone
from models.queries.enrolments import activity as load_activity
from models.queries.sign_offs import sign_offs_of
from models.tables import Activity, SignOff
from models.tables.activities import SignOffOutcome
from webapp.components.notices import card, muted
from webapp.errors import told
from webapp.i18n import _, say_time
from webapp.layout import heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def sign_off_card(activity: Activity, actor: Actor) -> None:
    """Show what organisers were asked and answered; its student can ask one. Nothing where there is nothing to say."""
    asked = await sign_offs_of(activity, actor=actor)
    may_ask = may_change(actor, activity.enrolment) and activity.state in ASKING_STATES
    if not asked and not may_ask:
        return
    zone = await time_zone()
    now = pages_runtime().now()

    with card(_("Confirmation by the organiser")):
        for sign_off in asked:
            _asked(sign_off, zone, now, may_cancel=may_change(actor, activity.enrolment))
        if may_ask:
            _request(activity.id)


def status_of(sign_off: SignOff, now: datetime) -> tuple[str, str]:
    """Say where a question stands, and in which colour."""
    if sign_off.outcome is SignOffOutcome.CONFIRMED:
        return _("Confirmed"), "good"
    if sign_off.outcome is SignOffOutcome.DENIED:
        return _("Not confirmed"), "bad"
    if sign_off.cancelled_at is not None:
        return _("Taken back"), ""
    if sign_off.expires_at <= now:
        return _("The link is too old"), "warn"
    return _("Waits for an answer"), "go"


def _asked(sign_off: SignOff, zone: ZoneInfo, now: datetime, *, may_cancel: bool) -> None:
    words, look = status_of(sign_off, now)
    is_open = sign_off.outcome is None and sign_off.cancelled_at is None and sign_off.expires_at > now

    @told
    async def cancel() -> None:
        await sign_offs.cancel(sign_off, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("div").classes("cim-row between").props("data-test=sign-off"):
        with ui.element("div").classes("cim-grow"):
            heading(sign_off.organiser, 3)
            if sign_off.answered_at is not None:
                _answer(sign_off, sign_off.answered_at, zone)
            elif is_open:
                muted(_("The link works until {when}.").format(when=say_time(sign_off.expires_at, zone)))
            else:
                muted(_("Asked {when}").format(when=say_time(sign_off.asked_at, zone)))
        ui.label(words).classes(f"cim-badge {look}")
    if is_open and may_cancel:
        muted(_("The link was shown only once. If it is lost, take the question back and make a new link."))
        ui.button(_("Take the question back"), on_click=cancel).props("flat data-test=cancel-sign-off").style(
            "align-self: flex-start"
        )


def _answer(sign_off: SignOff, answered_at: datetime, zone: ZoneInfo) -> None:
    ui.label(f"{sign_off.signed_name}, {sign_off.signed_role}").classes("cim-text")
    muted(say_time(answered_at, zone))
    if sign_off.attendance_percent is not None:
        ui.label(_("Attendance: {percent} per cent").format(percent=sign_off.attendance_percent))
    if sign_off.note:
        ui.label(sign_off.note).classes("cim-text")
    muted(_("The student passed the link on to the organiser; name and role are what the organiser wrote."))


def _request(activity_id: UUID) -> None:
    ids = [uuid4()]

    @told
    async def ask() -> None:
        actor, runtime = await current_actor(), pages_runtime()
        activity = await load_activity(activity_id, actor=actor)
        token = await sign_offs.request(
            activity, organiser.value or "", sign_off_id=ids[0], actor=actor, at=runtime.now()
        )
        ids[0] = uuid4()
        made.clear()
        with made:
            _link(f"{runtime.settings.public_origin}/sign-off/{token}")

    muted(
        _(
            "Ask whoever organised it to confirm that you took part. You get a link that works once, within two weeks; "
            "send it yourself. The organiser needs no account and sees only your name and programme, the activity and "
            "its days."
        )
    )
    organiser = ui.input(_("Who organised it?")).props("outlined maxlength=200 data-test=organiser").classes("w-full")
    ui.button(_("Make the link"), icon="link", on_click=ask).props("outline data-test=ask-organiser").style(
        "align-self: flex-start"
    )
    made = ui.element("div").props("role=status").classes("cim-list")


def _link(address: str) -> None:
    """Show a new link once, with what sends it: the phone's own sharing where there is one, else the clipboard."""
    copied = json.dumps(_("Copied"))
    copy = (
        f"() => navigator.clipboard.writeText({json.dumps(address)})"
        f".then(() => Quasar.Notify.create({{message: {copied}, type: 'positive'}}))"
    )
    words = json.dumps(_("Can you confirm that I took part? It takes one minute and needs no account:"))
    share = (
        f"() => navigator.share ? navigator.share({{text: {words}, url: {json.dumps(address)}}}).catch(() => {{}})"
        f" : ({copy})()"
    )
    with card(look="good"):
        ui.label(_("Here is the link. Send it now: it is not shown again."))
        ui.label(address).classes("cim-text text-bold").props("data-test=sign-off-link")
        with ui.element("div").classes("cim-row"):
            ui.button(_("Send it"), icon="share").props("data-test=share-link").on("click", js_handler=share)
            ui.button(_("Copy"), icon="content_copy").props("outline data-test=copy-link").on("click", js_handler=copy)
        muted(_("It works once, within two weeks."))
