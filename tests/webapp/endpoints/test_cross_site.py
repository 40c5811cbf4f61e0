"""What a page of another site, a guesser or an old cookie can do: nothing."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.webapp.endpoints.stage import PASSWORD, PIECE, Stage, Student, words
from tests.webapp.server import Server

EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def student(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture
def secure(blank: Stage, tmp_path: Path) -> Iterator[Stage]:
    """An installation that browsers reach over TLS."""
    stage = blank.copy(Server(tmp_path / "secure", CIM_PUBLIC_ORIGIN="https://cim.example.edu"))
    with stage.server:
        yield stage
        stage.close()


@pytest.fixture
def page(student: Student) -> Iterator[httpx.Client]:
    """A page in the student's browser that does not say whose it is."""
    with httpx.Client(base_url=student.base_url, cookies=student.cookies, trust_env=False) as page:
        yield page


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": EVIL, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": EVIL, "Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "http://localhost/"},
    ],
)
def test_a_change_that_no_page_of_ours_sent_is_refused(
    student: Student, page: httpx.Client, headers: dict[str, str]
) -> None:
    reflection = student.reflection("written", text=words(200))
    upload = student.begin(reflection, 1000).headers["Location"]
    draft = f"/api/v1/reflections/{reflection}"

    answers = [
        page.post("/api/v1/session", json={"email": student.email, "password": PASSWORD}, headers=headers),
        page.delete("/api/v1/session", headers=headers),
        page.post("/api/v1/activities", json={"id": str(uuid4())}, headers=headers),
        page.patch(draft, json={"base_revision": 1, "text": "stolen"}, headers=headers),
        page.post(f"{draft}/submit", json={"revision": 1}, headers=headers),
        page.post("/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5"} | headers),
        page.patch(upload, content=b"x", headers=PIECE | {"Upload-Offset": "0"} | headers),
        page.delete(upload, headers={"Tus-Resumable": "1.0.0"} | headers),
        page.put("/", headers=headers),
        page.post("/", headers=headers),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert {answer.json()["error"]["code"] for answer in answers} == {"foreign_origin"}
    assert student.get("/api/v1/me").status_code == 200
    assert student.shape(reflection)["state"] == "draft"
    assert student.shape(reflection)["draft"]["text"] == words(200)
    assert student.offset(upload) == 0


def test_a_browser_without_an_origin_header_says_that_it_is_the_same_site(student: Student, page: httpx.Client) -> None:
    wanted = {"id": str(uuid4()), "enrolment": str(student.enrolment_id), "title": "x", "about": "y"}

    answer = page.post("/api/v1/activities", json=wanted, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 201


def test_no_answer_invites_other_sites_to_read_it(student: Student) -> None:
    answers = [
        student.get("/api/v1/me", headers={"Origin": EVIL}),
        student.options("/api/v1/me", headers={"Origin": EVIL, "Access-Control-Request-Method": "GET"}),
        student.options("/uploads", headers={"Origin": EVIL, "Access-Control-Request-Method": "PATCH"}),
        student.get("/", headers={"Origin": EVIL}),
    ]

    invitations = [name for answer in answers for name in answer.headers if name.startswith("access-control-")]

    assert invitations == []


def socket_address(stage: Stage) -> str:
    return f"ws://localhost:{stage.server.port}/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost:1", "https://localhost"])
def test_a_websocket_from_another_site_is_refused(stage: Stage, student: Student, origin: str) -> None:
    cookie = f"cim_session={student.cookies['cim_session']}"

    with pytest.raises(InvalidStatus) as refusal:
        connect(socket_address(stage), origin=origin, additional_headers={"Cookie": cookie}, proxy=None).close()

    assert refusal.value.response.status_code in {400, 403}


def test_a_websocket_from_our_own_page_is_welcome(stage: Stage) -> None:
    with connect(socket_address(stage), origin=stage.server.origin, proxy=None) as socket:
        greeting = socket.recv(5)

    assert str(greeting)[:1] == "0"


