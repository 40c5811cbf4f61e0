"""The picture of the certificate: what it draws, what it says, and that nobody's text becomes markup."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from models.rules.bilingual import Bilingual
from models.rules.progress import Progress, progress
from models.rules.ruleset import preset, preset_names
from tests.models.rules.factories import KI, TODAY, make_finished_portfolio, make_portfolio, make_reflected
from webapp.components.certificate_picture import certificate_svg, percent_of

TITLE = "Certificate of International Merits"
SVG = "{http://www.w3.org/2000/svg}"


def drawn(standing: Progress, title: str = TITLE) -> ElementTree.Element:
    return ElementTree.fromstring(certificate_svg(title, standing))  # noqa: S314  Our own picture.


def stamps(picture: ElementTree.Element) -> tuple[int, int]:
    """Count the stamps that are full and those that are empty."""
    circles = [circle for circle in picture.iter(f"{SVG}circle") if circle.get("r") != "38"]
    full = [circle for circle in circles if circle.get("fill") != "#fff"]
    return len(full), len(circles) - len(full)


def test_there_is_a_stamp_for_each_step() -> None:
    standing = progress(make_portfolio(make_reflected()), KI, on=TODAY)

    assert stamps(drawn(standing)) == (2, 5)


def test_it_says_in_words_what_it_shows() -> None:
    standing = progress(make_portfolio(make_reflected()), KI, on=TODAY)

    assert drawn(standing).get("aria-label") == (
        "Certificate of International Merits: 22 per cent done. "
        "Activities: 1 of 3. Reflections: 1 of 3. Final reflection: 0 of 1."
    )


def test_a_hundred_per_cent_is_only_for_a_complete_certificate() -> None:
    finished = progress(make_finished_portfolio(), KI, on=TODAY)
    nearly = replace(finished.requirements[0], needed=1000, have=999)

    assert percent_of(finished) == 100
    assert percent_of(replace(finished, requirements=(nearly,))) == 99


def test_names_from_a_rule_set_stay_text() -> None:
    bad = '<script>"&'
    standing = progress(make_portfolio(), KI, on=TODAY)
    named = replace(standing, requirements=(replace(standing.requirements[0], name=Bilingual(bad, bad)),))

    picture = drawn(named, bad)

    assert bad in [text.text for text in picture.iter(f"{SVG}text")]
    assert list(picture.iter(f"{SVG}script")) == []
    assert bad in str(picture.get("aria-label"))


@pytest.mark.parametrize("name", preset_names())
def test_every_ready_made_certificate_can_be_drawn(name: str) -> None:
    rule_set = preset(name)
    standing = progress(make_portfolio(), rule_set, on=date(2026, 3, 2))

    picture = drawn(standing, rule_set.certificate_name.en)

    width, height = (float(part) for part in str(picture.get("viewBox")).split()[2:])
    assert all(float(text.get("y", 0)) < height for text in picture.iter(f"{SVG}text"))
    assert all(0 < float(circle.get("cx", 0)) < width for circle in picture.iter(f"{SVG}circle"))
