"""The days on which an activity took place: how many there are, and for its student to note them."""

from datetime import date

from nicegui import ui

from models.actions import activities
from models.permissions import Actor, may_change
from models.portfolios import local_today, portfolio_of
from models.rules.bilingual import Bilingual
from models.rules.primitives import ActivityType, normal
from models.rules.ruleset import RuleSet
from models.rules.units import Counting, Pool, counting
from models.states import OPEN_ACTIVITY_STATES
from models.tables import Activity, Enrolment, Occasion
from webapp.components.notices import card, muted
from webapp.errors import tell, told
from webapp.i18n import _, plural, say_date
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def days_words(activity: Activity, rule_set: RuleSet, gathered: Counting) -> str:
    """Say how far its days reach where several of its type make one activity; nothing where it is one by itself.

    Days come loaded; once it is done, those of others of its type count with them.
    """
    type_, have = rule_set.type_of(activity.kind), len(list(activity.occasions))
    if type_ is None or have >= type_.occasions or type_.occasions == 1:
        return ""
    if activity.state in OPEN_ACTIVITY_STATES:
        begun = _begun_pool(activity, type_, gathered)
        if begun is not None:
            days = begun.dates.union(occasion.took_place_on for occasion in activity.occasions)
            return _so_far(len(days), begun.needed, len(begun.rows))
        words = plural("{count} day makes one activity.", "{count} different days make one activity.", type_.occasions)
        noted = plural("{count} day is noted.", "{count} days are noted.", have)
        return f"{noted} {words}" if have else words
    pool = _pool_of(activity, gathered)
    if pool is None:
        return ""
    if pool.units:
        return plural(
            "It counts together with {count} other.", "It counts together with {count} others.", len(pool.rows) - 1
        )
    return _so_far(len(pool.dates), pool.needed, len(pool.rows) - 1)


def _so_far(have: int, needed: int, others: int) -> str:
    days = _("{have} of {needed} days").format(have=have, needed=needed)
    if not others:
        return days
    together = plural("together with {count} other", "together with {count} others", others)
    return f"{days}, {together}"


def _pool_of(activity: Activity, gathered: Counting) -> Pool | None:
    """Find the occasions among which a done activity counts; None where it counts alone, or not at all."""
    title = Bilingual(activity.title_sv, activity.title_en)
    days = {occasion.took_place_on for occasion in activity.occasions}
    for pool in gathered.pools:
        for row in pool.rows:
            if row.title == title and row.facts.type == normal(activity.kind) and row.dates <= days:
                return pool
    return None


def _begun_pool(activity: Activity, type_: ActivityType, gathered: Counting) -> Pool | None:
    """Find done occasions that are still too few and that an open activity will count with."""
    theme, class_ = activity.theme or type_.theme, activity.class_code or type_.class_
    wanted = (normal(activity.kind), normal(theme) if theme else None, normal(class_) if class_ else None)
    for pool in gathered.pools:
        facts = pool.rows[0].facts
        if not pool.units and wanted == (facts.type, facts.theme, facts.class_):
            return pool
    return None


async def days_card(activity: Activity, rule_set: RuleSet, actor: Actor) -> None:
    """List the days, which come loaded; while the activity is open its student adds and removes them."""
    may_note = may_change(actor, activity.enrolment) and activity.state in OPEN_ACTIVITY_STATES
    days = sorted(activity.occasions, key=lambda occasion: occasion.took_place_on)
    if not days and not may_note:
        return
    with card(_("When did it take place?")):
        await _say_how_many(activity, rule_set)
        with ui.element("ul").classes("cim-list"):
            for occasion in days:
                _day(occasion, may_remove=may_note)
        if may_note:
            await _add(activity)
            if words := earlier_words(rule_set, activity.enrolment):
                muted(words)


def earlier_words(rule_set: RuleSet, enrolment: Enrolment) -> str:
    """Say whether what took place before the enrolment counts."""
    rules = rule_set.activities
    words = {
        "yes": _("You can register what you did earlier, too."),
        "with-proof": _("You can register what you did before you enrolled, too: with proof that you took part."),
        "no": _("Only what takes place after you enrolled counts."),
    }[rules.retroactive]
    if rules.after_admission and rules.retroactive != "no" and enrolment.admitted_date is not None:
        since = _("Days from {day} on, when your studies began, count.").format(day=say_date(enrolment.admitted_date))
        return f"{words} {since}"
    return words


async def _say_how_many(activity: Activity, rule_set: RuleSet) -> None:
    type_, have = rule_set.type_of(activity.kind), len(list(activity.occasions))
    if type_ is None or type_.occasions == 1:
        return
    if activity.state in OPEN_ACTIVITY_STATES or have >= type_.occasions:
        words = _so_far(have, type_.occasions, 0)
    else:
        today = await local_today(pages_runtime().now())
        words = days_words(activity, rule_set, counting(await portfolio_of(activity.enrolment), rule_set, today))
    if words:
        ui.label(words).classes("cim-badge go").props("data-test=days-of")
    muted(
        plural(
            "{count} occasion on a day of its own makes one activity.",
            "{count} occasions on different days make one activity. They may be different ones of the same type.",
            type_.occasions,
        )
    )


def _day(occasion: Occasion, *, may_remove: bool) -> None:
    @told
    async def remove() -> None:
        await activities.remove_occasion(occasion, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("li").classes("cim-row between"):
        ui.label(say_date(occasion.took_place_on))
        if may_remove:
            label = _("Remove {day}").format(day=say_date(occasion.took_place_on))
            button = ui.button(icon="close", on_click=remove).props("flat round")
            button.props["aria-label"] = label


async def _add(activity: Activity) -> None:
    today = await local_today(pages_runtime().now())

    @told
    async def log() -> None:
        try:
            day = date.fromisoformat(chosen.value or "")
        except ValueError:
            tell(_("Choose a day."))
            return
        await activities.log_occasion(activity, day, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("div").classes("cim-row"):
        chosen = ui.input(_("Day"), value=today.isoformat())
        chosen.props(f"type=date outlined stack-label max={today.isoformat()} data-test=occasion-date")
        ui.button(_("Add the day"), on_click=log).props("outline data-test=log-occasion")
