"""/people: accounts of the installation: invite people, give and take roles."""

from nicegui import ui

from models.actions import accounts
from models.queries import people as queries
from models.queries.enrolments import all_programmes
from models.tables import Person, Programme, Role, RoleKind
from webapp.components.notices import card, muted
from webapp.errors import screen, tell, told
from webapp.i18n import _, pick_name
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def role_words(kind: RoleKind) -> str:
    """Say a role."""
    return {
        RoleKind.ASSESSOR: _("Assessor"),
        RoleKind.CONVENER: _("Convener of the assessor group"),
        RoleKind.STAFF: _("Programme staff"),
        RoleKind.ADMINISTRATOR: _("Administrator"),
    }[kind]


@screen("/people")
async def page() -> None:
    """List everybody and offer an invitation."""
    actor = await current_actor()
    everybody = await queries.everybody(actor)
    programmes = await all_programmes()

    with frame(_("People"), wide=True):
        _invitation(programmes)
        heading(_("Accounts"))
        with ui.element("ul").classes("cim-list"):
            for person in everybody:
                _person(person)


def _invitation(programmes: list[Programme]) -> None:
    by_code = {programme.code: programme for programme in programmes}

    @told
    async def invite() -> None:
        roles: list[tuple[RoleKind, Programme | None]] = []
        if role.value == "administrator":
            roles = [(RoleKind.ADMINISTRATOR, None)]
        elif role.value != "student":
            roles = [(RoleKind(role.value), by_code[code]) for code in where.value or []]
            if not roles:
                tell(_("Choose at least one programme."))
                return
        actor = await current_actor()
        runtime = pages_runtime()
        token = await accounts.invite(name.value or "", email.value or "", roles, actor=actor, at=runtime.now())
        link.set_text(f"{runtime.settings.public_origin}/link/{token}")
        answer.set_visibility(True)

    kinds = {"student": _("Student")} | {kind.value: role_words(kind) for kind in RoleKind}
    with card(_("Invite somebody")):
        muted(_("You get a link that works once, within seven days. Send it to the person."))
        name = ui.input(_("Name")).props("outlined").classes("w-full")
        email = ui.input(_("E-mail")).props("outlined type=email").classes("w-full")
        role = ui.select(kinds, label=_("Role"), value="student").props("outlined").classes("w-full")
        names = {code: f"{pick_name(programme)} ({code})" for code, programme in by_code.items()}
        where = ui.select(names, label=_("Programmes"), multiple=True).props("outlined use-chips").classes("w-full")
        where.bind_visibility_from(role, "value", lambda value: value in {"assessor", "convener", "staff"})
        ui.button(_("Make the link"), on_click=invite)
        with ui.element("div").props("role=status") as answer:
            link = ui.label("").classes("cim-text text-bold")
        answer.set_visibility(False)


def _person(person: Person) -> None:
    with ui.element("li"), ui.element("div").classes("cim-card"), ui.element("div").classes("cim-row between"):
        with ui.element("div").classes("cim-grow"):
            heading(person.name, 3)
            muted(person.email)
        for role in person.roles:
            _role(role)


def _role(role: Role) -> None:
    words = role_words(role.kind) + (f" · {role.programme.code}" if role.programme else "")

    @told
    async def take() -> None:
        await accounts.take_role(role, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("span").classes("cim-badge go"):
        ui.label(words)
        label = _("Remove the role {role}").format(role=words)
        button = ui.button(icon="close", on_click=take).props("flat round dense size=sm")
        button.props["aria-label"] = label
