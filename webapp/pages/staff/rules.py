"""/office/rules/{programme_code}: programme staff read a programme's rules, edit a draft of them and publish it."""

from datetime import date
from uuid import uuid4

from nicegui import ui

from models.actions import rule_sets
from models.portfolios import local_today, parsed, time_zone
from models.queries import rule_sets as queries
from models.queries.rule_sets import PublishedVersion
from models.rules.describing import assessing_words, requirement_words
from models.rules.ruleset import RuleSet
from models.rules.setting_names import PART_NAMES
from models.tables import Programme
from webapp.components.notices import card, facts, muted
from webapp.components.reason import final_button
from webapp.components.rule_editor import RuleEditor
from webapp.components.rule_form_publish import enrolled_lines
from webapp.errors import screen, told
from webapp.i18n import _, pick, pick_name, say_date, say_time
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office/rules/{programme_code}")
async def page(programme_code: str, published: str = "") -> None:
    """Show the draft where there is one, otherwise what is published."""
    actor = await current_actor()
    programme = await queries.programme_to_edit(programme_code, actor=actor)
    versions = await queries.versions_of(programme.rule_set.rule_set, actor=actor)
    draft = await queries.draft_of(programme, actor=actor)
    today = await local_today(pages_runtime().now())

    with frame(_("Rules of {programme}").format(programme=pick_name(programme)), back="/office", wide=True):
        if published:
            await _confirmation(published, versions)
        if draft is not None:
            programmes = await queries.programmes_with(programme.rule_set.rule_set, actor=actor)
            await RuleEditor(programme, draft, programmes, versions, today=today).show()
        else:
            _published(programme)
        await _versions(programme, versions, today)


async def _confirmation(name: str, versions: list[PublishedVersion]) -> None:
    """Read back what was published from what is stored."""
    version = next((one for one in versions if one.row.version == name), None)
    if version is None:
        return
    with card(_("Version {version} is published").format(version=name), look="good"):
        codes = ", ".join(programme.code for programme in version.programmes)
        ui.label(_("Everybody who enrols from now on follows it in: {programmes}.").format(programmes=codes or "–"))
        for line in enrolled_lines([one for one in versions if one is not version]):
            ui.label(line)


def _published(programme: Programme) -> None:
    rule_set = parsed(programme.rule_set.document)

    @told
    async def edit() -> None:
        await rule_sets.open_draft(programme, draft_id=uuid4(), actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to(f"/office/rules/{programme.code}")

    with card(_("What holds now")):
        facts(
            [
                (_("Rule set"), pick(rule_set.name)),
                (_("Version"), rule_set.version),
                (_("Certificate"), pick(rule_set.certificate_name)),
                (_("Valid from"), say_date(rule_set.valid_from)),
            ]
        )
        with ui.element("ul").classes("cim-form-list"):
            for requirement in rule_set.requirements:
                with ui.element("li"):
                    ui.label(pick(requirement_words(requirement, rule_set)))
        _assessing(rule_set)
        muted(_("You edit a draft. Nothing changes for anybody until you publish it."))
        ui.button(_("Edit the rules"), icon="edit", on_click=edit).props("data-test=edit-rules").classes("self-start")


def _assessing(rule_set: RuleSet) -> None:
    """Say how pieces are judged, where the rules say anything about that."""
    for part, rules in (("reflection", rule_set.reflection), ("final", rule_set.final)):
        if said := [pick(words) for words in assessing_words(rules)]:
            heading(pick(PART_NAMES[part]), 3)
            with ui.element("ul").classes("cim-form-list"):
                for words in said:
                    with ui.element("li"):
                        ui.label(words)


async def _versions(programme: Programme, versions: list[PublishedVersion], today: date) -> None:
    zone = await time_zone()
    with card(_("Published versions")):
        with ui.element("div").classes("cim-scroll"), ui.element("table").classes("cim-table"):
            with ui.element("thead"), ui.element("tr"):
                for words in (_("Version"), _("Published"), _("By"), _("New students in"), _("Students enrolled"), ""):
                    with ui.element("th").props("scope=col"):
                        ui.label(words)
            with ui.element("tbody"):
                for version in versions:
                    publisher = version.row.published_by
                    with ui.element("tr"):
                        for words in (
                            version.row.version,
                            say_time(version.row.published_at, zone),
                            publisher.name if publisher else _("the installation"),
                            ", ".join(programme.code for programme in version.programmes) or "–",
                            str(version.enrolled),
                        ):
                            with ui.element("td"):
                                ui.label(words)
                        with ui.element("td"):
                            if version.row.id != programme.rule_set_id and _holds(version, today):
                                _follow(programme, version)


def _holds(version: PublishedVersion, today: date) -> bool:
    rule_set = parsed(version.row.document)
    return rule_set.valid_from <= today and (rule_set.valid_until is None or today <= rule_set.valid_until)


def _follow(programme: Programme, version: PublishedVersion) -> None:
    @told
    async def follow() -> None:
        await rule_sets.follow(programme, version.row, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to(f"/office/rules/{programme.code}")

    question = _("Shall those who enrol in {programme} from now on follow version {version}? The enrolled keep theirs.")
    words = question.format(programme=programme.code, version=version.row.version)
    final_button(_("Use it"), words, follow, hook="follow-version")
