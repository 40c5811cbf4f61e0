"""What every signed-in page shares: the bar on top, the way back, the title."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import context, ui
from nicegui.elements.mixins.text_element import TextElement

from models.permissions import Actor
from models.tables import RoleKind
from webapp.first_paint import BOXES, first_paint, head_of_page
from webapp.i18n import LANGUAGES, _, current_language, plural
from webapp.statics import public_address


@contextmanager
def frame(title: str, *, back: str = "", wide: bool = False, first: str = BOXES) -> Iterator[None]:
    """Lay out a page: bar, optional way back to `back`, the title as the one h1, then the caller's content.

    `first` is finished HTML: what is painted below the title before the page's scripts are there.
    """
    actor: Actor = context.client.storage["actor"]
    ui.page_title(f"{title} – CIM")
    ui.add_head_html(head_of_page(_("Certificate of International Merits"), current_language()))
    names = [name for _address, name in _places(actor)]
    ui.add_body_html(first_paint(title, names, back=_("Back") if back else "", wide=wide, content=first))
    _bar(actor)
    with ui.element("div").classes("cim-main wide" if wide else "cim-main"):
        if back:
            with ui.element("a").classes("cim-back").props(f'href="{back}"'):
                ui.icon("arrow_back").props("aria-hidden=true")
                ui.label(_("Back"))
        heading(title, 1)
        yield


def heading(text: str, level: int = 2) -> None:
    """Put a real heading on the page, for the eye and for screen readers alike."""
    TextElement(tag=f"h{level}", text=text)


def _bar(actor: Actor) -> None:
    path = context.client.request.url.path
    with ui.element("header").classes("cim-head"), ui.element("div").classes("cim-head-row"):
        brand = ui.element("a").classes("cim-brand").props('href="/"')
        brand.props["aria-label"] = _("CIM, start page")
        with brand:
            ui.element("img").props(f'src="{public_address("icon.svg")}" alt=""')
            TextElement(tag="span", text="CIM")
        menu = ui.element("nav").classes("cim-nav")
        menu.props["aria-label"] = _("Main menu")
        with menu:
            for address, name in _places(actor):
                link = ui.element("a").props(f'href="{address}"')
                if path == address:
                    link.props("aria-current=page")
                with link:
                    ui.label(name)
        _bell(context.client.storage.get("unread", 0))
        _person_menu(actor)


def _bell(unread: int) -> None:
    link = ui.element("a").classes("cim-bell").props('href="/notices" data-test=bell')
    if not unread:
        link.props["aria-label"] = _("Notices")
    else:
        link.props["aria-label"] = plural("Notices: {count} is new", "Notices: {count} are new", unread)
    with link:
        ui.icon("notifications", size="24px").props("aria-hidden=true")
        if unread:
            TextElement(tag="span", text=str(unread) if unread < 100 else "99+").props("aria-hidden=true")


def _places(actor: Actor) -> list[tuple[str, str]]:
    places = []
    if actor.programmes_as(RoleKind.ASSESSOR):
        places.append(("/queue", _("To assess")))
    if actor.programmes_as(RoleKind.ASSESSOR) or actor.programmes_as(RoleKind.CONVENER):
        places.append(("/meetings", _("Assessor group")))
    if actor.programmes_as(RoleKind.STAFF):
        places.append(("/office", _("Programme office")))
    if (RoleKind.ADMINISTRATOR, None) in actor.roles:
        places.append(("/people", _("People")))
    if not actor.roles:
        places += [("/", _("My certificate")), ("/search", _("Search"))]
    return places


def _person_menu(actor: Actor) -> None:
    language = current_language()
    other = next(code for code in LANGUAGES if code != language)
    button = ui.button(icon="account_circle").props("flat round color=white")
    button.props["aria-label"] = _("Account of {name}").format(name=actor.name)
    with button, ui.menu():
        ui.item(actor.name).props("disable")
        ui.item(LANGUAGES[other], on_click=lambda: ui.navigate.to(f"/language/{other}?next={_here()}"))
        ui.item(_("Account and sign-ins"), on_click=lambda: ui.navigate.to("/account"))
        ui.item(_("Sign out"), on_click=lambda: ui.run_javascript(SIGN_OUT))


# The capture page remembers who may go on without a network; whoever signs out is not that person any more. This comes
# first: a page whose sign-in has ended is led away at once.
SIGN_OUT = (
    "import('/capture/last_person.js').then(({forget}) => forget())"
    ".catch(() => {localStorage.removeItem('cim.capture.person'); indexedDB.deleteDatabase('cim-person')})"
    ".then(() => fetch('/api/v1/session', {method: 'DELETE', headers: {'Content-Type': 'application/json'}}))"
    ".then(() => location.assign('/sign-in'))"
)


def _here() -> str:
    return str(context.client.request.url.path)
