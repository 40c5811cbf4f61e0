"""/capture: the phone's recorder, editor and post composer, served as static files; plus what makes the site an app."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from models.errors import NotAllowed
from webapp.i18n import LANGUAGES, _, language_of, use_language, words_for_capture

router = APIRouter(include_in_schema=False)

FILES = Path(__file__).parent.parent / "capture"
STATIC = Path(__file__).parent.parent / "static"
POLICY = (
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
_HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}


@router.get("/capture")
@router.get("/capture/")
async def shell() -> Response:
    """Serve the page; which reflection it is about stands behind the question mark, for its scripts."""
    return _file(FILES / "index.html")


@router.get("/capture/words.json")
async def words(request: Request, language: str = "") -> Response:
    """Serve the messages of the scripts: English → translation."""
    chosen = language if language in LANGUAGES else language_of(request)
    return JSONResponse(words_for_capture(chosen), headers={"Cache-Control": "no-cache", "Vary": "Cookie"})


@router.get("/capture/files.json")
async def files() -> list[str]:
    """List what the page needs without a network, for its service worker."""
    modules = [f"/capture/{path.name}" for path in sorted(FILES.iterdir()) if path.suffix in {".js", ".css"}]
    return [*modules, *(f"/capture/words.json?language={language}" for language in LANGUAGES)]


@router.get("/sw.js")
async def service_worker() -> Response:
    """Serve the page's service worker from the root, where its scope is not limited to this file's folder."""
    return _file(FILES / "sw.js")


@router.get("/capture/{name}")
async def module(name: str) -> Response:
    """Serve one of its files; there are no folders below it."""
    return _file(FILES / name)


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """Serve an icon, a script or a sheet of the plain pages."""
    return _file(STATIC / name)


@router.get("/manifest.webmanifest")
async def manifest(request: Request) -> Response:
    """Describe the installable application, in the browser's language."""
    use_language(language_of(request))
    return JSONResponse(
        {
            "name": _("Certificate of International Merits"),
            "short_name": "CIM",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f7f5",
            "theme_color": "#0b5563",
            "icons": [
                {"src": "/static/icon-192.png", "sizes": "192x192", "type": "image/png"},
                {"src": "/static/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
            ],
        },
        media_type="application/manifest+json",
    )


def _file(path: Path) -> Response:
    is_name = len(path.name) < 100 and not path.name.startswith(".")  # Longer ones are no names for some systems.
    if path.suffix not in _TYPES or not is_name or not path.is_file():
        raise NotAllowed
    return FileResponse(path, media_type=_TYPES[path.suffix], headers=_HEADERS)
