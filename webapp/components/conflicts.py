"""Who judges nothing of a student, as staff see and change it."""

from nicegui import ui

from models.actions import conflicts
from models.permissions import Actor, may_declare_conflict, may_withdraw_conflict
from models.portfolios import time_zone
from models.queries.load import assessors_of, conflicts_of
from models.tables import Conflict, Enrolment, Person
from webapp.components.notices import card, muted
from webapp.errors import tell, told
from webapp.i18n import _, say_time
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def conflicts_card(enrolment: Enrolment, actor: Actor) -> None:
    """List the conflicts of interest, and add one."""
    zone = await time_zone()
    declared = await conflicts_of(enrolment)
    with card(_("Conflicts of interest")):
        if not declared:
            muted(_("None is declared: every assessor of the programme may assess this student."))
        for conflict in declared:
            ui.label(f"{conflict.assessor.name}: {conflict.reason}")
            muted(f"{conflict.declared_by.name}, {say_time(conflict.declared_at, zone)}")
            if may_withdraw_conflict(actor, conflict):
                _withdrawal(conflict)
        left = {one.assessor_id for one in declared} | {enrolment.person_id}
        people = {str(one.id): one.name for one in await assessors_of(enrolment.programme_id) if one.id not in left}
        if people and may_declare_conflict(actor, enrolment, enrolment.person_id):
            _form(enrolment, people)


def _withdrawal(conflict: Conflict) -> None:
    @told
    async def withdraw() -> None:
        await conflicts.withdraw(conflict, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    button = ui.button(_("Withdraw"), on_click=withdraw).props("flat data-test=withdraw-conflict")
    button.props["aria-label"] = _("Withdraw the conflict of interest of {name}").format(name=conflict.assessor.name)


def _form(enrolment: Enrolment, people: dict[str, str]) -> None:
    @told
    async def declare() -> None:
        if not who.value:
            tell(_("Choose an assessor."))
            return
        assessor = await Person.get(id=who.value)
        at = pages_runtime().now()
        await conflicts.declare(enrolment, assessor, why.value or "", actor=await current_actor(), at=at)
        ui.navigate.reload()

    with ui.expansion(_("Add a conflict of interest")).classes("w-full"), ui.element("div").classes("cim-list"):
        who = ui.select(people, label=_("Assessor")).props("outlined data-test=conflict-assessor")
        why = ui.textarea(_("Reason")).props("outlined autogrow data-test=conflict-reason")
        ui.button(_("Add"), on_click=declare).props("outline data-test=declare-conflict")
