"""A picture of the certificate filling up: a sheet with a row for each requirement, and a seal with the per cent."""

from html import escape
from math import floor, tau
from textwrap import wrap

from nicegui import ui

from models.rules.results import Progress, RequirementProgress
from webapp import theme
from webapp.i18n import _, pick

MOST_STAMPS = 6
_WIDTH, _EDGE, _HEAD, _LINE, _SEAL = 360, 30, 84, 17, 126
_STAMP_ROW, _BAR_ROW, _STAMP = 40, 56, 27
_LETTER, _TITLE_LETTERS = 7.8, 36
_PAPER, _INK, _EMPTY = "#fffefb", "#1c2321", "#dfe5e2"


def certificate_picture(title: str, progress: Progress) -> None:
    """Draw the certificate as far as it has come; a reader of screens hears every row."""
    # All words are escaped where they go into the picture.
    ui.html(certificate_svg(title, progress), sanitize=False).classes("cim-certificate").props("data-test=certificate")


def certificate_svg(title: str, progress: Progress) -> str:
    """Write the picture as SVG."""
    heads = wrap(title, _TITLE_LETTERS)[:2]
    y = _HEAD + (len(heads) - 1) * 24
    rows = []
    for requirement in progress.requirements:
        drawn, tall = _row(requirement, y)
        rows.append(drawn)
        y += tall
    height = y + _SEAL
    return "".join(
        (
            f'<svg viewBox="0 0 {_WIDTH} {height}" xmlns="http://www.w3.org/2000/svg" role="img" '
            f'aria-label="{escape(spoken(title, progress))}" font-family="system-ui, sans-serif">',
            _sheet(height),
            _title(heads),
            *rows,
            _seal(progress, _WIDTH / 2, y + 52),
            "</svg>",
        )
    )


def percent_of(progress: Progress) -> int:
    """Give the share in whole per cent; a hundred only when everything is there."""
    return 100 if progress.complete else min(99, floor(progress.share * 100 + 0.5))


def spoken(title: str, progress: Progress) -> str:
    """Say what the picture shows."""
    parts = [_("{title}: {percent} per cent done.").format(title=title, percent=percent_of(progress))]
    parts += [
        _("{name}: {have} of {needed}.").format(name=pick(one.name), have=min(one.have, one.needed), needed=one.needed)
        for one in progress.requirements
    ]
    return " ".join(parts)


def _sheet(height: int) -> str:
    inner = (
        f'<rect x="9.5" y="9.5" width="{_WIDTH - 19}" height="{height - 19}" rx="7" fill="none" '
        f'stroke="{theme.PRIMARY}" stroke-opacity=".45"/>'
    )
    corners = "".join(
        f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="{_PAPER}" stroke="{theme.PRIMARY}" '
        f'transform="rotate(45 {x} {y})"/>'
        for x in (9.5, _WIDTH - 9.5)
        for y in (9.5, height - 9.5)
    )
    return (
        f'<rect x="1" y="1" width="{_WIDTH - 2}" height="{height - 2}" rx="12" fill="{_PAPER}" '
        f'stroke="{theme.PRIMARY}" stroke-width="2"/>{inner}{corners}'
    )


def _title(lines: list[str]) -> str:
    middle, below = _WIDTH / 2, 46 + (len(lines) - 1) * 24
    texts = "".join(
        f'<text x="{middle}" y="{46 + number * 24}" text-anchor="middle" font-size="17.5" font-weight="600" '
        f'font-family="Georgia, serif" fill="{_INK}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    rule = (
        f'<path d="M{middle - 70} {below + 15}H{middle - 9}M{middle + 9} {below + 15}H{middle + 70}" '
        f'stroke="{theme.PRIMARY}" stroke-opacity=".5"/>'
        f'<rect x="{middle - 3.5}" y="{below + 11.5}" width="7" height="7" fill="{theme.ACCENT}" '
        f'transform="rotate(45 {middle} {below + 15})"/>'
    )
    return texts + rule


