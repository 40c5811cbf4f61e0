"""Browsers are told while no page is open: encrypted, once at most, only where everybody may call, until they leave."""

import json
import socket
import stat
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.actions import accounts, assessments, devices, notices
from models.actions.devices import NotAPushService
from models.errors import NotAllowed
from models.permissions import Actor
from models.queries.people import actor_of
from models.settings import Settings
from models.states import ReflectionState
from models.tables import Event, Notice, Person, PushSubscription, Reflection, Session
from models.tables.notices import How, Topic
from tests.factories import NOW, make_person, make_reflection, student_of
from tests.webapp.push_box import PushBox
from webapp import push_service
from webapp.postman import Postman
from webapp.push_service import NotPublic, PushKey, connect_to_public, encrypted, push

ENDPOINT = "https://push.example.edu/send/abc?token=1"
SOON = NOW + timedelta(minutes=1)


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """What a browser keeps to itself."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = uuid4().bytes
        self.p256dh, self.auth = _text(push_service._point(self._key.public_key())), _text(self._secret)

    def read(self, body: bytes) -> dict[str, str]:
        """Decrypt as RFC 8291 says."""
        salt, point, sealed = body[:16], body[21:86], body[86:]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        about = b"WebPush: info\0" + _bytes(self.p256dh) + point
        secret = HKDF(hashes.SHA256(), 32, self._secret, about).derive(self._key.exchange(ec.ECDH(), theirs))
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        said = AESGCM(key).decrypt(nonce, sealed, None)
        assert said.endswith(b"\2")
        message: dict[str, str] = json.loads(said[:-1])
        return message


@dataclass
class Told:
    """A student whose browser is to be told, and a reflection of theirs that is being assessed."""

    browser: Browser
    reflection: Reflection
    student: Actor
    session: Session
    folder: Path

    async def accept(self) -> None:
        """Let the assessor accept the reflection."""
        assessor = await actor_of(await Person.get(id=self.reflection.assessor_id))
        await assessments.accept(self.reflection, actor=assessor, at=NOW)

    async def subscribe(self) -> None:
        """Let the browser be told."""
        await devices.tell_device(
            ENDPOINT,
            self.browser.p256dh,
            self.browser.auth,
            language="en",
            session_id=self.session.id,
            actor=self.student,
            at=NOW,
        )

    async def go_round(self, box: PushBox, *, at: datetime = SOON) -> None:
        """Let a postman work."""
        settings = Settings(data_folder=self.folder, public_origin="https://cim.example.edu")
        await Postman(settings, now=lambda: at, connect=box.connect).go_round()


async def _session(actor: Actor) -> Session:
    return await Session.create(
        id=uuid4(), token_hash=uuid4().hex, person_id=actor.person_id, started_at=NOW, seen_at=NOW
    )


@pytest.fixture
async def told(database: Path, tmp_path: Path) -> Told:
    reflection = await make_reflection(state=ReflectionState.IN_ASSESSMENT)
    student = await student_of(reflection.enrolment)
    told = Told(Browser(), reflection, student, await _session(student), tmp_path)
    await told.subscribe()
    return told


@pytest.fixture
def box() -> Iterator[PushBox]:
    with PushBox() as opened:
        yield opened


async def test_browser_reads_a_sentence_and_a_path_and_nobody_on_the_way_does(told: Told, box: PushBox) -> None:
    await told.accept()
    for _ in range(2):
        await told.go_round(box)

    (body,) = box.bodies
    assert told.browser.read(body) == {
        "body": "Your reflection on Language café was accepted.",
        "path": f"/reflections/{told.reflection.id}",
    }
    assert b"reflection" not in body
    assert box.heads[0].startswith("POST /send/abc?token=1 HTTP/1.1\r\nHost: push.example.edu\r\n")


async def test_push_service_can_check_who_sends(told: Told, box: PushBox) -> None:
    await told.accept()
    await told.go_round(box)

    header = box.heads[0].partition("Authorization: vapid ")[2].partition("\r\n")[0]
    token, key = (part.partition("=")[2] for part in header.split(", "))
    said, _, signature = token.rpartition(".")
    raw = _bytes(signature)
    signed = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    ours = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
    ours.verify(signed, said.encode(), ec.ECDSA(hashes.SHA256()))
    claims = json.loads(_bytes(said.split(".")[1]))
    assert (claims["aud"], claims["sub"]) == ("https://push.example.edu", "https://cim.example.edu")
    assert NOW.timestamp() < claims["exp"] <= (NOW + timedelta(hours=24)).timestamp()


def test_encryption_is_that_of_the_example_in_rfc_8291() -> None:
    private = int.from_bytes(_bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")

    body = push_service._encrypted(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        ec.derive_private_key(private, ec.SECP256R1()),
        _bytes("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert _text(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


async def test_what_was_seen_meanwhile_or_is_no_news_any_more_is_not_told(told: Told, box: PushBox) -> None:
    await told.accept()
    await told.go_round(box, at=NOW + timedelta(hours=2))
    await notices.mark_all_read(told_until=NOW, actor=told.student, at=NOW)
    await told.go_round(box)

    assert box.bodies == []


async def test_topic_can_be_kept_off_devices(told: Told, box: PushBox) -> None:
    await notices.choose(Topic.DECISIONS, How.AT_ONCE, on_devices=False, actor=told.student)

    await told.accept()
    await told.go_round(box)

    assert box.bodies == []


async def test_who_signs_out_is_told_no_more(told: Told, box: PushBox) -> None:
    await told.accept()

    await accounts.end_session(told.session.id, actor=told.student, at=NOW)
    await told.go_round(box)

    assert await PushSubscription.all().count() == 0
    assert box.bodies == []


async def test_sign_in_that_ended_by_itself_is_told_no_more(told: Told, box: PushBox) -> None:
    await told.accept()
    await Session.all().update(seen_at=NOW - timedelta(days=8))

    await told.go_round(box)

    assert box.bodies == []


@pytest.mark.parametrize(("status", "left"), [(404, 0), (410, 0), (201, 1), (500, 1), (429, 1), (301, 1)])
async def test_browser_that_is_gone_is_forgotten(told: Told, box: PushBox, status: int, left: int) -> None:
    box.status = status

    await told.accept()
    await told.go_round(box)

    assert len(box.bodies) == 1  # And no redirect is followed.
    assert await PushSubscription.all().count() == left


async def test_kill_before_a_device_was_told_tells_it_never_and_not_twice(told: Told, box: PushBox) -> None:
    await told.accept()
    assert await devices.take_to_push(await Notice.get(person_id=told.student.person_id))

    await told.go_round(box)

    assert box.bodies == []


async def test_nobody_lets_the_browser_of_another_sign_in_be_told(told: Told) -> None:
    eve = await actor_of(await make_person("Eve"))
    ended = await _session(eve)
    await Session.filter(id=ended.id).update(ended_at=NOW)

    for session in (told.session, ended):
        with pytest.raises(NotAllowed):
            await devices.tell_device(
                ENDPOINT,
                told.browser.p256dh,
                told.browser.auth,
                language="en",
                session_id=session.id,
                actor=eve,
                at=NOW,
            )
    await devices.tell_device_no_more(session_id=told.session.id, actor=eve, at=NOW)

    assert [row.person_id for row in await PushSubscription.all()] == [told.student.person_id]


async def test_who_wants_no_more_on_a_device_is_told_no_more(told: Told, box: PushBox) -> None:
    await told.accept()

    await devices.tell_device_no_more(session_id=told.session.id, actor=told.student, at=NOW)
    await told.go_round(box)

    assert box.bodies == []
    assert await Event.filter(subject_kind="pushsubscription").order_by("id").values_list("move", flat=True) == [
        "tell_device",
        "tell_device_no_more",
    ]


def test_push_service_that_says_a_letter_now_and_then_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_service, "ANSWER_SECONDS", 0.3)
    ours, theirs = socket.socketpair()
    with theirs:
        ended = threading.Event()

        def trickle() -> None:
            while not ended.wait(0.1):
                with suppress(OSError):
                    theirs.send(b"H")

        slow = threading.Thread(target=trickle)
        slow.start()
        try:
            with pytest.raises(OSError, match="timed out"):
                push(ENDPOINT, b"", "", connect=lambda _host: ours)
        finally:
            ended.set()
            slow.join()


async def test_browser_that_changes_hands_is_told_for_whom_it_belongs_to_now(told: Told) -> None:
    eve = await actor_of(await make_person("Eve"))
    session = await _session(eve)

    await devices.tell_device(
        ENDPOINT, told.browser.p256dh, told.browser.auth, language="sv", session_id=session.id, actor=eve, at=NOW
    )

    assert [row.person_id for row in await PushSubscription.all()] == [eve.person_id]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.edu/1",
        "https://localhost/1",
        "https://printer/1",
        "https://127.0.0.1/1",
        "https://[::1]/1",
        "https://2130706433/1",
        "https://127.1/1",
        "https://0x7f.0.0.1/1",
        "https://10.0.0.1./1",
        "https://db.internal/1",
        "https://push.example.edu:8443/1",
        "https://push.example.edu:port/1",
        "https://eve@push.example.edu/1",
        "https://push.example.edu/1\r\nX: y",
        "https://push.example.edu/" + "a" * 1000,
        "file:///etc/passwd",
        "",
    ],
)
async def test_address_that_not_everybody_can_call_is_refused(told: Told, endpoint: str) -> None:
    with pytest.raises(NotAPushService):
        await devices.tell_device(
            endpoint,
            told.browser.p256dh,
            told.browser.auth,
            language="en",
            session_id=told.session.id,
            actor=told.student,
            at=NOW,
        )

    with pytest.raises(NotPublic):
        push(endpoint, b"", "", connect=connect_to_public)
    assert [row.endpoint for row in await PushSubscription.all()] == [ENDPOINT]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1"])
def test_public_name_that_leads_into_our_own_network_is_not_called(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_service.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (address, 443))])

    with pytest.raises(NotPublic):
        connect_to_public("push.example.edu")


@pytest.mark.parametrize(("p256dh", "auth"), [("", ""), ("BAAA", "A" * 22), ("C" + "A" * 86, "A" * 22), ("é", "é")])
async def test_keys_that_are_none_are_refused(told: Told, p256dh: str, auth: str) -> None:
    with pytest.raises(NotAPushService):
        await devices.tell_device(
            ENDPOINT, p256dh, auth, language="en", session_id=told.session.id, actor=told.student, at=NOW
        )


def test_key_of_the_installation_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    first, second = PushKey.of(tmp_path).public, PushKey.of(tmp_path).public

    assert first == second
    assert len(_bytes(first)) == 65
    assert stat.S_IMODE((tmp_path / "push-key.pem").stat().st_mode) == 0o600


def test_message_for_a_key_that_is_no_point_is_refused() -> None:
    with pytest.raises(ValueError, match=r"point|curve|key"):
        encrypted(b"x", "B" + "A" * 86, "A" * 22)
