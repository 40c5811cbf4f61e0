"""/office/students: all students of the programmes, searched, filtered and sorted by what stands in the address."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from models.errors import NotAllowed
from models.portfolios import local_today
from models.queries.overview import students_of_staff
from models.queries.student_list import NEAR_DAYS, Order, Standing, StudentPage, Wanted, Whose, page_of
from models.tables import RoleKind
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
            _pages(wanted, found)
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
    with ui.element("form").classes("cim-card cim-filter").props(f"method=get action={ADDRESS} role=search"):
        with ui.element("label"):
            TextElement(tag="span", text=_("Name"))
            field = ui.element("input").props("type=search name=name data-test=search-name")
            field.props["value"] = wanted.name
        _select("programme", _("Programme"), programmes, wanted.programme)
        _select("standing", _("How far"), standings, wanted.standing)
        _select("missing", _("Lacks"), requirements, wanted.missing)
        _select("whose", _("Enrolment"), states, wanted.whose)
        _select("order", _("Sorted by"), orders, wanted.order)
        with ui.element("button").classes("button").props("type=submit data-test=search-students"):
            ui.label(_("Search"))
        if wanted != Wanted():
            ui.link(_("Show all"), ADDRESS).classes("cim-way")


def _select(name: str, words: str, options: Mapping[Any, str], chosen: str) -> None:
    with ui.element("label"):
        TextElement(tag="span", text=words)
        with ui.element("select").props(f"name={name} data-test=filter-{name}"):
            for value, said in options.items():
                option = TextElement(tag="option", text=said)
                option.props["value"] = str(value)
                if value == chosen:
                    option.props("selected")


def _pages(wanted: Wanted, found: StudentPage) -> None:
    if found.pages == 1:
        return
    with ui.element("nav").classes("cim-row between") as pages:
        pages.props["aria-label"] = _("Pages of the list")
        _to_page(wanted, found.page - 1, _("Previous"), "previous-page", is_there=found.page > 1)
        ui.label(_("Page {number} of {count}").format(number=found.page, count=found.pages))
        _to_page(wanted, found.page + 1, _("Next"), "next-page", is_there=found.page < found.pages)


def _to_page(wanted: Wanted, number: int, words: str, hook: str, *, is_there: bool) -> None:
    if not is_there:
        ui.label("").classes("cim-way")
        return
    said = {name: str(value) for name, value in (asdict(wanted) | {"page": number}).items() if value != ""}
    ui.link(words, f"{ADDRESS}?{urlencode(said)}").classes("cim-way").props(f"data-test={hook}")