def _row(requirement: RequirementProgress, y: int) -> tuple[str, int]:
    """Draw a requirement; gives how tall it is."""
    is_stamped = requirement.kind != "points" and requirement.needed <= MOST_STAMPS
    beside = _STAMP * requirement.needed if is_stamped else 70
    lines = _fitted(pick(requirement.name), int((_WIDTH - 2 * _EDGE - beside) / _LETTER))
    words = "".join(
        f'<text x="{_EDGE}" y="{y + 20 + number * _LINE}" font-size="14.5" fill="{_INK}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    more = (len(lines) - 1) * _LINE
    if is_stamped:
        return words + _stamps(requirement, y + 15 + more / 2), _STAMP_ROW + more
    return words + _bar(requirement, y + 20, y + 31 + more), _BAR_ROW + more


def _stamps(requirement: RequirementProgress, y: float) -> str:
    colour = theme.POSITIVE if requirement.met else theme.PRIMARY
    drawn = []
    for number in range(requirement.needed):
        x = _WIDTH - _EDGE - 11 - (requirement.needed - 1 - number) * _STAMP
        if number < requirement.have:
            drawn.append(
                f'<circle cx="{x}" cy="{y}" r="11" fill="{colour}"/>'
                f'<path d="M{x - 4.7} {y + 0.5}l3.4 3.6 6.2-7" fill="none" stroke="#fff" stroke-width="2.3" '
                f'stroke-linecap="round" stroke-linejoin="round"/>'
            )
        else:
            drawn.append(
                f'<circle cx="{x}" cy="{y}" r="10.2" fill="#fff" stroke="#88948f" stroke-width="1.6" '
                f'stroke-dasharray="3.4 2.8"/>'
            )
    return "".join(drawn)


def _bar(requirement: RequirementProgress, words_y: int, y: int) -> str:
    whole = _WIDTH - 2 * _EDGE
    full = whole * requirement.share
    colour = theme.POSITIVE if requirement.met else theme.PRIMARY
    count = (
        f'<text x="{_WIDTH - _EDGE}" y="{words_y}" text-anchor="end" font-size="14.5" font-weight="650" '
        f'fill="{_INK}">{min(requirement.have, requirement.needed)}/{requirement.needed}</text>'
    )
    filled = (
        f'<rect x="{_EDGE}" y="{y}" width="{max(full, 12):.1f}" height="12" rx="6" fill="{colour}"/>' if full else ""
    )
    return f'{count}<rect x="{_EDGE}" y="{y}" width="{whole}" height="12" rx="6" fill="{_EMPTY}"/>{filled}'


def _seal(progress: Progress, x: float, y: float) -> str:
    """Draw a seal whose ring fills up; when everything is there it gets its ribbons."""
    colour = theme.POSITIVE if progress.complete else theme.PRIMARY
    length, percent = tau * 38, percent_of(progress)
    ribbons = (
        f'<path d="M{x - 26} {y + 24}l-14 38 16-7 9 13 11-36zM{x + 26} {y + 24}l14 38-16-7-9 13-11-36z" '
        f'fill="{colour}" fill-opacity=".22"/>'
    )
    return (
        f"{ribbons if progress.complete else ''}"
        f'<circle cx="{x}" cy="{y}" r="38" fill="#fff" stroke="{_EMPTY}" stroke-width="9"/>'
        f'<circle cx="{x}" cy="{y}" r="38" fill="none" stroke="{colour}" stroke-width="9" stroke-linecap="round" '
        f'stroke-dasharray="{progress.share * length:.1f} {length:.1f}" transform="rotate(-90 {x} {y})" '
        f'stroke-opacity="{1 if progress.share else 0}"/>'
        f'<text x="{x}" y="{y + 7}" text-anchor="middle" font-size="{16 if percent == 100 else 19}" font-weight="700" '
        f'fill="{_INK}">{percent} %</text>'
    )


def _fitted(label: str, letters: int) -> list[str]:
    """Break a long name into two lines; what is longer still ends in dots, and is whole in the spoken words."""
    lines = wrap(label, letters)
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1][: letters - 2]} …"]
