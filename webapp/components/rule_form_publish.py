"""Publishing a rule set: the name of the version, the programmes that follow it, and who keeps the old one."""

import re
from collections.abc import Awaitable, Callable, Collection
from datetime import date

from nicegui import ui

from models.queries.rule_sets import PublishedVersion
from models.tables import Programme, RuleSetVersion
from webapp.components.notices import card, muted
from webapp.i18n import _, pick_name, plural

_YEARS = re.compile(r"(\d{4})-(\d{2})")


def proposed_version(taken: Collection[str], newest: str, today: date) -> str:
    """Propose a name: the academic year after the newest version's, or the next one; never one that is taken."""
    years = _YEARS.search(newest)
    first = int(years[1]) + 1 if years else today.year
    name = f"{first}-{(first + 1) % 100:02}"
    number = 2
    proposal = name
    while proposal in taken:
        proposal, number = f"{name}.{number}", number + 1
    return proposal


Publish = Callable[[str, list[Programme]], Awaitable[None]]


def draw_other_version(
    base: RuleSetVersion, present: RuleSetVersion, base_on_present: Callable[[], Awaitable[None]]
) -> None:
    """Say that the programme follows another version than the one the draft changes, and offer to go on from it."""
    with card(look="warn"):
        ui.label(
            _("Version {version} holds now, but this draft was begun from version {base}.").format(
                version=present.version, base=base.version
            )
        )
        ui.label(
            _(
                "The list of differences says what would change and what would be taken back. Read it, then go on from "
                "version {version}: nothing that is written in the draft is lost."
            ).format(version=present.version)
        )
        ui.button(
            _("Go on from version {version}").format(version=present.version), icon="merge", on_click=base_on_present
        ).props("outline data-test=base-on-present").classes("self-start")


def draw_publishing(
    programme: Programme,
    programmes: list[Programme],
    versions: list[PublishedVersion],
    publish: Publish,
    *,
    base: RuleSetVersion,
    today: date,
) -> ui.button:
    """Offer to publish; the dialog says once more what happens. Gives the button, which mistakes switch off.

    Only programmes that follow `base` can be chosen: what another version says would be taken back unseen.
    """
    taken = {version.row.version for version in versions}
    version = ui.input(
        _("Name of the new version"), value=proposed_version(taken, programme.rule_set.version, today)
    ).props("outlined data-test=version")
    ui.label(_("Programmes that follow the new version")).classes("text-bold")
    chosen = {other.id: _checkbox(other, base, is_chosen=other.id == programme.id) for other in programmes}
    for line in enrolled_lines(versions):
        muted(line)

    async def confirmed() -> None:
        dialog.close()
        await publish(version.value or "", [other for other in programmes if chosen[other.id].value])

    def ask() -> None:
        names = ", ".join(other.code for other in programmes if chosen[other.id].value)
        question.set_text(
            _("Version {version} holds for everybody who enrols from now on in: {programmes}.").format(
                version=version.value, programmes=names or "–"
            )
        )
        dialog.open()

    with ui.dialog() as dialog, ui.card().classes("cim-card"):
        question = ui.label("")
        muted(_("Who is enrolled keeps the version that was promised. A published version never changes."))
        with ui.row():
            ui.button(_("Publish"), icon="check", on_click=confirmed).props("color=positive data-test=confirm-publish")
            ui.button(_("Cancel"), on_click=dialog.close).props("flat")
    return ui.button(_("Publish …"), icon="publish", on_click=ask).props("color=positive data-test=publish")


def _checkbox(programme: Programme, base: RuleSetVersion, *, is_chosen: bool) -> ui.checkbox:
    name = f"{pick_name(programme)} ({programme.code})"
    if programme.rule_set_id == base.id:
        return ui.checkbox(name, value=is_chosen)
    words = _("{programme}: follows version {version}").format(programme=name, version=programme.rule_set.version)
    checkbox = ui.checkbox(words, value=False)
    checkbox.disable()
    return checkbox


def draw_discarding(discard: Callable[[], Awaitable[None]]) -> None:
    """Offer to throw the draft away, and ask once more."""
    with ui.dialog() as dialog, ui.card().classes("cim-card"):
        ui.label(_("Everything in this draft is lost. What is published stays."))

        async def confirmed() -> None:
            dialog.close()
            await discard()

        with ui.row():
            ui.button(_("Discard the draft"), on_click=confirmed).props("color=negative data-test=confirm-discard")
            ui.button(_("Cancel"), on_click=dialog.close).props("flat")
    ui.button(_("Discard the draft"), on_click=dialog.open).props("outline color=negative data-test=discard")


def enrolled_lines(versions: list[PublishedVersion]) -> list[str]:
    """Say how many students keep which version."""
    return [
        f"{version.row.version}: "
        + plural("one enrolled student keeps it", "{count} enrolled students keep it", version.enrolled)
        for version in versions
        if version.enrolled
    ]
