"""/capture: the phone's recorder, editor and post composer, served as static files, and its service worker."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from models.errors import NotAllowed
from webapp.endpoints import manifest
from webapp.endpoints.answers import plain_html, speak_persons_language
from webapp.endpoints.shell import POLICY, TYPES, Shell, shell
from webapp.i18n import _
from webapp.plain import plain_page
from webapp.statics import ASK_AGAIN, FOR_EVER, PUBLIC, packed_response

router = APIRouter(include_in_schema=False)
router.include_router(manifest.router)

STATIC = Path(__file__).parent.parent / "static"
MOST_READ_BYTES = 64_000_000
ASKED_FIRST = "</api/v1/work>; rel=preload; as=fetch; crossorigin"
"""The page's own question, asked before the page has arrived."""


@router.get("/capture")
@router.get("/capture/")
async def page(request: Request) -> Response:
    """Serve the page; which screen it shows stands behind the question mark, for its scripts."""
    newest = await _shell()
    content, policy = await asyncio.to_thread(lambda: (newest.read("index.html"), newest.policy))
    return await _packed(request, content, "index.html", {"Content-Security-Policy": policy, "Link": ASKED_FIRST})


@router.get("/capture/files.json")
async def files(request: Request) -> Response:
    """Serve all files of one version in one, for the service worker."""
    content = await asyncio.to_thread((await _shell()).bundle)
    return await packed_response(request, content, TYPES[".json"], headers={"Cache-Control": ASK_AGAIN})


@router.get("/sw.js")
async def service_worker(request: Request) -> Response:
    """Serve the service worker from the root, so that it may also answer for the start page without a network."""
    return await _answer(request, await _shell(), "sw.js")


@router.post("/capture/share")
async def share(request: Request) -> Response:
    """Say what to do when a file was shared and no service worker was there to take it; nothing is kept."""
    read = 0
    # A browser shows an answer only when its request was read.
    with suppress(ClientDisconnect):
        async for piece in request.stream():
            read += len(piece)
            if read > MOST_READ_BYTES:
                break
    await speak_persons_language(request)
    words = _("The app was not ready to take what you shared. Open it once while there is a network, then share again.")
    return plain_html(plain_page(_("Not taken yet"), words), status=503)


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
async def static(name: str, request: Request) -> Response:
    """Serve an icon, a script or a sheet of the plain pages and of NiceGUI's pages."""
    return await PUBLIC.response(request, name, headers={"Content-Security-Policy": POLICY})


@router.api_route("/capture/{name}", methods=["GET", "HEAD"])
async def module(name: str, request: Request) -> Response:
    """Serve one of its files to other pages, which ask for the newest."""
    newest = await _shell()
    return await _packed(request, newest.plain(name), name)


@router.api_route("/capture/{version}/{name}", methods=["GET", "HEAD"])
async def versioned_module(version: str, name: str, request: Request) -> Response:
    """Serve one of its files; another version than today's is not mixed with it but missing."""
    newest = await _shell()
    if version != newest.version:
        raise NotAllowed
    return await _answer(request, newest, name, {"Cache-Control": FOR_EVER})


async def _shell() -> Shell:
    return await asyncio.to_thread(shell)


async def _answer(request: Request, of: Shell, name: str, headers: Mapping[str, str] | None = None) -> Response:
    return await _packed(request, of.read(name), name, headers)


async def _packed(request: Request, content: bytes, name: str, headers: Mapping[str, str] | None = None) -> Response:
    kept = {"Cache-Control": ASK_AGAIN, "Content-Security-Policy": POLICY} | dict(headers or {})
    return await packed_response(request, content, TYPES[Path(name).suffix], headers=kept)
