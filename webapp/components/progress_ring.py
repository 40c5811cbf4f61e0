"""A picture of how full the certificate is."""

from math import tau

from nicegui import ui

from webapp.i18n import _

_RADIUS = 52


def progress_ring(have: int, needed: int) -> None:
    """Draw a ring that fills up: `have` of `needed` steps."""
    share = min(have / needed, 1.0) if needed else 1.0
    length = tau * _RADIUS
    words = _("{have} of {needed} steps are done").format(have=have, needed=needed)
    # Only numbers and translated words go into this picture.
    ui.html(
        f'<svg viewBox="0 0 132 132" class="cim-ring" role="img" aria-label="{words}">'
        f'<circle cx="66" cy="66" r="{_RADIUS}" fill="none" stroke="#dfe5e2" stroke-width="13"/>'
        f'<circle cx="66" cy="66" r="{_RADIUS}" fill="none" stroke="#0b5563" stroke-width="13" stroke-linecap="round" '
        f'stroke-dasharray="{share * length:.1f} {length:.1f}" transform="rotate(-90 66 66)"/>'
        f'<text x="66" y="72" text-anchor="middle" font-size="27" font-weight="700" fill="#1c2321">'
        f"{have}/{needed}</text></svg>",
        sanitize=False,
    )