def test_the_socket_cannot_be_reached_by_polling_from_another_site(student: Student) -> None:
    answer = student.get("/_nicegui_ws/socket.io/?EIO=4&transport=polling", headers={"Origin": EVIL})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/health",
        "/sign-in",
        "/capture",
        "/capture/app.js",
        "/static/theme.css",
        "/manifest.webmanifest",
        "/",
        "/api/v1/me",
        "/nowhere",
        "/media/x",
    ],
)
def test_every_answer_carries_the_headers_that_protect_it(student: Student, path: str) -> None:
    headers = student.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Permissions-Policy"] == "camera=(self), microphone=(self), geolocation=()"
    assert "Strict-Transport-Security" not in headers
    assert "Server" not in headers


@pytest.mark.parametrize("path", ["/sign-in", "/capture", "/capture/app.js", "/link/nothing"])
def test_plain_pages_run_our_own_scripts_only(student: Student, path: str) -> None:
    policy = student.get(path).headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stage: Stage) -> None:
    person = stage.person("Cleo")

    answer = stage.visitor().sign_in(person.email, PASSWORD)

    cookie = SimpleCookie(answer.headers["Set-Cookie"])["cim_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "lax", "/", "")
    assert cookie["secure"] == ""
    assert len(cookie.value) >= 43


def test_over_tls_the_cookie_is_bound_to_the_host(secure: Stage) -> None:
    person, visitor = secure.person("Cleo"), secure.visitor()
    visitor.headers["Origin"] = "https://cim.example.edu"

    answer = visitor.sign_in(person.email, PASSWORD)
    token = SimpleCookie(answer.headers["Set-Cookie"])["__Host-cim"]
    with_it = visitor.get("/api/v1/me", headers={"Cookie": f"__Host-cim={token.value}"})
    under_the_plain_name = visitor.get("/api/v1/me", headers={"Cookie": f"cim_session={token.value}"})
    from_this_machine = visitor.sign_in_from(secure.server.origin, person.email, PASSWORD)

    assert (token["secure"], token["httponly"], token["samesite"], token["path"], token["domain"]) == (
        True,
        True,
        "lax",
        "/",
        "",
    )
    assert (with_it.status_code, under_the_plain_name.status_code) == (200, 401)
    assert from_this_machine.status_code == 403
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_session_is_new_at_every_sign_in_and_its_secret_is_not_kept(stage: Stage) -> None:
    person, visitor = stage.person("Cleo"), stage.visitor()
    tokens = set()
    for _ in range(2):
        visitor.sign_in(person.email, PASSWORD)
        tokens.add(visitor.cookies["cim_session"])

    kept = stage.settings.database_file.read_bytes() + Path(f"{stage.settings.database_file}-wal").read_bytes()

    assert len(tokens) == 2
    assert [token for token in tokens if token.encode() in kept] == []
    assert PASSWORD.encode() not in kept
    assert PASSWORD not in stage.server.log


def test_a_cookie_of_ones_own_making_is_none(stage: Stage) -> None:
    visitor, cookies = stage.visitor(), ["", "x", "a" * 4000, "' OR 1=1 --", "%00"]

    answers = [visitor.get("/api/v1/me", headers={"Cookie": f"cim_session={value}"}) for value in cookies]

    assert [answer.status_code for answer in answers] == [401] * 5


def test_signing_out_ends_the_session_for_whoever_has_the_cookie(stage: Stage) -> None:
    student = stage.student()
    thief = stage.visitor()
    thief.cookies = httpx.Cookies(student.cookies)
    before = thief.get("/api/v1/me").status_code

    answer = student.delete("/api/v1/session")
    after = [
        thief.get("/api/v1/me"),
        thief.get("/api/v1/reflections/" + str(uuid4())),
        thief.head(f"/uploads/{uuid4()}"),
    ]

    assert (before, answer.status_code) == (200, 200)
    assert [one.status_code for one in after] == [401, 401, 401]
    assert thief.get("/").headers["Location"] == "/sign-in?next=/"


def test_a_new_password_ends_every_session(stage: Stage) -> None:
    student = stage.student()

    stage.new_password(student.person_id)

    assert student.get("/api/v1/me").status_code == 401


def test_an_idle_and_an_old_session_end_by_themselves(stage: Stage) -> None:
    idle, old = stage.student(), stage.student()
    database = sqlite3.connect(stage.settings.database_file, timeout=10)
    with database:
        database.execute(
            "UPDATE session SET seen_at = '2020-01-01 00:00:00+00:00' WHERE person_id = ?", [str(idle.person_id)]
        )
        database.execute(
            "UPDATE session SET started_at = '2020-01-01 00:00:00+00:00' WHERE person_id = ?", [str(old.person_id)]
        )
    database.close()

    assert [student.get("/api/v1/me").status_code for student in (idle, old)] == [401, 401]


def test_a_link_chooses_a_password_once(stage: Stage) -> None:
    link = stage.link("Dana")
    visitor = stage.visitor()
    before = visitor.get(f"/link/{link}").status_code

    short = visitor.post("/api/v1/password", json={"link": link, "password": "short"})
    chosen = visitor.post("/api/v1/password", json={"link": link, "password": PASSWORD})
    again = visitor.post("/api/v1/password", json={"link": link, "password": PASSWORD + "!"})

    assert (before, short.status_code, chosen.status_code, again.status_code) == (200, 422, 200, 422)
    assert again.json()["error"]["code"] == "link_used_up"
    assert visitor.get("/api/v1/me").json()["name"] == "Dana"
    assert visitor.get(f"/link/{link}").status_code == 404


def test_guessing_a_password_is_slowed_down_even_when_all_guesses_come_at_once(stage: Stage) -> None:
    person, visitor = stage.person("Cleo"), stage.visitor()

    def guess(number: int) -> str:
        return str(visitor.sign_in(person.email, f"guess number {number}").json()["error"]["code"])

    with ThreadPoolExecutor(24) as pool:
        codes = sorted(pool.map(guess, range(24)))
    right = visitor.sign_in(person.email.upper(), PASSWORD)
    neighbour = visitor.sign_in(stage.person("Dana").email, PASSWORD)

    assert codes == ["too_many_tries"] * 16 + ["wrong_name_or_password"] * 8
    assert (right.status_code, right.json()["error"]["code"]) == (429, "too_many_tries")
    assert neighbour.status_code == 200


def test_nobody_learns_whether_a_name_exists(stage: Stage) -> None:
    person, visitor = stage.person("Cleo"), stage.visitor()

    known = visitor.sign_in(person.email, "wrong password")
    unknown = visitor.sign_in("nobody@example.edu", "wrong password")

    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/api/v1/openapi.json"])
def test_the_server_does_not_describe_itself(student: Student, path: str) -> None:
    assert student.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/capture/..%2fapplication.py",
        "/capture/%2e%2e/application.py",
        "/static/..%2f..%2fpyproject.toml",
        "/capture/.hidden.js",
        "/capture/x%00.js",
        "/capture/" + "a" * 300 + ".js",
        "/static/" + "å" * 200 + ".css",
        "/static/%2e%2e",
        "/capture/openapi.json",
    ],
)
def test_static_addresses_lead_to_nothing_else(student: Student, path: str) -> None:
    assert student.get(path).status_code == 404


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/%5Cevil.example", "/%09/evil.example"])
def test_the_choice_of_language_leads_to_no_other_site(student: Student, target: str) -> None:
    location = student.get(f"/language/en?next={target}").headers["Location"]

    assert student.base_url.join(location).host == "localhost"
    assert "\\" not in location
    assert "\t" not in location


def test_a_mistake_in_a_request_is_answered_without_repeating_it(student: Student) -> None:
    answer = student.post("/api/v1/session", json={"email": "a" * 300, "password": "secret" * 500})

    assert answer.status_code == 422
    assert "secret" not in answer.text
    assert "aaa" not in answer.text
