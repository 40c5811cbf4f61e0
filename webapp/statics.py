"""Static files as browsers want them: compressed once, named by what is in them, answered from memory."""

import asyncio
import gzip
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message

from models.errors import NotAllowed

ASK_AGAIN = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
# Of what a browser unpacks the first is the smallest.
_CODINGS = ("br", "gzip")
# With the best quality a whole megabyte keeps its first visitor waiting for seconds.
_QUALITY, _QUICK_QUALITY, _LARGE_BYTES = 11, 5, 1_000_000


@dataclass(frozen=True, slots=True)
class Packed:
    """One content in every coding that makes it smaller."""

    digest: str
    codings: Mapping[str, bytes]


class Statics:
    """The files of one folder, none of the folders below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def response(self, request: Request, name: str, *, headers: Mapping[str, str] | None = None) -> Response:
        """Answer with a file; under its `address` a browser need never ask for it again. Raises NotAllowed."""
        content = await asyncio.to_thread(self._read, name)
        is_newest = request.query_params.get("v") == _digest(content)
        lasting = {"Cache-Control": FOR_EVER if is_newest else ASK_AGAIN}
        return await packed_response(request, content, _TYPES[Path(name).suffix], headers=lasting | dict(headers or {}))

    def digest(self, name: str) -> str:
        """Say in a few letters what is in a file, so that other contents have other addresses. Raises NotAllowed."""
        return _digest(self._read(name))

    def _read(self, name: str) -> bytes:
        is_name = name == Path(name).name and len(name) < 100 and not name.startswith(".")
        file = self._folder / name
        # A backslash and a zero are no part of a name on every system.
        if not is_name or file.suffix not in _TYPES or {"\\", "\0"} & set(name) or not file.is_file():
            raise NotAllowed
        return file.read_bytes()


PUBLIC = Statics(Path(__file__).parent / "static")
"""What the plain pages and NiceGUI's pages share, under /static."""


def public_address(name: str) -> str:
    """Give the address of a file of /static that changes with its content. Raises NotAllowed."""
    return f"/static/{name}?v={PUBLIC.digest(name)}"


class FrameworkFiles:
    """NiceGUI's own files: asked of it once, then answered from memory; their addresses carry its version."""

    def __init__(self, framework: ASGIApp) -> None:
        self._framework = framework
        self._kept: dict[str, tuple[bytes, dict[str, str]]] = {}

    async def response(self, request: Request) -> Response:
        """Answer with a file of NiceGUI; what it does not have it says itself."""
        path = request.url.path
        if posixpath.normpath(path) != path:
            # One file has one address: others would each be kept once more.
            return Response(status_code=404)
        if path not in self._kept:
            status, content, headers = await self._ask(path)
            if status != 200:
                return Response(content, status_code=status, media_type=headers["content-type"])
            self._kept[path] = content, headers
        content, headers = self._kept[path]
        lasting = {"Cache-Control": headers["cache-control"]}
        return await packed_response(request, content, headers["content-type"], headers=lasting)

    async def _ask(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """Ask as if no browser stood behind it: without compression, ranges and conditions."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"localhost")],
            "server": ("localhost", 80),
            "client": ("localhost", 0),
        }
        start: dict[str, Any] = {}
        content = bytearray()
        asked = asyncio.Event()

        async def receive() -> Message:
            # There is no body; whoever listens longer waits for the browser to go away, which it never does.
            if asked.is_set():
                await asyncio.Event().wait()
            asked.set()
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                content.extend(message.get("body", b""))

        await self._framework(scope, receive, send)
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return start["status"], bytes(content), headers


async def packed_response(
    request: Request, content: bytes, media_type: str, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with a content in the best coding the browser takes, or say that it has it already (304)."""
    packed = await asyncio.to_thread(_packed, content)
    headers = dict(headers or {})
    headers["ETag"] = f'W/"{packed.digest}"'
    headers["Vary"] = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
    if _has_it(request, packed.digest):
        return Response(status_code=304, headers=headers)
    accepted = request.headers.get("accept-encoding", "")
    coding = next((coding for coding in _CODINGS if coding in packed.codings and _takes(accepted, coding)), None)
    body = packed.codings[coding] if coding else content
    if coding:
        headers["Content-Encoding"] = coding
    headers["Content-Length"] = str(len(body))
    return Response(b"" if request.method == "HEAD" else body, headers=headers, media_type=media_type)


@lru_cache(maxsize=512)
def _packed(content: bytes) -> Packed:
    quality = _QUALITY if len(content) < _LARGE_BYTES else _QUICK_QUALITY
    codings = {"br": brotli.compress(content, quality=quality), "gzip": gzip.compress(content, 9, mtime=0)}
    # Pictures and fonts are compressed already.
    smaller = {coding: packed for coding, packed in codings.items() if len(packed) < 0.95 * len(content)}
    return Packed(_digest(content), smaller)


@lru_cache(maxsize=512)
def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def _has_it(request: Request, digest: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return any(tag.strip().removeprefix("W/") in {f'"{digest}"', "*"} for tag in known.split(","))


def _takes(accepted: str, coding: str) -> bool:
    """Read Accept-Encoding: "br;q=0" refuses it, and "*" stands for those that are not named."""
    shares: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, *settings = (piece.strip() for piece in part.split(";"))
        share = next((setting.removeprefix("q=") for setting in settings if setting.startswith("q=")), "1")
        shares[name] = float(share) if share.replace(".", "", 1).isdecimal() else 0
    return shares.get(coding, shares.get("*", 0)) > 0
