"""What one sees of a page before its scripts are there: the bar, the title, and boxes where the rest will stand."""

from collections.abc import Sequence
from html import escape

from nicegui import __version__
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.statics import public_address

# Vue has put the page beside it: the same things on the same places.
_GIVE_WAY = (
    "<script>new MutationObserver((_, watch) => { if (document.querySelector('#app > *')) { watch.disconnect(); "
    "document.querySelector('.cim-first').remove(); } }).observe(document.body, { childList: true, subtree: true });"
    "</script>"
)
SHEETS = ("fonts.css", "quasar.unimportant.prod.css", "quasar.important.prod.css", "nicegui.css")
"""What NiceGUI's pages import before anything is painted."""
BOXES = '<div class="cim-card calm cim-waits"></div>' * 3
"""Where cards will stand."""


def head_of_page(description: str, language: str) -> str:
    """Write what the head of every NiceGUI page has."""
    return (
        f"<script>document.documentElement.lang={language!r}</script>"
        f'<meta name="description" content="{escape(description)}">'
        '<meta name="theme-color" content="#0b5563">'
        f'<link rel="manifest" href="/manifest.webmanifest?language={language}">'
        f'<link rel="stylesheet" href="{public_address("theme.css")}">'
        # Outside of any layer it stands before NiceGUI's font of the same name, which has thirty times as many bytes.
        '<style>@font-face { font-family: "Material Icons"; font-display: block; '
        f'src: url("{public_address("icons.woff2")}") format("woff2"); }}</style>'
    )


def first_paint(title: str, places: Sequence[str], *, back: str = "", wide: bool = False, content: str = BOXES) -> str:
    """Write the page as it is painted first; `content` is finished HTML, everything else is escaped here."""
    nav = "".join(f"<a><div>{escape(place)}</div></a>" for place in places)
    way = f'<span class="cim-back">{escape(back)}</span>' if back else ""
    return (
        '<div class="cim-first" aria-hidden="true" inert>'
        '<div class="cim-head"><div class="cim-head-row"><span class="cim-brand">'
        f'<img src="{public_address("icon.svg")}" alt=""><span>CIM</span></span>'
        f'<div class="cim-nav">{nav}</div></div></div>'
        f'<div class="cim-main{" wide" if wide else ""}">{way}<h1>{escape(title)}</h1>{content}</div></div>{_GIVE_WAY}'
    )


class SheetsFirst:
    """Names the style sheets in the head of the answer, so that the browser asks for them before it reads the page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add `Link` to the answer where it is a page of NiceGUI."""

        async def send_with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("X-NiceGUI-Content") == "page":
                    headers["Link"] = _preloads()
            await send(message)

        await self._app(scope, receive, send_with_link)


def _preloads() -> str:
    sheets = [*(f"/_nicegui/{__version__}/static/{name}" for name in SHEETS), public_address("theme.css")]
    links = [f"<{address}>; rel=preload; as=style" for address in sheets]
    # With it the six connections of HTTP/1.1 are taken, so that no script comes between the sheets.
    links.append(f"<{public_address('icons.woff2')}>; rel=preload; as=font; crossorigin")
    return ", ".join(links)
