"""What a student did and handed in, as staff read it: each line leads to the thing itself."""

from nicegui import ui

from models.permissions import Actor
from models.queries import enrolments as queries
from models.queries import reflections as reflection_queries
from models.rules.ruleset import RuleSet
from models.tables import Enrolment
from webapp.components.badges import activity_badge, state_badge
from webapp.components.notices import card, muted
from webapp.components.proof import proof_words
from webapp.components.wording import title_of
from webapp.i18n import _, pick_title


async def activities_card(enrolment: Enrolment, rule_set: RuleSet, actor: Actor) -> None:
    """List the activities with what proves them."""
    with card(_("Activities")):
        activities = await queries.activities(enrolment, actor=actor)
        if not activities:
            muted(_("None yet."))
            return
        with ui.element("ul").classes("cim-list"):
            for activity in activities:
                with ui.element("li").classes("cim-row between cim-line"):
                    with ui.element("div").classes("cim-grow"):
                        ui.link(pick_title(activity), f"/office/activities/{activity.id}")
                        muted(proof_words(activity, rule_set))
                    activity_badge(activity)


async def reflections_card(enrolment: Enrolment, actor: Actor) -> None:
    """List what was handed in."""
    with card(_("Reflections")):
        reflections = await reflection_queries.reflections_of(enrolment.id, actor=actor)
        if not reflections:
            muted(_("Nothing has been handed in yet."))
            return
        with ui.element("ul").classes("cim-list"):
            for reflection in reflections:
                with ui.element("li").classes("cim-row between cim-line"):
                    with ui.element("div").classes("cim-grow"):
                        ui.link(title_of(reflection), f"/reflections/{reflection.id}")
                    state_badge(reflection.state)
