"""Plain HTML pages that need no script and no socket: sign-in, one-time links, refusals."""

from html import escape

from webapp.i18n import LANGUAGES, _, current_language

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Content-Security-Policy of everything but NiceGUI's pages, which need inline scripts."""


def plain_page(title: str, words: str = "", *, body: str = "", script: str = "", demo: str = "") -> str:
    """Write a page: `title` and `words` are escaped here, `body` is finished HTML, `script` an address of ours."""
    language = current_language()
    other = next(code for code in LANGUAGES if code != language)
    lead = f'<p class="lead">{escape(words)}</p>' if words else ""
    module = f'<script type="module" src="{escape(script)}"></script>' if script else ""
    start = _("To the start page")
    home = "" if body else f'<p><a class="button" href="/">{escape(start)}</a></p>'
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{escape(_("Certificate of International Merits"))}">
<meta name="theme-color" content="#0b5563">
<title>{escape(title)} – CIM</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="manifest" href="/manifest.webmanifest">
<link rel="stylesheet" href="/static/theme.css">
{module}
</head>
<body class="plain">
<main class="plain-card">
<header class="plain-brand"><img src="/static/icon.svg" alt="" width="44" height="44">
<span>{escape(_("Certificate of International Merits"))}</span></header>
<h1>{escape(title)}</h1>
{lead}
{body}{home}
{demo}
<footer class="plain-foot"><a href="?language={other}" lang="{other}" hreflang="{other}">{LANGUAGES[other]}</a></footer>
</main>
</body>
</html>
"""
