"""`cim institution` and `cim programme`: what an installation starts with, and a programme of one's own."""

import argparse
import asyncio

from models.errors import N_, Refused
from models.portfolios import parsed
from models.rules.bilingual import Bilingual
from models.rules.ruleset import preset
from models.settings import Settings
from webapp.cli_rules import rule_set_named
from webapp.sites.reading import site, site_names
from webapp.sites.setting_up import set_up_institution, set_up_programme

DEFAULT_SITE = "ki"
LONGEST_CODE, LONGEST_NAME = 40, 200


class NameMissing(Refused):
    """An institution has a name."""

    words = N_("Give the institution a name in both languages.")


class ProgrammeUnnamed(Refused):
    """Students and the worklist tell programmes apart by them."""

    words = N_("Give the programme a code and a name in both languages.")


class TooLong(Refused):
    """A code is a word, and a name fits into a line."""

    words = N_("At most {most} characters, please: {text}")


def add_institution(parser: argparse.ArgumentParser) -> None:
    """Give `cim institution` its options."""
    parser.add_argument("--name-sv", required=True)
    parser.add_argument("--name-en", required=True)
    parser.add_argument(
        "--site",
        action="append",
        dest="sites",
        metavar="NAME",
        help=f"whose certificate to set up, may be given several times: {', '.join(site_names())} "
        f"(default: {DEFAULT_SITE})",
    )


def add_programme(parser: argparse.ArgumentParser) -> None:
    """Give `cim programme` its options."""
    parser.add_argument("--code", required=True, help="as in Ladok; one that exists is renamed")
    parser.add_argument("--name-sv", required=True)
    parser.add_argument("--name-en", required=True)
    parser.add_argument(
        "--rule-set",
        metavar="PRESET|FILE",
        help="a ready-made one, for example ju, or a file: who enrols from now on follows it, who is enrolled keeps "
        "what was promised (default: a programme that exists keeps its rules)",
    )
    parser.add_argument(
        "--international-syllabus",
        action=argparse.BooleanOptionalAction,
        help="whether international experience is built into the syllabus: some rule sets exclude such programmes",
    )


def institution(wanted: argparse.Namespace, settings: Settings) -> None:
    """Name the institution and set the wanted sites up."""
    name_sv, name_en = wanted.name_sv.strip(), wanted.name_en.strip()
    if not (name_sv and name_en):
        raise NameMissing
    _check_length(name_sv, name_en)
    sites = [site(name) for name in dict.fromkeys(wanted.sites or [DEFAULT_SITE])]
    others = asyncio.run(set_up_institution(settings, sites, name_sv=name_sv, name_en=name_en))
    for one in sites:
        rule_set = preset(one.rule_set)
        codes = ", ".join(programme.code for programme in one.programmes)
        print(f"{name_en}: {codes} with the rules of {rule_set.name.en} ({rule_set.id} {rule_set.version}).")
    for other in others:
        print(f"{other.code} keeps the rules that it follows now ({other.rule_set.rule_set} {other.rule_set.version}).")


def programme(wanted: argparse.Namespace, settings: Settings) -> None:
    """Set one programme up, or let it follow other rules from now on."""
    code, name = wanted.code.strip(), Bilingual(wanted.name_sv.strip(), wanted.name_en.strip())
    if not (code and name.sv and name.en):
        raise ProgrammeUnnamed
    _check_length(code, most=LONGEST_CODE)
    _check_length(name.sv, name.en)
    named = rule_set_named(wanted.rule_set) if wanted.rule_set else None
    made = asyncio.run(
        set_up_programme(settings, code, name, named, has_international_syllabus=wanted.international_syllabus)
    )
    rule_set = parsed(made.rule_set.document)
    print(f"{code}, {name.en}: who enrols from now on follows {rule_set.name.en} ({rule_set.id} {rule_set.version}).")


def _check_length(*texts: str, most: int = LONGEST_NAME) -> None:
    for text in texts:
        if len(text) > most:
            raise TooLong(most=most, text=text)
