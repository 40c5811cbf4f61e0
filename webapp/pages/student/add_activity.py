"""/enrolments/{id}/add: choose an activity from the programme's list, or propose one."""

from nicegui import ui

from models.errors import NotAllowed
from models.permissions import may_change
from models.portfolios import local_today, rule_set_of
from models.queries import enrolments as queries
from models.queries.suggestions import listings
from webapp.components.catalogue import catalogue_view
from webapp.components.notices import empty_list, muted
from webapp.components.proposal_form import proposal_form
from webapp.errors import as_id, screen
from webapp.i18n import _
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/enrolments/{enrolment_id}/add")
async def page(enrolment_id: str, item: str = "") -> None:
    """Offer the catalogue, what helps most first, then the form for a proposal; `item` is shown at once."""
    actor = await current_actor()
    enrolment = await queries.enrolment(as_id(enrolment_id), actor=actor)
    if not may_change(actor, enrolment):
        raise NotAllowed
    rule_set = await rule_set_of(enrolment)
    listed = await listings(enrolment, on=await local_today(pages_runtime().now()))
    if item.isdigit():
        listed.sort(key=lambda listing: listing.item.id != int(item))

    with frame(_("Add an activity"), back="/", wide=True):
        if rule_set.own_proposals:
            muted(_("These activities count in your programme. Does nothing fit? Propose your own activity below."))
        else:
            muted(_("These activities count in your programme."))
        if listed:
            catalogue_view(enrolment, rule_set, listed)
        elif rule_set.own_proposals:
            empty_list(_("The programme has not listed any activities yet. You can propose one."))
        else:
            empty_list(_("The programme has not listed any activities yet."))
        if rule_set.own_proposals:
            with ui.element("div").classes("cim-narrow"):
                proposal_form(enrolment, rule_set)
