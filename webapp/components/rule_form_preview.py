"""What a draft leads to: three invented students under its rules, and how it differs from what is published."""

from datetime import date

from nicegui import ui

from models.rules.differences import differences
from models.rules.examples import Example, examples
from models.rules.progress import Progress, progress
from models.rules.ruleset import RuleSet
from webapp.components.notices import check_line, muted
from webapp.i18n import _, pick, plural, say_date
from webapp.layout import heading


def draw_preview(published: RuleSet, draft: RuleSet, *, made_for_draft: bool, on: date) -> None:
    """Show the three students as the draft judges them, and what is other than under the published version."""
    for example in examples(draft if made_for_draft else published, on=on):
        _student(example, published, draft, on)


def draw_differences(published: RuleSet, draft: RuleSet) -> None:
    """Say everything in which the draft differs; the name of its version is chosen on publishing."""
    said = differences(published, draft.model_copy(update={"version": published.version}))
    if not said:
        muted(_("Nothing yet: the draft says the same as the published version."))
        return
    with ui.element("ul").classes("cim-form-list"):
        for sentence in said:
            with ui.element("li"):
                ui.label(pick(sentence))


def draw_mistakes(found: list[tuple[str, str]]) -> None:
    """Say everything that is wrong, with the place of each."""
    count = len(found)
    ui.label(plural("One thing has to be put right:", "{count} things have to be put right:", count)).classes(
        "text-bold"
    )
    with ui.element("ul").classes("cim-form-list"):
        for place, words in found:
            with ui.element("li"):
                ui.label(f"{place}: {words}.")


def _student(example: Example, published: RuleSet, draft: RuleSet, on: date) -> None:
    before = progress(example.portfolio, published, on=on)
    now = progress(example.portfolio, draft, on=on)
    with ui.element("div").classes("cim-form-row").props("data-test=example"):
        with ui.element("div").classes("cim-row between"):
            heading(f"{example.name} {pick(example.about)}", 3)
            met = sum(requirement.met for requirement in now.requirements)
            words = _("{met} of {all}").format(met=met, all=len(now.requirements))
            ui.label(words).classes("cim-badge good" if now.complete else "cim-badge")
        muted(_gathered(example))
        for requirement in now.requirements:
            check_line(pick(requirement.sentence), met=requirement.met)
        for note in now.notes:
            muted(pick(note))
        _changes(before, now)


def _gathered(example: Example) -> str:
    titles = [
        pick(activity.title) if not isinstance(activity.title, str) else activity.title
        for activity in example.portfolio.activities
    ]
    return _("Has done: {titles}").format(titles=", ".join(titles)) if titles else _("Has done nothing yet.")


def _changes(before: Progress, now: Progress) -> None:
    """Say what the published version would have said instead."""
    old = {requirement.id: pick(requirement.sentence) for requirement in before.requirements}
    new = {requirement.id: pick(requirement.sentence) for requirement in now.requirements}
    said = []
    if before.complete != now.complete:
        said.append(_("Nothing is missing.") if before.complete else _("Something is missing."))
    said += [words for id_, words in old.items() if new.get(id_) != words]
    said += [_("Not asked for: {sentence}").format(sentence=words) for id_, words in new.items() if id_ not in old]
    if before.final_deadline != now.final_deadline and before.final_deadline is not None:
        said.append(_("Final reflection by {day}.").format(day=say_date(before.final_deadline)))
    if said:
        with ui.element("div").classes("cim-form-change").props("data-test=example-change"):
            ui.label(_("The published version says instead:")).classes("text-bold")
            for words in said:
                ui.label(words)
