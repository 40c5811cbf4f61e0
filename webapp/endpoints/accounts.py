"""Sign-in, one-time links and the language of the screens, as plain pages that need no socket."""

import asyncio
import contextlib
from collections import defaultdict
from datetime import datetime, timedelta
from html import escape

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse, RedirectResponse

from models.actions import accounts
from models.queries.people import link_is_open
from webapp.demo_people import DEMO_GROUPS, DEMO_PASSWORD, DemoGroup
from webapp.endpoints import asked
from webapp.endpoints.answers import plain_html, speak_persons_language
from webapp.i18n import COOKIE, LANGUAGES, _, language_of, pick, use_language
from webapp.plain import plain_page
from webapp.runtime import runtime_of
from webapp.session import (
    NotSignedIn,
    TooManyTries,
    clear_cookie,
    close_pages_of,
    close_pages_of_person,
    set_cookie,
    signed_in,
)

router = APIRouter(include_in_schema=False, max_body_size=20_000)

MOST_FAILURES = 8
FAILURE_WINDOW = timedelta(minutes=10)
_failures: dict[str, list[datetime]] = defaultdict(list)


@router.get("/sign-in")
async def sign_in_page(request: Request, language: str = "") -> Response:
    """Show the sign-in; in the demo with everybody one can be."""
    _speak(request, language)
    runtime = runtime_of(request)
    title, email, password = _("Sign in"), _("E-mail"), _("Password")
    body = f"""
<form id="sign-in" method="post" action="/sign-in" novalidate>
<label>{escape(email)}<input name="email" type="email" autocomplete="username" required autofocus></label>
<label>{escape(password)}<input name="password" type="password" autocomplete="current-password" required></label>
<p role="alert" id="problem"></p>
<button type="submit">{escape(title)}</button>
</form>"""
    html = plain_page(
        title, body=body, script="/static/sign-in.js", demo=_demo_people() if runtime.settings.is_demo else ""
    )
    return _remember(plain_html(html), language)


@router.get("/link/{token}")
async def link_page(token: str, request: Request, language: str = "") -> Response:
    """Let the holder of a one-time link choose a password."""
    _speak(request, language)
    if not await link_is_open(accounts.token_hash(token), at=runtime_of(request).now()):
        return plain_html(plain_page(_("Not found"), _(accounts.LinkUsedUp.words)), status=404)
    hint = _("At least {shortest} characters. A few words in a row are easy to remember.")
    label, save = _("New password"), _("Save and sign in")
    body = f"""
<form id="choose-password" method="post" action="/link" novalidate data-link="{escape(token)}">
<label>{escape(label)}<input name="password" type="password" autocomplete="new-password" required
 minlength="{accounts.SHORTEST_PASSWORD}" aria-describedby="hint"></label>
<p id="hint">{escape(hint.format(shortest=accounts.SHORTEST_PASSWORD))}</p>
<p role="alert" id="problem"></p>
<button type="submit">{escape(save)}</button>
</form>"""
    page = plain_page(_("Choose a password"), body=body, script="/static/sign-in.js")
    return _remember(plain_html(page), language)


@router.post("/api/v1/session")
async def sign_in(wanted: asked.SignInWanted, request: Request) -> Response:
    """Sign in; the answer sets the cookie."""
    await speak_persons_language(request)
    runtime = runtime_of(request)
    name = wanted.email.strip().lower()
    _forget_old_failures(runtime.now())
    _check_tries(name, runtime.now())
    # It counts before it is known to fail, so that guesses which come all at once are counted too.
    _failures[name].append(runtime.now())
    try:
        token = await accounts.sign_in(
            name, wanted.password, browser=request.headers.get("user-agent", ""), at=runtime.now()
        )
    except accounts.WrongNameOrPassword:
        await asyncio.sleep(0.2 * len(_failures.get(name, [])))
        raise
    _failures.pop(name, None)
    answer = JSONResponse({"signed_in": True})
    set_cookie(answer, token, runtime.settings)
    return answer


@router.post("/api/v1/password")
async def choose_password(wanted: asked.PasswordWanted, request: Request) -> Response:
    """Choose a password through a one-time link, and sign in with it."""
    await speak_persons_language(request)
    runtime = runtime_of(request)
    person = await accounts.choose_password(wanted.link, wanted.password, at=runtime.now())
    close_pages_of_person(person.id)
    token = await accounts.sign_in(
        person.email, wanted.password, browser=request.headers.get("user-agent", ""), at=runtime.now()
    )
    answer = JSONResponse({"signed_in": True})
    set_cookie(answer, token, runtime.settings)
    return answer


@router.delete("/api/v1/session")
async def sign_out(request: Request) -> Response:
    """End this sign-in, and close its open pages."""
    runtime = runtime_of(request)
    answer = JSONResponse({"signed_in": False})
    clear_cookie(answer, runtime.settings)
    try:
        me = await signed_in(request)
    except NotSignedIn:
        return answer
    await accounts.end_session(me.session_id, actor=me.actor, at=runtime.now())
    close_pages_of(me.session_id)
    return answer


@router.get("/language/{language}")
async def choose_language(language: str, request: Request, next: str = "/") -> Response:  # noqa: A002
    """Change the language of the screens and go back to where one was."""
    answer = RedirectResponse(next if next.startswith("/") and not next.startswith("//") else "/", status_code=303)
    if language in LANGUAGES:
        with contextlib.suppress(NotSignedIn):
            await accounts.choose_language(language, actor=(await signed_in(request)).actor)
        _remember(answer, language)
    return answer


def _speak(request: Request, language: str) -> None:
    use_language(language if language in LANGUAGES else language_of(request))


def _remember(answer: Response, language: str) -> Response:
    if language in LANGUAGES:
        answer.set_cookie(COOKIE, language, max_age=365 * 86_400, samesite="lax", path="/")
    return answer


def _forget_old_failures(now: datetime) -> None:
    """Names that nobody has, tried once each, must not fill the memory."""
    for name in [name for name, tries in _failures.items() if now - tries[-1] >= FAILURE_WINDOW]:
        del _failures[name]


def _check_tries(name: str, now: datetime) -> None:
    recent = [at for at in _failures.get(name, []) if now - at < FAILURE_WINDOW]
    if len(recent) >= MOST_FAILURES:
        raise TooManyTries
    if recent:
        _failures[name] = recent
    else:
        _failures.pop(name, None)


def _demo_people() -> str:
    lead = _("This is a demonstration with invented people. Choose who to be; everybody's password is {password}.")
    title = _("Try it as")
    return (
        f'<section class="demo-people"><h2>{escape(title)}</h2>'
        f"<p>{escape(lead.format(password=DEMO_PASSWORD))}</p>{''.join(map(_demo_group, DEMO_GROUPS))}</section>"
    )


def _demo_group(group: DemoGroup) -> str:
    buttons = "".join(
        f'<button type="button" data-email="{escape(person.email)}" data-password="{escape(DEMO_PASSWORD)}">'
        f"<span>{escape(person.name)}</span><small>{escape(pick(person.about))}</small></button>"
        for person in group.people
    )
    return f"<h3>{escape(pick(group.title))}</h3>{buttons}"
