"""Choosing how to reflect: one card for each format of the rule set, with its targets in words."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from models.rules.pieces import Bounds, Format, PieceRules
from webapp.components.badges import format_icon, format_words
from webapp.components.notices import muted
from webapp.i18n import LANGUAGES, _, plural
from webapp.layout import heading


def format_choice(rules: PieceRules, on_choose: Callable[[str, str], Awaitable[None]], *, language: str) -> None:
    """Offer formats and, where there is a choice, the language; `on_choose(format, language)` begins."""
    allowed = {code: LANGUAGES[code] for code in rules.allowed_languages}
    chosen: dict[str, str] = {"language": language if language in allowed else next(iter(allowed))}
    if len(allowed) > 1:
        select = ui.select(allowed, label=_("Language of the reflection"), value=chosen["language"])
        select.bind_value(chosen, "language").props("outlined").classes("w-full")
    else:
        muted(_("Language: {language}").format(language=next(iter(allowed.values()))))
    with ui.element("div").classes("cim-choice"):
        for format_ in rules.formats:
            _format_card(format_, partial(_choose, on_choose, format_.kind, chosen))


async def _choose(on_choose: Callable[[str, str], Awaitable[None]], kind: str, chosen: dict[str, str]) -> None:
    await on_choose(kind, chosen["language"])


def target_words(format_: Format) -> str:
    """Say what a format asks for: "about 1000 words", "2–3 minutes"."""
    parts = []
    if format_.posts and format_.posts.minimum:
        parts.append(plural("at least {count} post", "at least {count} posts", format_.posts.minimum))
    if format_.words and (middle := _middle(format_.words)):
        parts.append(_("about {words} words").format(words=middle))
    if format_.seconds:
        parts.append(_minutes(format_.seconds))
    return ", ".join(part for part in parts if part)


def _format_card(format_: Format, choose: Callable[[], Awaitable[None]]) -> None:
    with ui.element("div").classes("cim-card"):
        with ui.element("div").classes("cim-row"):
            ui.icon(format_icon(format_.kind), size="30px").props("aria-hidden=true").style("color: var(--primary)")
            heading(format_words(format_.kind), 3)
        muted(target_words(format_))
        button = ui.button(_("Choose"), on_click=choose).props(f"data-test=choose-{format_.kind}")
        button.props["aria-label"] = _("Choose {title}").format(title=format_words(format_.kind))


def _middle(bounds: Bounds) -> int | None:
    if bounds.target_min is None or bounds.target_max is None:
        return bounds.minimum
    return (bounds.target_min + bounds.target_max) // 2


def _minutes(bounds: Bounds) -> str:
    if bounds.target_min and bounds.target_max:
        return _("{fewest}–{most} minutes").format(fewest=bounds.target_min // 60, most=bounds.target_max // 60)
    if bounds.minimum:
        return _("at least {minutes} minutes").format(minutes=bounds.minimum // 60)
    return ""
