"""/reflections/{id}: one reflection, as its student makes and follows it, or as staff read it."""

from typing import Any

from nicegui import ui

from models import states
from models.actions import claims, handing_in
from models.permissions import Actor, is_own, may_change, may_remake_transcript, open_reflection_moves
from models.portfolios import piece_rules, rule_set_of
from models.queries import media as media_queries
from models.queries import reflections as queries
from models.tables import Reflection, RoleKind, Version
from webapp.addresses import capture_address
from webapp.components.answer_promise import answer_promise
from webapp.components.badges import format_words, state_badge
from webapp.components.conversation import answers, earlier_versions
from webapp.components.criteria import criteria_fold
from webapp.components.handed_in import handed_in_words
from webapp.components.handing_over import handing_over
from webapp.components.notices import card, facts, muted
from webapp.components.piece import limits_view, piece_view
from webapp.components.taking_back import take_back_part
from webapp.components.transcript_again import transcript_again
from webapp.components.waiting import waiting_on_this_phone
from webapp.components.wording import title_of
from webapp.components.work import work_on_files
from webapp.errors import as_id, screen, told
from webapp.i18n import LANGUAGES, _, pick_name
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/reflections/{reflection_id}")
async def page(reflection_id: str, find: str = "") -> None:
    """Show where it stands, what is in it, and the one thing that comes next; `find` is looked for in its words."""
    actor = await current_actor()
    reflection = await queries.reflection(as_id(reflection_id), actor=actor)
    mine = is_own(actor, reflection.enrolment)

    @ui.refreshable  # Inside the page: at module level it would redraw everybody's page.
    async def work() -> None:
        newest = (await queries.versions(reflection, actor=actor))[0]
        if mine and newest.frozen_at is None:
            await work_on_files(newest, actor=actor)

    @ui.refreshable
    async def content() -> None:
        fresh = await queries.reflection(reflection.id, actor=await current_actor())
        versions = await queries.versions(fresh, actor=actor)
        await _standing(fresh, versions, actor)
        await work()
        await _newest(fresh, versions, actor, mine=mine, find=find)
        await earlier_versions(versions[1:], actor=actor)

    with frame(title_of(reflection), back="/" if mine else _way_back(actor)):
        await content()
        if mine:
            waiting_on_this_phone(reflection)
            await _follow(reflection, actor, content, work)


def _way_back(actor: Actor) -> str:
    return "/office" if actor.programmes_as(RoleKind.STAFF) else "/queue"


async def _standing(reflection: Reflection, versions: list[Version], actor: Actor) -> None:
    newest = versions[0]
    with card():
        with ui.element("div").classes("cim-row between"):
            state_badge(reflection.state)
            muted(f"{format_words(newest.format)} · {LANGUAGES.get(newest.language, newest.language)}")
        if not is_own(actor, reflection.enrolment):
            facts(
                [
                    (_("Student"), reflection.enrolment.person.name),
                    (_("Programme"), pick_name(reflection.enrolment.programme)),
                ]
            )
        if newest.frozen_at is not None:
            ui.label(await handed_in_words(newest)).props("data-test=receipt")
            if is_own(actor, reflection.enrolment):
                await answer_promise(reflection, newest)
            muted(_("Checksum (SHA-256): {checksum}").format(checksum=newest.checksum))
            if states.TAKE_BACK in open_reflection_moves(actor, reflection):
                await take_back_part(reflection)
        if states.RELEASE in open_reflection_moves(actor, reflection):
            _free(reflection)
            await handing_over(reflection, actor, _reloaded)
    for version in versions[:2]:
        await answers(version)


async def _newest(reflection: Reflection, versions: list[Version], actor: Actor, *, mine: bool, find: str) -> None:
    newest, before = versions[0], versions[1] if len(versions) > 1 else None
    with card(_("Your reflection") if mine else _("The reflection")):
        is_open = may_change(actor, reflection.enrolment) and newest.frozen_at is None
        rules = piece_rules(await rule_set_of(reflection.enrolment), reflection.kind)
        await piece_view(newest, actor=actor, editable=is_open, find=find, before=before)
        await limits_view(newest, rules)
        criteria_fold(rules)
        if may_remake_transcript(actor, reflection):
            await transcript_again(newest, rules)
        if is_open:
            target = capture_address(reflection.id, newest.format)
            words = _("Go on") if newest.text or newest.recording_id or newest.posts else _("Begin")
            with ui.element("div").classes("cim-row"):
                go_on = ui.button(words, icon="edit", on_click=lambda: ui.navigate.to(target))
                go_on.props("outline data-test=go-on")
                if states.SUBMIT in open_reflection_moves(actor, reflection):
                    _hand_in(reflection, newest)


async def _reloaded() -> None:
    ui.navigate.reload()


def _free(reflection: Reflection) -> None:
    assert reflection.assessor is not None  # noqa: S101  A constraint of the database.
    muted(_("{name} is assessing it").format(name=reflection.assessor.name))

    @told
    async def free() -> None:
        await claims.release(reflection, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    ui.button(_("Give it back to the queue"), on_click=free).props("outline data-test=free")


def _hand_in(reflection: Reflection, draft: Version) -> None:
    @told
    async def submit() -> None:
        dialog.close()
        actor = await current_actor()
        await handing_in.submit(reflection, revision=draft.revision, actor=actor, at=pages_runtime().now())
        ui.navigate.reload()

    with ui.dialog() as dialog, ui.card().classes("cim-card"):
        ui.label(_("Hand in now?")).classes("text-bold")
        if reflection.first_submitted_at is None:
            ui.label(_("Until now only you could see it."))
        else:
            ui.label(_("Until now only you could see this version; those you handed in before stay as they are."))
        ui.label(
            _(
                "From the moment you hand in, it is a public document of the institution, and assessors of your "
                "programme read it. This version cannot be changed afterwards."
            )
        )
        with ui.row():
            ui.button(_("Hand in"), on_click=submit).props("data-test=confirm-hand-in")
            ui.button(_("Not yet"), on_click=dialog.close).props("flat")
    ui.button(_("Hand in"), icon="send", on_click=dialog.open).props("data-test=hand-in")


async def _follow(reflection: Reflection, actor: Actor, content: Any, work: Any) -> None:
    """Redraw everything when a state changed, and only the progress while work goes on: a player must play on."""
    seen = await media_queries.moving(reflection.id, actor=actor)

    @told
    async def look() -> None:
        nonlocal seen
        now = await media_queries.moving(reflection.id, actor=await current_actor())
        before, seen = seen, now
        if now.states != before.states:
            await content.refresh()
        elif now.shares != before.shares:
            await work.refresh()
        timer.interval = 1.0 if now.goes_on else 5.0

    timer = ui.timer(1.0, look)
