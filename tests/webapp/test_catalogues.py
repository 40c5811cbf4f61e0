"""The words on screens exist in both languages: nothing is missing, nothing is left over."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextvars import copy_context
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import Catalog, Message
from babel.messages.frontend import ExtractMessages
from babel.messages.pofile import read_po

from webapp.i18n import LANGUAGES, _, plural, use_language, words_for_capture

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "media", "transcription", "webapp")
TRANSLATED = sorted(LANGUAGES.keys() - {"en"})

# Importing pages registers them with NiceGUI, so this runs in a process of its own.
LIST_REFUSALS = """
import json, sys
from importlib import import_module
from pkgutil import walk_packages

from models.errors import Refused

for name in sys.argv[1:]:
    for module in walk_packages(import_module(name).__path__, f"{name}."):
        # The engine for comparisons is an extra, and refuses nothing.
        if not module.name.endswith((".__main__", ".faster_whisper")):
            import_module(module.name)

found, waiting = {}, [Refused]
while waiting:
    refusal = waiting.pop()
    found[f"{refusal.__module__}.{refusal.__qualname__}"] = refusal.words
    waiting += refusal.__subclasses__()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All messages of the source code, as `pybabel extract` finds them by the mapping of pyproject.toml."""
    file = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = ExtractMessages()
    command.mapping_file = str(ROOT / "pyproject.toml")
    command.input_paths = [str(ROOT)]
    command.output_file = str(file)
    command.finalize_options()
    command.run()
    return _read(file)


@pytest.fixture(scope="module", params=TRANSLATED)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """One language's catalogue."""
    return _read(ROOT / "webapp" / "locale" / request.param / "LC_MESSAGES" / "messages.po")


def test_the_catalogue_holds_every_message_and_no_other(catalogue: Catalog, template: Catalog) -> None:
    assert {message.id for message in _messages(catalogue)} == {message.id for message in _messages(template)}
    assert not catalogue.obsolete


def test_every_message_is_translated(catalogue: Catalog) -> None:
    untranslated = [message.id for message in _messages(catalogue) if not all(_forms(message.string))]
    unsure = [message.id for message in _messages(catalogue) if message.fuzzy]

    assert untranslated == []
    assert unsure == []


def test_a_translation_has_the_places_of_its_message(catalogue: Catalog) -> None:
    wrong = [
        message.id
        for message in _messages(catalogue)
        for english, translated in zip(_forms(message.id), _forms(message.string), strict=True)
        if _places(english) != _places(translated)
    ]

    assert wrong == []


def test_the_catalogue_says_its_language_and_how_it_counts(catalogue: Catalog) -> None:
    said = dict(catalogue.mime_headers)

    assert said["Language"] in TRANSLATED
    assert said["Content-Type"] == "text/plain; charset=utf-8"
    assert said["Plural-Forms"] == "nplurals=2; plural=(n != 1);"


def test_every_refusal_has_its_words_in_the_catalogue(catalogue: Catalog) -> None:
    command = [sys.executable, "-c", LIST_REFUSALS, *PACKAGES]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    refusals: dict[str, str] = json.loads(listed.stdout)

    assert "models.errors.NotAllowed" in refusals
    assert {name: words for name, words in refusals.items() if not catalogue.get(words)} == {}


def test_no_message_hides_from_the_extraction(template: Catalog) -> None:
    """Python 3.11 shows an f-string as one piece, so that the messages inside it would be missed there."""
    known = {form for message in _messages(template) for form in _forms(message.id)}

    assert [place for place, message in _messages_in_python() if message not in known] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_capture_page_gets_all_of_its_messages(language: str) -> None:
    words = words_for_capture(language)

    assert _messages_in_capture() - words.keys() == set()
    assert [message for message, translated in words.items() if not translated] == []


def test_the_capture_page_speaks_english_without_a_catalogue() -> None:
    assert words_for_capture("en") == {}


def test_a_message_of_the_capture_page_also_works_in_python() -> None:
    words = words_for_capture("sv")

    assert words["Sign in"] == _in_swedish(_, "Sign in") == "Logga in"


def test_a_message_that_python_counts_also_works_on_the_capture_page() -> None:
    words = words_for_capture("sv")

    assert _in_swedish(plural, "{count} post", "{count} posts", 1) == "1 inlägg"
    assert _in_swedish(plural, "{count} post", "{count} posts", 2) == "2 inlägg"
    assert words["{count} post"] == words["{count} posts"] == "{count} inlägg"


def test_swedish_has_its_own_words_for_one_and_for_many() -> None:
    assert _in_swedish(plural, "{count} day left", "{count} days left", 1) == "1 dag kvar"
    assert _in_swedish(plural, "{count} day left", "{count} days left", 0) == "0 dagar kvar"


def _read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _places(text: str) -> list[str]:
    return sorted(name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None)


def _messages_in_python() -> Iterator[tuple[str, str]]:
    """Where each message stands and what it is, also inside f-strings."""
    for file in (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "N_", "plural"}:
                for argument in node.args[: 2 if node.func.id == "plural" else 1]:
                    if isinstance(argument, ast.Constant):
                        yield f"{file.relative_to(ROOT)}:{argument.lineno} {argument.value}", argument.value


def _messages_in_capture() -> set[str]:
    """Find the messages without Babel, whose view of the scripts is what is being tested."""
    files = sorted((ROOT / "webapp" / "capture").glob("*.js"))
    return {found for file in files for found in re.findall(r'\b_\("([^"]+)"\)', file.read_text(encoding="utf-8"))}


def _in_swedish(say: Callable[..., str], *message: object) -> str:
    """Say something in Swedish, without leaving the language to the tests that follow."""
    here = copy_context()
    here.run(use_language, "sv")
    return here.run(say, *message)
