"""Every way into the application is in one of these tables; a new one fails here until somebody has decided."""

import json
import subprocess
import sys
from collections.abc import Iterator
from uuid import UUID

import nicegui
import pytest

from tests.webapp.endpoints.stage import Stage
from tests.webapp.server import REPOSITORY

PUBLIC = {
    "GET /capture",
    "GET /capture/",
    "GET /capture/files.json",
    "GET /capture/{name}",
    "GET /capture/{version}/{name}",
    "HEAD /capture/{name}",
    "HEAD /capture/{version}/{name}",
    "GET /health",
    "GET /language/{language}",
    "GET /link/{token}",
    "GET /manifest.webmanifest",
    "GET /sign-in",
    "GET /sign-off/{token}",
    "GET /sw.js",
    "GET /static/{name}",
    "HEAD /static/{name}",
    # NiceGUI's own files, before NiceGUI is asked.
    f"GET /_nicegui/{nicegui.__version__}/{{rest:path}}",
    f"HEAD /_nicegui/{nicegui.__version__}/{{rest:path}}",
    "OPTIONS /uploads",
    # Nothing is kept of what is shared without a service worker; see test_cross_site.py.
    "POST /capture/share",
    # These two are how one gets in, and signing out twice is no mistake.
    "POST /api/v1/password",
    "POST /api/v1/session",
    # Whoever holds the link answers once.
    "POST /sign-off/{token}",
    "DELETE /api/v1/session",
}
SIGNED_IN = {
    "DELETE /api/v1/push-subscription",
    "DELETE /api/v1/takes/{take_id}",
    "DELETE /api/v1/versions/{version_id}/comments/{comment_id}",
    "DELETE /uploads/{upload_id}",
    "GET /api/v1/me",
    "GET /api/v1/media/{media_id}",
    "GET /api/v1/media/{media_id}/transcript",
    "GET /api/v1/reflections/{reflection_id}",
    "GET /api/v1/takes/{take_id}",
    "GET /api/v1/takes/{take_id}/words",
    "GET /api/v1/work",
    "GET /media/{media_id}",
    "GET /media/{media_id}/alternate",
    "GET /media/{media_id}/captions.en.vtt",
    "GET /media/{media_id}/captions.vtt",
    "GET /media/{media_id}/pages/{number}",
    "GET /media/{media_id}/transcript/{kind}",
    "GET /media/{media_id}/{picture}",
    "GET /meetings/{meeting_id}/minutes.pdf",
    "GET /office/worklist/{programme_code}.csv",
    "HEAD /media/{media_id}",
    "HEAD /media/{media_id}/alternate",
    "HEAD /media/{media_id}/pages/{number}",
    "HEAD /media/{media_id}/{picture}",
    "HEAD /uploads/{upload_id}",
    "PATCH /api/v1/reflections/{reflection_id}",
    "PATCH /uploads/{upload_id}",
    "POST /api/v1/activities",
    "POST /api/v1/activities/{activity_id}/complete",
    "POST /api/v1/activities/{activity_id}/occasions",
    "POST /api/v1/applications",
    "POST /api/v1/enrolments",
    "POST /api/v1/media/{media_id}/transcript/corrections",
    "POST /api/v1/reflections",
    "POST /api/v1/reflections/{reflection_id}/leave",
    "POST /api/v1/reflections/{reflection_id}/submit",
    "POST /api/v1/reflections/{reflection_id}/take-back",
    "POST /uploads",
    "PUT /api/v1/media/{media_id}/transcript/words",
    "PUT /api/v1/push-subscription",
    "PUT /api/v1/takes/{take_id}",
    "PUT /api/v1/versions/{version_id}/assessment-draft",
    "PUT /api/v1/versions/{version_id}/comments/{comment_id}",
}
PAGES = {
    "/",
    "/account",
    "/activities/{activity_id}",
    "/assess/{reflection_id}",
    "/enrol",
    "/enrolments/{enrolment_id}/add",
    "/enrolments/{enrolment_id}/end",
    "/enrolments/{enrolment_id}/final",
    "/evidence/{media_id}",
    "/gatherings",
    "/notices",
    "/meetings",
    "/meetings/cases/{case_id}",
    "/meetings/{meeting_id}",
    "/office",
    "/office/activities/{activity_id}",
    "/office/applications/{application_id}",
    "/office/catalogue/{programme_code}",
    "/office/contacts",
    "/office/gatherings",
    "/office/gatherings/{gathering_id}",
    "/office/gatherings/{gathering_id}/code",
    "/office/jobs",
    "/office/load",
    "/office/rules/{programme_code}",
    "/office/students",
    "/office/students/{enrolment_id}",
    "/people",
    "/queue",
    "/reflections/{reflection_id}",
    "/search",
}
ID = str(UUID(int=7))
FILLED = {"kind": "pdf", "number": "1", "picture": "poster", "programme_code": "1AT25"}
BODIES = {
    "PATCH /api/v1/reflections/{reflection_id}": {"base_revision": 0},
    "POST /api/v1/activities": {"id": ID, "enrolment": ID},
    "POST /api/v1/activities/{activity_id}/occasions": {"took_place_on": "2026-01-01"},
    "POST /api/v1/applications": {"id": ID, "enrolment": ID},
    "POST /api/v1/enrolments": {"id": ID, "programme": "1AT25", "study_end_date": "2030-01-01"},
    "POST /api/v1/media/{media_id}/transcript/corrections": {"segment": 0, "word": 0, "text": "x"},
    "POST /api/v1/reflections": {"id": ID, "activity": ID, "format": "written", "language": "en"},
    "POST /api/v1/reflections/{reflection_id}/submit": {"revision": 0},
    "PUT /api/v1/media/{media_id}/transcript/words": {"transcript": ID, "words": [{"segment": 0, "word": 0}]},
    "PUT /api/v1/push-subscription": {"endpoint": "https://push.example.edu/1", "p256dh": "x", "auth": "x"},
    "PUT /api/v1/takes/{take_id}": {"reflection": ID, "kind": "audio", "segments": []},
    "PUT /api/v1/versions/{version_id}/assessment-draft": {"comment": "", "note": "", "revision": 0},
    "PUT /api/v1/versions/{version_id}/comments/{comment_id}": {"place": {"post": ID}, "text": "x", "revision": 0},
}

