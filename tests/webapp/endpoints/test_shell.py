"""The capture page as one version: its files, its bundle for the time without a network, and its manifest."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.webapp.endpoints.stage import Stage
from tests.webapp.server import REPOSITORY
from webapp.endpoints.shell import FILES

STATIC = REPOSITORY / "webapp" / "static"
NOT_OFFLINE = {"evidence.js", "waiting.js", "sw.js"}
_STATIC_IMPORT = re.compile(r'^import[^"]*"\./(\w+\.js)";', re.MULTILINE)


@pytest.fixture(scope="module")
def visitor(stage: Stage) -> Iterator[httpx.Client]:
    """Nobody in particular."""
    with httpx.Client(base_url=stage.server.origin, trust_env=False) as visitor:
        yield visitor


def test_page_names_its_files_by_their_version(visitor: httpx.Client) -> None:
    page = visitor.get("/capture/").text

    [version] = set(re.findall(r"/capture/([0-9a-f]{16})/", page))
    file = visitor.get(f"/capture/{version}/app.js")
    assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert file.headers["Content-Security-Policy"].startswith("default-src 'self';")


def test_file_of_another_version_is_missing_instead_of_mixed_in(visitor: httpx.Client) -> None:
    assert visitor.get("/capture/0123456789abcdef/app.js").status_code == 404


def test_bundle_holds_everything_that_works_without_a_network(visitor: httpx.Client) -> None:
    bundle = visitor.get("/capture/files.json").json()

    scripts = {path.name for path in FILES.iterdir()} - NOT_OFFLINE
    assert set(bundle["files"]) == scripts | {"first.js", "icon.svg", "words.en.json", "words.sv.json"}
    assert bundle["policy"] == visitor.get("/capture/").headers["Content-Security-Policy"]


def test_service_worker_belongs_to_the_version_of_the_bundle(visitor: httpx.Client) -> None:
    version = visitor.get("/capture/files.json").json()["version"]

    assert f'self.shellVersion = "{version}"' in visitor.get("/sw.js").text


def test_first_screen_is_one_file_and_its_modules_are_there_only_once(visitor: httpx.Client) -> None:
    bundle = visitor.get("/capture/files.json").json()
    first = bundle["files"]["first.js"]["text"]

    for name in needed("app.js") | needed("home.js"):
        assert f"const ${name.removesuffix('.js')} = (() => {{" in first
    # From the network it stands in the page, from the phone's own store it is a file, which browsers keep compiled.
    assert first in visitor.get("/capture/").text
    assert f'src="/capture/{bundle["version"]}/first.js"' in bundle["files"]["index.html"]["text"]
    assert bundle["files"]["api.js"]["text"].endswith("} = globalThis.cimModules.$api;\n")
    # Other pages have no such script: they get the module itself.
    assert "export class Refused" in visitor.get("/capture/api.js").text


def test_first_screen_brings_the_words_that_it_says(visitor: httpx.Client) -> None:
    bundle = visitor.get("/capture/files.json").json()
    first = bundle["files"]["first.js"]["text"]
    words = json.loads(first.partition(" = ")[2].partition(";\n")[0])["sv"]

    catalogue = json.loads(bundle["files"]["words.sv.json"]["text"])
    scripts = "".join((FILES / name).read_text() for name in needed("app.js") | needed("home.js"))
    said = set(re.findall(r'\b_\("([^"]+)"', scripts))
    assert len(said) > 20
    assert {english: words[english] for english in said} == {english: catalogue[english] for english in said}
    assert len(words) < len(catalogue) / 3


def test_question_of_the_page_is_asked_before_the_page_is_read(visitor: httpx.Client) -> None:
    page = visitor.get("/capture/")

    assert page.headers["Link"] == "</api/v1/work>; rel=preload; as=fetch; crossorigin"
    assert '<link rel="preload" href="/api/v1/work" as="fetch" crossorigin>' in page.text


def test_page_may_run_nothing_but_files_of_ours_and_the_one_script_in_it(visitor: httpx.Client) -> None:
    page = visitor.get("/capture/")
    policy = page.headers["Content-Security-Policy"]

    inside = re.findall(r"<(style|script)\b[^>]*>(.+?)</\1>", page.text, re.DOTALL)
    sums = {name: b64encode(sha256(text.encode()).digest()).decode() for name, text in inside}
    assert set(sums) == {"style", "script"}
    assert f"style-src 'self' 'sha256-{sums['style']}';" in policy
    assert f"script-src 'self' 'sha256-{sums['script']}';" in policy
    assert "unsafe" not in policy


def test_service_worker_needs_no_other_file(visitor: httpx.Client) -> None:
    worker = visitor.get("/sw.js").text

    assert re.findall(r"^(?:import|export)\b", worker, re.MULTILINE) == []
    assert "async function flush" in worker


def test_no_string_of_the_scripts_goes_over_several_lines() -> None:
    """What is sent has lost its indentation, which would change such a string."""
    broken = [
        f"{path.name}:{number}"
        for path in FILES.glob("*.js")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if line.count("`") % 2
    ]

    assert broken == []


def test_words_of_the_shell_come_in_both_languages(visitor: httpx.Client) -> None:
    files = visitor.get("/capture/files.json").json()["files"]

    assert json.loads(files["words.sv.json"]["text"])["Saved"] == "Sparat"
    assert json.loads(files["words.en.json"]["text"]) == {}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_manifest_names_pictures_that_are_as_large_as_it_says(visitor: httpx.Client, language: str) -> None:
    manifest = visitor.get(f"/manifest.webmanifest?language={language}").json()

    pictures = [*manifest["icons"], *manifest["screenshots"], *(way["icons"][0] for way in manifest["shortcuts"])]
    for picture in pictures:
        if picture["sizes"] != "any":
            with Image.open(STATIC / Path(picture["src"]).name) as image:
                width, height = image.size
            assert picture["sizes"] == f"{width}x{height}"
        assert visitor.get(picture["src"]).headers["Content-Type"] == picture["type"]
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert {shot["form_factor"] for shot in manifest["screenshots"]} == {"narrow", "wide"}


def test_manifest_speaks_the_language_that_the_page_asks_for(visitor: httpx.Client) -> None:
    def manifest(**options: Any) -> dict[str, Any]:
        found: dict[str, Any] = visitor.get("/manifest.webmanifest", **options).json()
        return found

    asked = manifest(params={"language": "sv"}, headers={"Accept-Language": "en"})
    unasked = manifest(headers={"Accept-Language": "sv-SE,sv;q=0.9"})

    assert asked["lang"] == unasked["lang"] == "sv"
    assert asked["id"] == manifest(params={"language": "en"})["id"]


def needed(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Follow a script's imports that are not made later."""
    found = {name}
    for other in _STATIC_IMPORT.findall((FILES / name).read_text()):
        if other not in seen | found:
            found |= needed(other, seen | found)
    return found
