"""Letters reach a real mail server: what they look like, what is tried again, and what a kill costs."""

import asyncio
import smtplib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from models.actions import letters
from models.permissions import Actor
from models.settings import Settings
from models.states import LetterState, ReflectionState
from models.tables import Enrolment, Letter, Notice, Person, Role
from models.tables.notices import NoticeKind
from tests import chance
from tests.factories import (
    NOW,
    make_assessor,
    make_enrolment,
    make_programme,
    make_reflection,
    student_of,
)
from tests.webapp.mail_box import TAKEN, MailBox
from tests.webapp.postman_kills import postman_killed
from webapp.letters import NotAnAddress, compose
from webapp.postman import Postman

ORIGIN = "https://cim.example.edu"
SETTINGS = Settings(public_origin=ORIGIN, mail_from="cim@example.edu")


@pytest.fixture
def box() -> Iterator[MailBox]:
    with MailBox() as opened:
        yield opened


def _postman(box: MailBox, *, at: datetime = NOW) -> Postman:
    return Postman(replace(SETTINGS, smtp_url=box.url), now=lambda: at)


async def _accepted(language: str | None = "en", title: str = "") -> Actor:
    """Have a reflection accepted; gives its student."""
    reflection = await make_reflection(state=ReflectionState.ACCEPTED)
    await Person.filter(id=reflection.enrolment.person_id).update(language=language)
    if title:
        await Notice.filter(kind=NoticeKind.ACCEPTED).update(arguments={"name": {"sv": title, "en": title}})
    return await student_of(reflection.enrolment)


def _text(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.usefixtures("database")
async def test_a_letter_on_its_way_when_the_application_stops_is_not_sent_again(box: MailBox) -> None:
    await _accepted()
    is_taken = threading.Event()

    def slow(step: str) -> None:
        if step == TAKEN:
            is_taken.set()
            time.sleep(1)

    box.at_step = slow
    round_ = asyncio.ensure_future(_postman(box).go_round())
    await asyncio.to_thread(is_taken.wait, 20)

    round_.cancel()
    await asyncio.wait([round_])

    assert (await Letter.get()).state is LetterState.SENT
    await _postman(box, at=NOW + timedelta(hours=1)).go_round()
    assert len(box.taken) == 1


@pytest.mark.usefixtures("database")
async def test_student_gets_one_letter_with_a_sentence_and_a_link(box: MailBox) -> None:
    student = await _accepted()

    for _ in range(3):
        await _postman(box).go_round()

    (message,) = box.taken
    letter, notice = await Letter.get(), await Notice.get(kind=NoticeKind.ACCEPTED)
    person = await Person.get(id=student.person_id)
    assert message["Subject"] == "Your reflection on Language café was accepted."
    assert (message["To"], message["From"]) == (person.email, "cim@example.edu")
    assert message["Message-ID"] == letter.message_id == f"<{letter.id}@cim.example.edu>"
    assert message["List-Unsubscribe"] == f"<{ORIGIN}/account>"
    for kind in ("plain", "html"):
        assert f"{ORIGIN}/reflections/{notice.subject_id}" in _text(message, kind)
    assert letter.state is LetterState.SENT


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("sv", "Din reflektion om Language café (sv) har godkänts."),
        ("en", "Your reflection on Language café was accepted."),
        (
            None,
            "Din reflektion om Language café (sv) har godkänts. / Your reflection on Language café was accepted.",
        ),
    ],
)
async def test_letter_speaks_the_language_of_its_reader(box: MailBox, language: str | None, subject: str) -> None:
    await _accepted(language)

    await _postman(box).go_round()

    (message,) = box.taken
    assert message["Subject"] == subject


@pytest.mark.usefixtures("database")
async def test_name_can_put_nothing_into_the_head_or_the_html_of_a_letter(box: MailBox) -> None:
    await _accepted(title="<b>Café</b>\r\nBcc: eve@example.edu")

    await _postman(box).go_round()

    (message,) = box.taken
    assert message["Bcc"] is None
    assert "Bcc: eve@example.edu was accepted" in str(message["Subject"])
    assert "&lt;b&gt;Café&lt;/b&gt;" in _text(message, "html")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "address",
    ["a@example.edu\r\nBcc: eve@example.edu", "a@example.edu, eve@example.edu", "@example.edu", "a b@c", "a@"],
)
async def test_what_is_no_address_gets_no_letter_and_holds_up_no_other(box: MailBox, address: str) -> None:
    student = await _accepted()
    await Person.filter(id=student.person_id).update(email=address)
    letter = await Letter.get().select_related("person")

    with pytest.raises(NotAnAddress):
        compose(letter, await Notice.filter(letter_id=letter.id), origin=ORIGIN, sender="cim@example.edu")
    await _accepted()
    await _postman(box).go_round()

    assert len(box.taken) == 1
    assert (await Letter.get(id=letter.id)).state is LetterState.GIVEN_UP


@pytest.mark.usefixtures("database")
async def test_recipient_whom_the_server_does_not_know_is_asked_for_once(box: MailBox) -> None:
    student = await _accepted()
    box.refuses[(await Person.get(id=student.person_id)).email] = "550 nobody of that name"
    await _accepted()

    is_well = await _postman(box).go_round()

    assert is_well
    states = {letter.person_id: letter.state for letter in await Letter.all()}
    assert states.pop(student.person_id) is LetterState.GIVEN_UP
    assert list(states.values()) == [LetterState.SENT]


