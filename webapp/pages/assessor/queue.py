"""/queue: what waits to be read, oldest first."""

from datetime import datetime

from nicegui import ui

from models import states
from models.actions import claims
from models.errors import NotAllowed
from models.permissions import Actor, open_reflection_moves
from models.portfolios import parsed, piece_rules
from models.queries import reflections as queries
from models.tables import Reflection, RoleKind
from models.tables.assessments import Decision
from webapp.components.badges import format_icon, format_words, state_badge
from webapp.components.notices import empty_list, muted
from webapp.components.wording import title_of
from webapp.errors import screen, told
from webapp.i18n import LANGUAGES, _, pick_name, plural, say_ago
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/queue")
async def page() -> None:
    """List what waits, and what this assessor decided lately."""
    actor = await current_actor()
    if not actor.programmes_as(RoleKind.ASSESSOR):
        raise NotAllowed
    waiting = await queries.queue(actor)
    decided = await queries.decided_by(actor)
    now = pages_runtime().now()

    with frame(_("To assess"), wide=True):
        muted(
            plural("{count} reflection waits, oldest first.", "{count} reflections wait, oldest first.", len(waiting))
        )
        if not waiting:
            empty_list(_("Nothing waits. New reflections of your programmes appear here."))
        with ui.element("ul").classes("cim-list"):
            for reflection in waiting:
                _waiting_card(reflection, actor, now)
        if decided:
            heading(_("My decisions"))
            with ui.element("ul").classes("cim-list"):
                for assessment in decided:
                    reflection = assessment.version.reflection
                    with ui.element("li").classes("cim-row between"):
                        ui.link(
                            f"{reflection.enrolment.person.name}: {title_of(reflection)}", f"/assess/{reflection.id}"
                        )
                        accepted = assessment.decision is Decision.ACCEPTED
                        ui.label(_("Accepted") if accepted else _("Sent back")).classes(
                            "cim-badge good" if accepted else "cim-badge warn"
                        )


def _waiting_card(reflection: Reflection, actor: Actor, now: datetime) -> None:
    newest = max((v for v in reflection.versions if v.frozen_at), key=lambda v: v.number)
    moves = open_reflection_moves(actor, reflection, at=now)

    @told
    async def claim() -> None:
        claim = claims.claim if states.CLAIM in moves else claims.take_over
        await claim(reflection, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to(f"/assess/{reflection.id}")

    with ui.element("li"), ui.element("div").classes("cim-card"), ui.element("div").classes("cim-row between"):
        ui.icon(format_icon(newest.format), size="30px").props("aria-hidden=true").style("color: var(--primary)")
        with ui.element("div").classes("cim-grow"):
            heading(title_of(reflection), 2)
            ui.label(reflection.enrolment.person.name)
            muted(
                f"{format_words(newest.format)} · {LANGUAGES.get(newest.language, newest.language)} · "
                f"{pick_name(reflection.enrolment.programme)}"
            )
        with ui.element("div").classes("cim-grow").style("flex: 0 1 auto"):
            if reflection.submitted_at is not None:
                ui.label(_("Handed in {ago}").format(ago=say_ago(reflection.submitted_at, now)))
            if newest.number > 1:
                muted(_("version {number}").format(number=newest.number))
            # The same on both turns: that it is the second one's would tell what the first one decided.
            if piece_rules(parsed(reflection.enrolment.rule_set.document), reflection.kind).readers > 1:
                muted(_("Two assessors read this, each without the other."))
        if states.CLAIM in moves or states.TAKE_OVER in moves:
            button = ui.button(_("Assess"), on_click=claim).props("data-test=claim")
            button.props["aria-label"] = _("Assess {title}").format(title=title_of(reflection))
        elif reflection.assessor_id == actor.person_id:
            ui.button(_("Continue assessing"), on_click=lambda: ui.navigate.to(f"/assess/{reflection.id}")).props(
                "outline"
            )
        else:
            state_badge(reflection.state)
            assert reflection.assessor is not None  # noqa: S101  A constraint of the database.
            muted(_("{name} is assessing it").format(name=reflection.assessor.name))
