"""Has this counted before? Past decisions beside the one to be made, and the words in which students may read one."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from nicegui import ui

from models.actions import precedents as actions
from models.permissions import Actor, may_share
from models.portfolios import time_zone
from models.queries import precedents as queries
from models.rules.ruleset import RuleSet
from models.tables import Activity, Precedent
from webapp.components.badges import mode_words, place_words
from webapp.components.notices import card, muted
from webapp.errors import told
from webapp.i18n import _, pick, pick_title, plural, say_date
from webapp.layout import heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor

FOUND_SHOWN = 10


async def precedents_card(activity: Activity, rule_set: RuleSet, actor: Actor) -> None:
    """Show decisions about activities with similar names, and a field that searches all of them."""
    programme_id = activity.enrolment.programme_id
    similar = await queries.similar(activity, actor=actor, programme_id=programme_id)
    zone = await time_zone()

    @told
    async def search() -> None:
        found = await queries.search(
            field.value or "", actor=await current_actor(), programme_id=programme_id, limit=FOUND_SHOWN + 1
        )
        others = [row for row in found if row.activity_id != activity.id][:FOUND_SHOWN]
        answer.clear()
        with answer:
            _list(others, rule_set, zone, _("Nothing like it has been decided."))

    with card(_("Has this counted before?")):
        heading(_("Decisions about similar names"), 3)
        _list(similar, rule_set, zone, _("No decision so far has a similar name."))
        with ui.element("form").classes("cim-search").on("submit.prevent", search):
            field = ui.input(_("Search in all decisions")).props("outlined dense data-test=precedent-search")
            button = ui.button(icon="search").props("type=submit outline data-test=search-precedents")
            button.props["aria-label"] = _("Search")
        answer = ui.element("div").classes("cim-list").props("role=status data-test=precedents-found")


def precedent_words(row: Precedent, rule_set: RuleSet) -> str:
    """Say the facts of a decision: type, place, mode, points."""
    words = [place_words(row.place), mode_words(row.mode)]
    if rule_set.type_of(row.kind) is not None:
        words.insert(0, pick(rule_set.name_of("type", row.kind)))
    if row.points is not None:
        words.append(plural("{count} point", "{count} points", row.points))
    return " · ".join(words)


def sharing_card(row: Precedent, actor: Actor) -> None:
    """Let students of the programme read a decision, in words that name nobody; or take it back."""
    if not may_share(actor, row):
        return

    @told
    async def share() -> None:
        await actions.share(
            row,
            title_sv.value or "",
            title_en.value or "",
            reason.value or "",
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.reload()

    @told
    async def unshare() -> None:
        await actions.unshare(row, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with card(_("Keep as a precedent for students"), look="good" if row.is_shared else ""):
        if row.is_shared:
            ui.label(_("Students of the programme find this decision when they plan an activity."))
        else:
            muted(
                _(
                    "Colleagues find this decision already. Students find it when you share it: "
                    "edit the words first, so that they name no person."
                )
            )
        with ui.element("div").classes("cim-form-pair"):
            title_sv = _input(_("Name in Swedish"), row.title_sv, "share-title-sv")
            title_en = _input(_("Name in English"), row.title_en, "share-title-en")
        reason = ui.textarea(_("Why it counts") if row.counts else _("Why it does not count"), value=row.reason)
        reason.props("outlined autogrow data-test=share-reason").classes("w-full")
        with ui.element("div").classes("cim-row"):
            words = _("Save the words") if row.is_shared else _("Share with students")
            ui.button(words, on_click=share).props("outline data-test=share-precedent")
            if row.is_shared:
                ui.button(_("Do not share it any more"), on_click=unshare).props("flat data-test=unshare-precedent")


def _list(rows: Sequence[Precedent], rule_set: RuleSet, zone: ZoneInfo, nothing: str) -> None:
    if not rows:
        muted(nothing)
        return
    with ui.element("ul").classes("cim-list"):
        for row in rows:
            with ui.element("li").classes("cim-precedent").props("data-test=precedent"):
                with ui.element("div").classes("cim-row between"):
                    ui.label(pick_title(row)).classes("text-bold cim-grow")
                    _verdict(row)
                muted(f"{precedent_words(row, rule_set)} · {say_date(row.decided_at.astimezone(zone).date())}")
                if row.reason:
                    ui.label(row.reason).classes("cim-text cim-small")


def _verdict(row: Precedent) -> None:
    if row.counts:
        ui.label(_("Counted")).classes("cim-badge good")
    else:
        ui.label(_("Did not count")).classes("cim-badge bad")


def _input(words: str, value: str, hook: str) -> ui.input:
    return ui.input(words, value=value).props(f"outlined maxlength=200 data-test={hook}")
