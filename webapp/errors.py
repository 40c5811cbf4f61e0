"""Refusals become words on the screen: a page, a note after a click, or JSON for a script."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import quote
from uuid import UUID

from nicegui import context, ui
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.actions import notices
from models.actions.reflections import RuleSays
from models.errors import NotAllowed, Refused
from models.permissions import Actor
from models.queries.notices import unread
from models.rules.bilingual import Bilingual
from webapp.i18n import _, language_of, pick, say_date, use_language
from webapp.plain import plain_page
from webapp.runtime import pages_runtime
from webapp.session import NotSignedIn, page_signed_in
from webapp.telling import address_of

RECONNECT_SECONDS = 120


def words_of(refusal: Refused) -> str:
    """Say a refusal in the person's language."""
    if isinstance(refusal, RuleSays):
        return " ".join(pick(sentence) for sentence in refusal.sentences)
    shown = {name: _shown(value) for name, value in refusal.arguments.items()}
    return _(refusal.words).format_map(shown)


def _shown(value: object) -> object:
    if isinstance(value, date):
        return say_date(value)
    return pick(value) if isinstance(value, Bilingual) else value


def screen(path: str) -> Callable[[Callable[..., Awaitable[None]]], Callable[..., Any]]:
    """Make a page of the signed-in part: `ui.page`, with refusals as a page in words."""

    def decorate(build: Callable[..., Awaitable[None]]) -> Callable[..., Any]:
        @ui.page(path, reconnect_timeout=RECONNECT_SECONDS)
        @wraps(build)
        async def page(*args: Any, **kwargs: Any) -> Response | None:
            client = context.client
            request = client.request
            try:
                me = await page_signed_in()
                client.storage["session_id"] = str(me.session_id)
                client.storage["actor"] = me.actor
                client.storage["language"] = language_of(request, me.person.language)
                use_language(client.storage["language"])
                client.storage["unread"] = await _unread_beside(request.url.path, me.actor)
                await build(*args, **kwargs)
            except NotSignedIn:
                return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", status_code=303)
            except Refused as refusal:
                use_language(language_of(request))
                return HTMLResponse(plain_page(_("Not found"), words_of(refusal)), status_code=404)
            return None

        return page

    return decorate


async def _unread_beside(path: str, actor: Actor) -> int:
    """Note that what leads to this page has been read, and count the rest."""
    told = await unread(actor)
    if read := [notice.id for notice in told if address_of(notice) == path]:
        await notices.mark_read(read, actor=actor, at=pages_runtime().now())
    return len(told) - len(read)


def tell(words: str) -> None:
    """Put a note on the screen that says why something was not done; it stays long enough to be read."""
    before = context.client.storage.get("note")
    if before is not None and not before.is_deleted:
        before.dismiss()  # Several would cover what one has to do now.
    context.client.storage["note"] = ui.notification(
        words,
        color="grey-10",
        icon="info",
        position="top",
        multi_line=True,
        timeout=12,
        close_button=_("Close"),
        textColor="white",
    )


def told(handle: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Make a click handler tell a refusal in a note instead of failing."""

    @wraps(handle)
    async def handler(*args: Any, **kwargs: Any) -> None:
        try:
            await handle(*args, **kwargs)
        except NotSignedIn:
            ui.navigate.to("/sign-in")
        except Refused as refusal:
            tell(words_of(refusal))

    return handler


def as_id(text: str) -> UUID:
    """Read an id from an address; what is none leads nowhere (NotAllowed)."""
    try:
        return UUID(text)
    except ValueError:
        raise NotAllowed from None
