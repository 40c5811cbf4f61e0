"""What the certificate still lacks in words, and for each requirement how it was counted."""

from nicegui import ui

from models.rules.results import Progress, RequirementProgress, Share
from webapp.components.notices import card, muted
from webapp.i18n import _, pick, plural
from webapp.layout import heading


def requirements_card(progress: Progress) -> None:
    """List every requirement with its sentence; it opens to what counts, and until it is met to what does not."""
    with card(_("Everything is there") if progress.complete else _("What is missing")):
        with ui.element("ul").classes("cim-list cim-requirements"):
            for requirement in progress.requirements:
                with ui.element("li"):
                    _requirement(requirement)
        if progress.notes:
            with ui.element("details").classes("cim-fold").props("data-test=counting-notes"):
                with ui.element("summary"):
                    ui.label(_("How your programme's rules count"))
                with ui.element("ul").classes("cim-bullets"):
                    for note in progress.notes:
                        with ui.element("li"):
                            ui.label(pick(note))


def _requirement(requirement: RequirementProgress) -> None:
    if requirement.kind == "eligibility":
        with ui.element("div").classes("cim-requirement"):
            _line(requirement)
        return
    hooks = f"data-test=requirement data-requirement={requirement.id}"
    with ui.element("details").classes("cim-fold").props(hooks):
        with ui.element("summary"):
            _line(requirement)
        _counted(requirement)
        if not requirement.met:
            _not_counted(requirement)


def _line(requirement: RequirementProgress) -> None:
    icon = ui.icon("check_circle" if requirement.met else "radio_button_unchecked", size="24px")
    icon.props("aria-hidden=true").style(f"color: var(--{'positive' if requirement.met else 'muted'})")
    ui.label(pick(requirement.sentence))


def _counted(requirement: RequirementProgress) -> None:
    if not requirement.shares:
        muted(_("Nothing counts for it yet."))
        return
    heading(_("This counts"), 4)
    with ui.element("ul").classes("cim-bullets"):
        for share in requirement.shares:
            with ui.element("li"):
                ui.label(_share_words(requirement, share))


def _share_words(requirement: RequirementProgress, share: Share) -> str:
    titles = ", ".join(pick(title) for title in share.titles)
    if requirement.kind == "points":
        points = plural("{count} point", "{count} points", share.amount)
        return f"{titles}: {points}"
    if len(share.titles) > 1:
        activities = plural("{count} activity", "{count} activities", share.amount)
        return f"{titles}: {activities}"
    return titles


def _not_counted(requirement: RequirementProgress) -> None:
    if not requirement.not_counted:
        return
    heading(_("This does not count (yet)"), 4)
    with ui.element("ul").classes("cim-bullets"):
        for title, why in requirement.not_counted:
            with ui.element("li"):
                ui.label(pick(title)).classes("text-bold")
                muted(pick(why))
