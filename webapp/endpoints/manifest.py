"""/manifest.webmanifest: what makes the site an application that a phone can install."""

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from webapp.i18n import LANGUAGES, _, current_language, language_of, use_language

router = APIRouter(include_in_schema=False)


@router.get("/manifest.webmanifest")
async def manifest(request: Request, language: str = "") -> Response:
    """Describe the application; browsers ask for this file without cookies, so that a page names its language."""
    use_language(language if language in LANGUAGES else language_of(request))
    return JSONResponse(
        {
            # One application in both languages.
            "id": "/",
            "name": _("Certificate of International Merits"),
            "short_name": "CIM",
            "description": _(
                "Reflect on what you do internationally: write, record or post, with or without a network."
            ),
            "lang": current_language(),
            "dir": "ltr",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "categories": ["education", "productivity"],
            "background_color": "#f6f7f5",
            "theme_color": "#0b5563",
            "icons": [_icon("icon.svg", "any", "image/svg+xml"), *(_icon(*icon) for icon in _ICONS)],
            "screenshots": _screenshots(current_language()),
            "shortcuts": [
                _shortcut(_("Record"), "record"),
                _shortcut(_("Write"), "write"),
                _shortcut(_("Post"), "post"),
            ],
            # The service worker answers this; the files never leave the phone on this way.
            "share_target": {
                "action": "/capture/share",
                "method": "POST",
                "enctype": "multipart/form-data",
                "params": {"files": [{"name": "files", "accept": ["image/*", "audio/*", "video/*"]}]},
            },
        },
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"},
        media_type="application/manifest+json",
    )


_ICONS = (
    ("icon-192.png", "192x192", "image/png"),
    ("icon-512.png", "512x512", "image/png"),
    ("icon-maskable-192.png", "192x192", "image/png", "maskable"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)


def _icon(name: str, sizes: str, type_: str, purpose: str = "any") -> dict[str, str]:
    return {"src": f"/static/{name}", "sizes": sizes, "type": type_, "purpose": purpose}


def _screenshots(language: str) -> list[dict[str, str]]:
    """Pictures of the real application, made by `python -m tests.screenshots`."""
    return [
        {
            "src": f"/static/screen-{form}-{language}.webp",
            "sizes": sizes,
            "type": "image/webp",
            "form_factor": form,
            "label": label,
        }
        for form, sizes, label in (
            ("narrow", "412x915", _("What you can go on with, on the phone")),
            ("wide", "1280x800", _("Writing a reflection at a desk")),
        )
    ]


def _shortcut(name: str, do: str) -> dict[str, object]:
    return {"name": name, "url": f"/capture/?do={do}", "icons": [_icon(f"do-{do}-96.png", "96x96", "image/png")]}
