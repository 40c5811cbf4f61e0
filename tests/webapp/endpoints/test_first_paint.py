"""What a page of NiceGUI brings before its scripts: these tests fail where a newer NiceGUI works differently."""

import re
import socket

import nicegui
import pytest

from tests.webapp.endpoints.stage import Stage
from webapp import theme
from webapp.first_paint import first_paint


@pytest.fixture(scope="module")
def home(stage: Stage) -> tuple[str, dict[str, str]]:
    """The start page of a student, and the heads of the answer."""
    answer = stage.shared_student().get("/")
    return answer.text, dict(answer.headers)


def test_the_head_of_the_answer_names_every_sheet_that_the_page_imports(home: tuple[str, dict[str, str]]) -> None:
    page, headers = home
    imported = set(re.findall(r'@import url\("([^"]+)"\)', page))
    linked = set(re.findall(r'<link rel="stylesheet" href="([^"]+)"', page))

    assert imported | linked == set(re.findall(r"<([^>]+)>; rel=preload; as=style", headers["link"]))


def test_the_font_that_is_named_is_the_one_that_the_page_uses(home: tuple[str, dict[str, str]]) -> None:
    page, headers = home
    named = re.search(r"<([^>]+)>; rel=preload; as=font; crossorigin", headers["link"])

    assert named is not None
    assert f'font-family: "Material Icons"; font-display: block; src: url("{named[1]}")' in page


def test_the_page_of_an_ended_sign_in_names_no_sheets(stage: Stage) -> None:
    assert "link" not in stage.visitor().get("/").headers


def test_the_first_paint_stands_before_the_place_where_the_scripts_put_the_page(
    home: tuple[str, dict[str, str]],
) -> None:
    page, _ = home

    assert page.index('<div class="cim-first" aria-hidden="true" inert>') < page.index('<div id="app"')
    assert page.count('class="cim-first"') == 1


def test_the_first_paint_shows_the_title_and_the_certificate(home: tuple[str, dict[str, str]]) -> None:
    first = home[0].split('<div class="cim-first"')[1].split("<script>")[0]

    assert "<h1>My certificate</h1>" in first
    assert '<div class="cim-certificate"><svg ' in first


def test_the_colours_are_known_to_quasar_before_any_element(home: tuple[str, dict[str, str]]) -> None:
    assert f'"primary": "{theme.PRIMARY}"' in home[0] or f'"primary":"{theme.PRIMARY}"' in home[0]


def test_what_the_page_loads_is_packed_and_kept_for_ever(stage: Stage, home: tuple[str, dict[str, str]]) -> None:
    visitor = stage.visitor()
    addresses = {
        *re.findall(r'(?:src|href)="(/_nicegui/[^"]+\.(?:js|css))"', home[0]),
        *re.findall(r'@import url\("([^"]+)"\)', home[0]),
    }

    answers = [visitor.get(address, headers={"Accept-Encoding": "br"}) for address in sorted(addresses)]

    assert {(a.status_code, "immutable" in a.headers["cache-control"]) for a in answers} == {(200, True)}
    assert {a.headers.get("content-encoding") for a in answers if len(a.content) > 1000} == {"br"}
    assert len(answers) >= 10


def test_the_page_does_not_load_what_it_does_not_use(home: tuple[str, dict[str, str]]) -> None:
    assert "tailwindcss" not in home[0]
    assert "unocss/" not in home[0]
    assert "colors.js" not in home[0]


def test_a_file_that_nicegui_does_not_have_is_not_found(stage: Stage) -> None:
    assert stage.visitor().get(f"/_nicegui/{nicegui.__version__}/static/nothing.js").status_code == 404


def test_what_is_painted_first_shows_text_as_text() -> None:
    painted = first_paint("<b>&</b>", ["<i>"], back="<u>")

    assert "<h1>&lt;b&gt;&amp;&lt;/b&gt;</h1>" in painted
    assert "<a><div>&lt;i&gt;</div></a>" in painted
    assert ">&lt;u&gt;</span>" in painted


@pytest.mark.parametrize("spelling", ["./", "/", "x/../", "././"])
def test_a_file_of_nicegui_has_one_address(stage: Stage, spelling: str) -> None:
    """Each spelling would be kept in memory once more."""
    address = f"/_nicegui/{nicegui.__version__}/static/"
    with socket.create_connection(("127.0.0.1", stage.server.port)) as line:
        # Written by hand: clients tidy addresses up.
        line.sendall(
            f"GET {address}{spelling}nicegui.css HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        answer = line.makefile("rb").readline()

    assert b" 404 " in answer
    assert stage.visitor().get(f"{address}nicegui.css").status_code == 200