@pytest.mark.usefixtures("database")
async def test_recipient_who_is_refused_for_now_gets_the_letter_later(box: MailBox) -> None:
    student = await _accepted()
    box.refuses[(await Person.get(id=student.person_id)).email] = "450 come again"
    await _postman(box).go_round()
    box.refuses.clear()

    await _postman(box).go_round()
    too_early = len(box.taken)
    await _postman(box, at=NOW + letters.FIRST_PAUSE).go_round()

    assert (too_early, len(box.taken)) == (0, 1)


@pytest.mark.usefixtures("database")
async def test_broken_server_is_tried_for_two_days_and_the_notice_stays() -> None:
    await _accepted()
    settings = replace(SETTINGS, smtp_url="smtp://127.0.0.1:1")  # Nobody listens there.

    wells = [
        await Postman(settings, now=lambda at=NOW + timedelta(hours=hours): at).go_round()  # type: ignore[misc]
        for hours in (0, 1, 47, 49)
    ]

    letter = await Letter.get()
    assert wells == [False, False, False, True]
    assert (letter.state, letter.attempts) == (LetterState.GIVEN_UP, 3)
    assert "ConnectionRefusedError" in letter.error
    assert await Notice.filter(read_at__isnull=True, kind=NoticeKind.ACCEPTED).exists()


@pytest.mark.usefixtures("database")
async def test_server_that_refuses_what_is_in_a_letter_is_not_asked_again(box: MailBox) -> None:
    await _accepted()
    box.answer_to_data = "554 looks like nothing we want"

    await _postman(box).go_round()

    assert (await Letter.get()).state is LetterState.GIVEN_UP


@pytest.mark.usefixtures("database")
async def test_who_lost_a_role_since_gets_nothing_about_the_programme(box: MailBox) -> None:
    programme = await make_programme()
    assessor, other = await make_assessor(programme), await make_assessor(programme, "Henrik")
    await make_reflection(await make_enrolment(programme), ReflectionState.SUBMITTED)
    await Role.filter(person_id=assessor.person_id).delete()

    await _postman(box, at=NOW.replace(hour=9)).go_round()

    assert [message["To"] for message in box.taken] == [(await Person.get(id=other.person_id)).email]


@pytest.mark.usefixtures("database")
async def test_what_waits_is_mailed_in_the_morning_in_one_letter(box: MailBox) -> None:
    programme = await make_programme()
    await make_assessor(programme)
    enrolment = await make_enrolment(programme)
    for _ in range(3):
        await make_reflection(enrolment, ReflectionState.SUBMITTED)
    morning = NOW.replace(hour=0) + timedelta(days=1)

    for hour in (3, 9, 10):
        await _postman(box, at=morning + timedelta(hours=hour)).go_round()

    (message,) = box.taken
    assert message["Subject"] == "CIM: 3 meddelanden / CIM: 3 notices"
    assert _text(message).count("/assess/") == 6


@pytest.mark.usefixtures("database")
async def test_without_a_mail_server_nothing_is_sent_and_notices_stand_in_the_application() -> None:
    await _accepted()

    assert await Postman(SETTINGS, now=lambda: NOW).go_round()

    assert (await Letter.get()).state is LetterState.QUEUED
    assert await Notice.filter(kind=NoticeKind.ACCEPTED).count() == 1


@pytest.mark.usefixtures("database")
async def test_every_kind_of_notice_has_words_and_a_page_in_both_languages() -> None:
    enrolment = await make_enrolment()
    name, day = {"sv": "Kafé", "en": "Café"}, "2027-05-03"
    letter = Letter(
        id=enrolment.id, message_id="<1@x>", created_at=NOW, person=await Person.get(id=enrolment.person_id)
    )

    for kind in NoticeKind:
        for arguments in ({"name": name, "day": day}, {"day": day}):
            if kind in _NAMED and "name" not in arguments:
                continue
            notice = Notice(kind=kind, subject_id=enrolment.id, arguments=arguments)
            message = compose(letter, [notice], origin=ORIGIN, sender="cim@example.edu")
            swedish, _, english = str(message["Subject"]).partition(" / ")
            assert "" not in {swedish, english}
            assert swedish != english
            assert "{" not in _text(message) + _text(message, "html")


_NAMED = {
    kind
    for kind in NoticeKind
    if kind.startswith("activity_") or kind in {"work_waits", "evidence_refused", "application_waits"}
}


def test_the_mail_box_of_the_tests_takes_and_refuses_letters(box: MailBox) -> None:
    box.refuses["eve@example.edu"] = "550 no"
    message = EmailMessage()
    message["From"], message["Message-ID"] = "cim@example.edu", "<1@example.edu>"
    message.set_content("Hej!")

    with smtplib.SMTP("127.0.0.1", int(box.url.rpartition(":")[2])) as server:
        server.send_message(message, to_addrs=["robin@example.edu"])
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.send_message(message, to_addrs=["eve@example.edu"])

    assert dict(box.copies) == {"<1@example.edu>": 1}


def test_a_kill_loses_no_letter_and_doubles_at_most_one(tmp_path: Path) -> None:
    """The long form is `python -m tests.long mail`."""
    tally = postman_killed(tmp_path, kills=8, seed=chance.seed())

    assert tally.kills.total() == 8


async def test_student_reads_of_the_last_day_in_the_letter(database: Path, box: MailBox) -> None:
    enrolment = await make_enrolment()
    await Enrolment.filter(id=enrolment.id).update(study_end_date=NOW.date() + timedelta(weeks=5))

    await _postman(box).go_round()

    (message,) = box.taken
    assert str(message["Subject"]).startswith("Din slutreflektion ska lämnas in senast den")
