"""How far a student has come, as staff read it: each requirement with its numbers, what counts and what does not."""

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from models.rules.neutral import neutral, standing_words
from models.rules.results import Progress, RequirementProgress, Share
from webapp.components.notices import muted
from webapp.i18n import _, pick


def requirement_lines(progress: Progress) -> None:
    """List every requirement; below them how the rules counted."""
    with ui.element("ul").classes("cim-list"):
        for requirement in progress.requirements:
            _requirement(requirement)
    for note in progress.notes:
        muted(with_capital(pick(neutral(note))))


def numbers_of(requirement: RequirementProgress) -> str:
    """Say a requirement in one line: "Activities abroad: 0 of 1"."""
    return _("{name}: {have} of {needed}").format(
        name=pick(requirement.name), have=requirement.have, needed=requirement.needed
    )


def missing_words(progress: Progress) -> str:
    """Say all that is missing in one line; nothing where nothing is."""
    return " · ".join(numbers_of(requirement) for requirement in progress.requirements if not requirement.met)


def with_capital(words: str) -> str:
    """Begin with a capital letter: some sentences of the rules begin with a number in letters."""
    return words[:1].upper() + words[1:]


def _requirement(requirement: RequirementProgress) -> None:
    with ui.element("li").classes("cim-demand").props("data-test=requirement"):
        icon = ui.icon("check_circle" if requirement.met else "radio_button_unchecked", size="24px")
        icon.props("aria-hidden=true").classes("cim-met" if requirement.met else "cim-muted")
        with ui.element("div").classes("cim-grow"):
            ui.label(numbers_of(requirement)).classes("text-bold")
            if (more := standing_words(requirement)) is not None:
                muted(pick(more))
            counted = "; ".join(filter(None, (_share_words(share, requirement) for share in requirement.shares)))
            if counted and requirement.kind not in {"final", "eligibility"}:
                muted(_("Counts: {titles}").format(titles=counted))
            _not_counted(requirement)


def _share_words(share: Share, requirement: RequirementProgress) -> str:
    titles = " + ".join(pick(title) for title in share.titles)
    return f"{titles} ({share.amount})" if requirement.kind == "points" and titles else titles


def _not_counted(requirement: RequirementProgress) -> None:
    if not requirement.not_counted or requirement.kind in {"final", "eligibility"}:
        return
    with ui.element("details").classes("cim-small"):
        TextElement(tag="summary", text=_("Does not count: {number}").format(number=len(requirement.not_counted)))
        with ui.element("ul").classes("cim-form-list"):
            for title, why in requirement.not_counted:
                TextElement(tag="li", text=f"{pick(title)}: {pick(neutral(why))}")