_LIST_ROUTES = """
import json, sys
from pathlib import Path
from fastapi.routing import APIRoute
from nicegui import app as pages
from models.settings import Settings
from webapp import application


def walk(routes):
    for route in routes:
        if hasattr(route, "original_router"):
            yield from walk(route.original_router.routes)
        else:
            yield route


built = application.build(Settings(data_folder=Path(sys.argv[1])))
print(json.dumps({
    "parent": [[type(r).__name__, getattr(r, "path", ""), sorted(getattr(r, "methods", None) or [])]
               for r in walk(built.routes)],
    "pages": [r.path for r in walk(pages.routes) if isinstance(r, APIRoute) and not r.path.startswith("/_nicegui/")],
}))
"""


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """List the routes of the application, built in a process of its own because NiceGUI allows one in each."""
    done = subprocess.run(
        [sys.executable, "-c", _LIST_ROUTES, str(tmp_path_factory.mktemp("routes"))],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    listed: dict[str, list[list[str]]] = json.loads(done.stdout)
    return listed


def test_every_route_is_public_or_for_people_who_are_signed_in(routes: dict[str, list[list[str]]]) -> None:
    ways = {f"{method} {path}" for kind, path, methods in routes["parent"] for method in methods if kind == "APIRoute"}

    assert ways == PUBLIC | SIGNED_IN
    assert set() == PUBLIC & SIGNED_IN


def test_nothing_but_routes_and_nicegui_answers(routes: dict[str, list[list[str]]]) -> None:
    others = [(kind, path) for kind, path, _ in routes["parent"] if kind != "APIRoute"]

    assert others == [("Mount", "")]


def test_every_page_is_in_the_table(routes: dict[str, list[list[str]]]) -> None:
    assert set(map(str, routes["pages"])) == PAGES


@pytest.mark.parametrize("way", sorted(SIGNED_IN))
def test_whoever_is_signed_out_is_told_so(stage: Stage, way: str) -> None:
    method, _, path = way.partition(" ")
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    body = {"json": BODIES[way]} if way in BODIES else {"headers": headers}

    answer = stage.visitor().request(method, filled(path), **body)  # type: ignore[arg-type]

    assert answer.status_code == 401


@pytest.mark.parametrize("path", sorted(PAGES))
def test_a_page_sends_whoever_is_signed_out_to_the_sign_in(stage: Stage, path: str) -> None:
    answer = stage.visitor().get(filled(path))

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/sign-in?next={filled(path)}"
    assert answer.content == b""


@pytest.mark.parametrize("path", sorted(path for path in PAGES if "{" in path))
def test_a_page_about_nothing_does_not_exist(stage: Stage, path: str) -> None:
    student = stage.shared_student()

    answers = [student.get(filled(path, id_)).status_code for id_ in (ID, "not-an-id", "a" * 3000, "%00")]

    assert answers == [404, 404, 404, 404]


def filled(path: str, id_: str = ID) -> str:
    """Put something into the places of a path."""
    return "/".join(_parts(path, id_))


def _parts(path: str, id_: str) -> Iterator[str]:
    for part in path.split("/"):
        name, _, rest = part.removeprefix("{").partition("}")
        yield FILLED.get(name, id_) + rest if part.startswith("{") else part
