"""Static files: in the coding that the browser takes, named by what is in them; nothing else of the disk."""

import random
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.errors import NotAllowed
from webapp.statics import ASK_AGAIN, FOR_EVER, FrameworkFiles, Statics

PICTURE = random.Random(3).randbytes(2000)
SHEET = b"body { color: #123456 }\n" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a sheet and a picture, and something outside that is nobody's business."""
    (tmp_path / "secret.css").write_bytes(b"outside")
    files = tmp_path / "files"
    files.mkdir()
    (files / "sheet.css").write_bytes(SHEET)
    (files / "dot.png").write_bytes(PICTURE)
    (files / "notes.txt").write_bytes(b"of a kind that is not served")
    return files


async def answered(folder: Path, name: str = "sheet.css", method: str = "GET", **headers: str) -> httpx.Response:
    """Ask a server that has nothing but this folder."""
    statics = Statics(folder)

    async def answer(request: Request) -> Response:
        try:
            return await statics.response(request, request.path_params["name"])
        except NotAllowed:
            raise HTTPException(404) from None

    site = Starlette(routes=[Route("/{name:path}", answer)])
    names = {name.replace("_", "-"): value for name, value in {"accept_encoding": "identity", **headers}.items()}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://test") as browser:
        return await browser.request(method, f"/{name}", headers=names)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.0, gzip;q=0", None),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=nonsense", None),
        ("identity", None),
        ("", None),
    ],
)
async def test_a_file_comes_in_the_best_coding_that_the_browser_takes(
    folder: Path, accepted: str, coding: str | None
) -> None:
    answer = await answered(folder, accept_encoding=accepted)

    assert answer.headers.get("content-encoding") == coding
    assert (answer.status_code, answer.headers["vary"]) == (200, "Accept-Encoding")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.num_bytes_downloaded == int(answer.headers["content-length"])


@pytest.mark.parametrize("coding", ["br", "gzip"])
async def test_what_was_packed_is_the_file_again(folder: Path, coding: str) -> None:
    answer = await answered(folder, accept_encoding=coding)

    assert answer.content == SHEET
    assert answer.num_bytes_downloaded < len(SHEET) / 10


async def test_what_compression_does_not_make_smaller_stays_as_it_is(folder: Path) -> None:
    answer = await answered(folder, "dot.png", accept_encoding="br, gzip")

    assert "content-encoding" not in answer.headers
    assert answer.content == PICTURE


async def test_whoever_has_a_file_already_gets_no_second_copy(folder: Path) -> None:
    first = await answered(folder, accept_encoding="br")

    again = await answered(folder, accept_encoding="gzip", if_none_match=f'"other", {first.headers["etag"]}')

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_other_contents_have_another_name(folder: Path) -> None:
    before = await answered(folder)
    (folder / "sheet.css").write_bytes(SHEET + b"/* new */")

    after = await answered(folder, if_none_match=before.headers["etag"])

    assert (after.status_code, after.content[-9:]) == (200, b"/* new */")
    assert after.headers["etag"] != before.headers["etag"]


async def test_only_the_address_with_the_digest_is_kept_for_ever(folder: Path) -> None:
    digest = Statics(folder).digest("sheet.css")

    kept = [(await answered(folder, name)).headers["cache-control"] for name in (f"sheet.css?v={digest}", "sheet.css")]
    old = await answered(folder, "sheet.css?v=0123456789abcdef")

    assert kept == [FOR_EVER, ASK_AGAIN]
    assert old.headers["cache-control"] == ASK_AGAIN


async def test_head_tells_the_size_without_the_file(folder: Path) -> None:
    asked = await answered(folder, accept_encoding="br")

    answer = await answered(folder, method="HEAD", accept_encoding="br")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == asked.headers["content-length"]


@pytest.mark.parametrize(
    "name",
    [
        "../secret.css",
        "%2e%2e/secret.css",
        "..%2fsecret.css",
        "..%5csecret.css",
        "notes.txt",
        ".hidden.css",
        "a" * 300 + ".css",
        "missing.css",
        "sheet.css%00",
        "sheet.css/",
        "",
        ".",
    ],
)
async def test_nothing_else_is_served(folder: Path, name: str) -> None:
    (folder / ".hidden.css").write_bytes(b"hidden")

    answer = await answered(folder, name)

    assert answer.status_code == 404
    assert b"outside" not in answer.content


async def test_the_framework_is_asked_once_for_a_file() -> None:
    asked: list[str] = []

    async def file(request: Request) -> Response:
        asked.append(request.url.path)
        return Response(SHEET, media_type="text/css", headers={"Cache-Control": "public, max-age=9"})

    files = FrameworkFiles(Starlette(routes=[Route("/fw/{name}.css", file)]))
    site = Starlette(routes=[Route("/{path:path}", files.response)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://test") as browser:
        answers = [await browser.get("/fw/a.css", headers={"Accept-Encoding": coding}) for coding in ("br", "gzip")]
        nowhere = await browser.get("/fw/a.js")

    assert [(a.headers["content-encoding"], a.headers["cache-control"], a.content) for a in answers] == [
        ("br", "public, max-age=9", SHEET),
        ("gzip", "public, max-age=9", SHEET),
    ]
    assert asked == ["/fw/a.css"]
    assert nowhere.status_code == 404
