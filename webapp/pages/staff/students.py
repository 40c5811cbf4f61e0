"""/office/students: all students of the programmes, searched, filtered and sorted by what stands in the address."""

from dataclasses import asdict
from urllib.parse import urlencode

from models.errors import NotAllowed
from models.portfolios import local_today
from models.queries.overview import students_of_staff
from models.queries.student_list import NEAR_DAYS, Order, Standing, StudentPage, Wanted, Whose, page_of
from models.tables import RoleKind
from webapp.components.list_form import choice_field, list_form, pages_of_list, text_field
from webapp.components.notices import empty_list, muted
from webapp.components.student_table import student_table
from webapp.errors import screen
from webapp.i18n import _, pick, plural
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor

ADDRESS = "/office/students"


@screen(ADDRESS)
async def page(
    name: str = "",
    programme: str = "",
    whose: str = "",
    standing: str = "",
    missing: str = "",
    order: str = "",
    page: str = "",
) -> None:
    """Show one page of the list; the form above it is an address of its own, so that it can be kept and sent."""
    actor = await current_actor()
    if not actor.programmes_as(RoleKind.STAFF):
        raise NotAllowed
    wanted = Wanted.read(
        name=name, programme=programme, whose=whose, standing=standing, missing=missing, order=order, page=page
    )
    today = await local_today(pages_runtime().now())
    standings = await students_of_staff(actor, on=today, include_ended=wanted.whose is not Whose.ACTIVE)
    found = page_of(standings, wanted, on=today)

    with frame(_("Students"), back="/office", wide=True):
        _form(wanted, found)
        muted(plural("{count} student", "{count} students", found.count))
        if found.rows:
            student_table(found.rows, today=today)
            pages_of_list(found.page, found.pages, lambda number: _address(wanted, number))
        else:
            empty_list(_("Nobody is found. Look for less, or for another name."))


def _form(wanted: Wanted, found: StudentPage) -> None:
    orders = {
        Order.NAME: _("Name"),
        Order.STUDY_END: _("End of studies"),
        Order.LEAST: _("Least progress first"),
        Order.MOST: _("Most progress first"),
    }
    standings = {
        Standing.ANY: _("All"),
        Standing.COMPLETE: _("Complete"),
        Standing.INCOMPLETE: _("Something is missing"),
        Standing.NEAR: _("Last day within {days} days").format(days=NEAR_DAYS),
        Standing.PASSED: _("Last day has passed"),
    }
    states = {Whose.ACTIVE: _("Enrolled"), Whose.ENDED: _("Void or deregistered"), Whose.ALL: _("Both")}
    programmes = {"": _("All")} | {code: code for code in (*found.programmes, wanted.programme) if code}
    requirements = {"": _("Anything")} | {name.en: pick(name) for name in found.requirements}
    with list_form(ADDRESS, hook="search-students", is_filtered=wanted != Wanted()):
        text_field("name", _("Name"), wanted.name, hook="search-name")
        choice_field("programme", _("Programme"), programmes, wanted.programme)
        choice_field("standing", _("How far"), standings, wanted.standing)
        choice_field("missing", _("Lacks"), requirements, wanted.missing)
        choice_field("whose", _("Enrolment"), states, wanted.whose)
        choice_field("order", _("Sorted by"), orders, wanted.order)


def _address(wanted: Wanted, page: int) -> str:
    said = {name: str(value) for name, value in (asdict(wanted) | {"page": page}).items() if value != ""}
    return f"{ADDRESS}?{urlencode(said)}"
