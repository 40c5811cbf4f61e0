"""The desk at which a draft of a rule set is written: the form, what it leads to beside it, and publishing."""

from contextlib import suppress
from datetime import date
from time import monotonic
from urllib.parse import quote

from nicegui import context, ui

from models.actions import rule_sets
from models.actions.rule_sets import NewerRules
from models.errors import Refused
from models.portfolios import parsed, time_zone
from models.queries import rule_sets as queries
from models.queries.rule_sets import PublishedVersion
from models.tables import Programme, RuleSetDraft
from webapp.components.notices import card, muted
from webapp.components.rule_form import RuleForm
from webapp.components.rule_form_preview import draw_differences, draw_mistakes, draw_preview
from webapp.components.rule_form_publish import draw_discarding, draw_other_version, draw_publishing
from webapp.components.rule_form_rows import draw_section
from webapp.components.rule_form_sections import SECTIONS
from webapp.errors import told, words_of
from webapp.i18n import _, plural, say_time
from webapp.runtime import pages_runtime
from webapp.session import current_actor

REST_SECONDS = 0.7
"""A change is saved after so long without another one."""


class RuleEditor:
    """One open draft on one screen."""

    def __init__(
        self,
        programme: Programme,
        draft: RuleSetDraft,
        programmes: list[Programme],
        versions: list[PublishedVersion],
        *,
        today: date,
    ) -> None:
        self.programme, self.draft, self.today = programme, draft, today
        self.programmes, self.versions = programmes, versions
        self.published = parsed(programme.rule_set.document)
        self.form = RuleForm(draft.document, self._note_change)
        self._changed_at: float | None = None
        self._is_made_for_draft = False

    async def show(self) -> None:
        """Draw everything, and save by itself from now on."""
        self._zone = await time_zone()
        with ui.element("div").classes("cim-columns cim-rules"):
            with ui.element("div").classes("cim-list"):
                self._standing = ui.element("div").props("role=status")
                with ui.element("div").classes("cim-row"):
                    ui.link(_("What changes"), "#what-changes")
                    ui.link(_("Publish or discard"), "#publish")
                if self.draft.based_on_id != self.programme.rule_set_id:
                    draw_other_version(self.draft.based_on, self.programme.rule_set, told(self._base_on_present))
                self._count = ui.label("").classes("cim-form-wrong")
                self._sections = ui.element("div").classes("cim-list")
            with ui.element("div").classes("cim-list cim-sticky"):
                self._wrong = ui.element("div").props("id=what-changes role=status data-test=mistakes")
                with card(_("Difference to version {version}").format(version=self.published.version)):
                    self._differences = ui.element("div").props("data-test=differences")
                with card(_("Three invented students under this draft")):
                    muted(_("They did what is asked for by"))
                    ui.toggle(
                        {False: _("the published version"), True: _("this draft")},
                        value=False,
                        on_change=lambda event: self._make_for(is_draft=bool(event.value)),
                    ).props("no-caps dense unelevated toggle-color=primary padding='4px 12px'")
                    self._preview = ui.element("div").classes("cim-list")
                with ui.element("div").props("id=publish"), card(_("Publish")):
                    self._publish_button = draw_publishing(
                        self.programme,
                        self.programmes,
                        self.versions,
                        told(self._publish),
                        base=self.draft.based_on,
                        today=self.today,
                    )
                    self._hindrance = ui.label("").classes("cim-form-wrong").props("role=status data-test=hindrance")
                    draw_discarding(told(self._discard))
        self._draw_form()
        self._draw_standing()
        ui.timer(0.3, self._save_when_at_rest)
        context.client.on_disconnect(self._save_on_leaving)

    def _note_change(self) -> None:
        self._changed_at = monotonic()

    def _make_for(self, *, is_draft: bool) -> None:
        self._is_made_for_draft = is_draft
        self._judge()

    def _draw_form(self) -> None:
        """Draw every section; those that were open stay open."""
        is_first = not self._sections.default_slot.children
        opened = [bool(getattr(one, "value", False)) for one in self._sections.default_slot.children]
        self.form.forget_fields()
        self._sections.clear()
        with self._sections:
            for number, section in enumerate(SECTIONS):
                is_open = number == 1 if is_first else opened[number]
                draw_section(self.form, section, self._draw_form, is_open=is_open)
        self._judge()

    def _judge(self) -> None:
        found = self.form.judge()
        for place in (self._wrong, self._preview, self._differences):
            place.clear()
        hindrance = "" if found else self._why_not_now()
        self._hindrance.set_text(hindrance)
        self._publish_button.set_enabled(not (found or hindrance))
        self._count.set_text(
            plural("One thing has to be put right.", "{count} things have to be put right.", len(found))
            if found
            else ""
        )
        if found or self.form.rule_set is None:
            with self._wrong, card(look="bad"):
                draw_mistakes(found)
            for place in (self._preview, self._differences):
                with place:
                    muted(_("Shown again when everything is put right."))
            return
        with self._preview:
            draw_preview(self.published, self.form.rule_set, made_for_draft=self._is_made_for_draft, on=self.today)
        with self._differences:
            draw_differences(self.published, self.form.rule_set)

    def _why_not_now(self) -> str:
        """Say why a draft without mistakes cannot be published today; empty when it can."""
        if self.draft.based_on_id != self.programme.rule_set_id:
            return _("Version {version} holds now: go on from it before you publish.").format(
                version=self.published.version
            )
        try:
            if self.form.rule_set is not None:
                rule_sets.check_validity(self.form.rule_set, today=self.today)
        except Refused as refusal:
            return words_of(refusal)
        return ""

    def _draw_standing(self) -> None:
        at = say_time(self.draft.changed_at, self._zone)
        self._standing.clear()
        with self._standing:
            muted(_("Draft, saved {time}. Everything you write is saved by itself.").format(time=at))

    async def _save_when_at_rest(self) -> None:
        if self._changed_at is None or monotonic() - self._changed_at < REST_SECONDS:
            return
        self._changed_at = None
        self._judge()
        await told(self._save)()

    async def _save(self) -> None:
        try:
            self.draft = await self._written(self.draft.revision)
        except NewerRules as refusal:
            self._draw_conflict(words_of(refusal))
            return
        self._draw_standing()

    async def _written(self, base_revision: int) -> RuleSetDraft:
        return await rule_sets.save_draft(
            self.draft,
            self.form.document,
            base_revision=base_revision,
            actor=await current_actor(),
            at=pages_runtime().now(),
        )

    def _draw_conflict(self, words: str) -> None:
        self._standing.clear()
        with self._standing, card(look="warn"):
            ui.label(words)
            ui.label(
                _("Your last changes are on this screen only. Load the draft as it is now, or keep yours instead.")
            )
            with ui.element("div").classes("cim-row"):
                ui.button(_("Load again"), on_click=ui.navigate.reload).props("outline data-test=load-again")
                ui.button(_("Keep mine instead"), on_click=told(self._keep_mine)).props("flat data-test=keep-mine")

    async def _keep_mine(self) -> None:
        newest = await queries.draft_of(self.programme, actor=await current_actor())
        if newest is not None:
            self.draft = await self._written(newest.revision)
            self._draw_standing()

    async def _publish(self, version: str, programmes: list[Programme]) -> None:
        await self._save_now()
        published = await rule_sets.publish(
            self.draft, version, programmes, actor=await current_actor(), at=pages_runtime().now()
        )
        ui.navigate.to(f"{self._address}?published={quote(published.version, safe='')}")

    async def _base_on_present(self) -> None:
        await self._save_now()
        self.draft = await rule_sets.base_on_present(self.draft, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to(self._address)

    async def _discard(self) -> None:
        self._changed_at = None
        await rule_sets.discard_draft(self.draft, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to(self._address)

    async def _save_on_leaving(self) -> None:
        """Keep what was written in the last moment; a colleague's newer draft stays as it is."""
        with suppress(Refused):
            await self._save_now()

    async def _save_now(self) -> None:
        if self._changed_at is not None:
            self._changed_at = None
            self.draft = await self._written(self.draft.revision)

    @property
    def _address(self) -> str:
        return f"/office/rules/{quote(self.programme.code, safe='')}"
