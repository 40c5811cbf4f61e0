"""`cim rules`: check the files of rule sets, and explain a portfolio under one."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from models.errors import N_, Refused
from models.rules import portfolio_file
from models.rules.describing import assessing_words
from models.rules.lines import line_of
from models.rules.progress import Progress, RequirementProgress, progress
from models.rules.ruleset import PRESETS_FOLDER, RuleSet, load, mistakes, preset, preset_names
from models.rules.setting_names import PART_NAMES
from models.settings import Settings
from webapp.i18n import LANGUAGES, _, pick, say_date, use_language
from webapp.runtime import clock

Run = Callable[[argparse.Namespace, Settings], None]


class NoSuchRules(Refused):
    """What the command needs is neither a file nor a name."""

    words = N_("There is no file {path}, and no ready-made rule set with this name; there are {names}.")


class NoRulesHere(Refused):
    """The folder holds no rule sets."""

    words = N_("There is no file that ends with .toml in {path}.")


class NoPortfolio(Refused):
    """The portfolio is not there."""

    words = N_("There is no portfolio {path}.")


class NotText(Refused):
    """The file holds something else than text."""

    words = N_("{path} is no text file in UTF-8.")


def add_to(parser: argparse.ArgumentParser, add_data_folder: Callable[[argparse.ArgumentParser], None]) -> None:
    """Give `cim rules` its own commands."""
    add_data_folder(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Run, about: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        add_data_folder(one)
        one.set_defaults(run=run, data=argparse.SUPPRESS)  # What is said before the command's name stays.
        return one

    checking = command("check", check, "say what is wrong in the files of rule sets, with line and key")
    checking.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file, a folder or a ready-made name")
    explaining = command("explain", explain, "say what a portfolio still lacks under a rule set, and why")
    explaining.add_argument("rule_set", metavar="RULESET", help="a ready-made name, for example ki, or a file")
    explaining.add_argument("portfolio", type=Path, metavar="PORTFOLIO", help="a TOML file")
    explaining.add_argument("--on", type=_day, metavar="DATE", help="as of this day, for example 2026-05-04 (today)")
    explaining.add_argument("--json", action="store_true", help="for programs, with the sentences in both languages")
    explaining.add_argument("--language", choices=tuple(LANGUAGES), help="default: that of the terminal")


def check(wanted: argparse.Namespace, _settings: Settings) -> None:
    """Print a line for each file; every mistake goes to stderr, and then the command exits with 1."""
    first_with: dict[tuple[str, str], Path] = {}
    are_right = True
    for file in _files(wanted.files):
        try:
            text = _read(file)
        except NotText:
            are_right = False
            print(f"{file}:1: TOML: this is no text in UTF-8", file=sys.stderr)
            continue
        found = [f"{file}:{one.line}: {one.key}: {one.problem}" for one in mistakes(text)]
        if not found:
            rule_set = load(text, str(file))
            other = first_with.setdefault((rule_set.id, rule_set.version), file)
            if other is file:
                print(f"{file}: ok, {rule_set.name.en} ({rule_set.id} {rule_set.version})")
                continue
            found = [_same_version(file, other, rule_set, text)]
        are_right = False
        print("\n".join(found), file=sys.stderr)
    if not are_right:
        sys.exit(1)


def explain(wanted: argparse.Namespace, _settings: Settings) -> None:
    """Print the progress of a portfolio, for people or for programs."""
    rule_set = rule_set_named(wanted.rule_set)
    if not wanted.portfolio.is_file():
        raise NoPortfolio(path=wanted.portfolio)
    portfolio = portfolio_file.read(_read(wanted.portfolio), str(wanted.portfolio))
    on = wanted.on or clock().astimezone().date()
    judged = progress(portfolio, rule_set, on=on)
    if wanted.json:
        print(json.dumps(judged.to_json(), ensure_ascii=False, indent=1))
        return
    use_language(wanted.language or _language_of_terminal())
    print("\n".join(_table(judged, rule_set, on)))


def _files(given: list[Path]) -> Iterator[Path]:
    """Go through the files, those of a folder by name, each one once."""
    seen: set[Path] = set()
    for one in given:
        for file in _files_at(one):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _files_at(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(path.glob("*.toml"))
        if not found:
            raise NoRulesHere(path=path)
        return found
    return [_file_of(path)]


def _file_of(path: Path) -> Path:
    if path.is_file():
        return path
    if str(path) in preset_names():
        return Path(str(PRESETS_FOLDER / f"{path}.toml"))
    raise NoSuchRules(path=path, names=", ".join(preset_names()))


def rule_set_named(name: str) -> RuleSet:
    """Load a ready-made one or a file; a ready-made one goes before a file of the same name, written ./ki.

    Raises NoSuchRules, NotText, RuleSetInvalid.
    """
    if name in preset_names():
        return preset(name)
    file = _file_of(Path(name))
    return load(_read(file), str(file))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as mistake:
        raise NotText(path=file) from mistake


def _same_version(file: Path, other: Path, rule_set: RuleSet, text: str) -> str:
    return (
        f"{file}:{line_of(text, ('version',))}: version: {other} is also {rule_set.id} {rule_set.version}; "
        "a version that exists never changes, so give this one another number"
    )


def _complete(judged: Progress, on: date) -> str:
    if not judged.complete:
        return _("Something is still missing.")
    if judged.application_deadline is not None and on > judged.application_deadline:
        words = _("Everything is there, but one could apply until {day} only.")
        return words.format(day=say_date(judged.application_deadline))
    return _("Everything is there: the student may apply.")


def _table(judged: Progress, rule_set: RuleSet, on: date) -> list[str]:
    lines = [f"{pick(rule_set.name)} ({rule_set.id} {rule_set.version}), {say_date(on)}", _complete(judged, on)]
    if judged.final_deadline is not None:
        lines.append(_("Last day for the final reflection: {day}").format(day=say_date(judged.final_deadline)))
    for requirement in judged.requirements:
        lines += ["", *_requirement(requirement)]
    if judged.notes:
        lines += ["", *(pick(note) for note in judged.notes)]
    for part, rules in (("reflection", rule_set.reflection), ("final", rule_set.final)):
        if said := [pick(words) for words in assessing_words(rules)]:
            lines += ["", f"{pick(PART_NAMES[part])}:", *(f"    {words}" for words in said)]
    return lines


def _requirement(requirement: RequirementProgress) -> Iterator[str]:
    mark = "x" if requirement.met else " "
    yield f"[{mark}] {requirement.have}/{requirement.needed}  {pick(requirement.name)}: {pick(requirement.sentence)}"
    for titles, amount in requirement.shares:
        if titles:
            yield f"    +{amount} {', '.join(pick(title) for title in titles)}"
    for title, why in requirement.not_counted:
        yield f"    -  {pick(title)}: {pick(why)}"


def _language_of_terminal() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "sv" if os.environ[name].startswith("sv") else "en"
    return "en"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as mistake:
        raise argparse.ArgumentTypeError(f"{text} is no date that exists; write it as 2026-05-04") from mistake
