"""An outside organiser answers through a link: no account, no script, no cookie."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from models.actions import activities, sign_offs
from models.actions.sign_offs import LINK_LIFE
from models.queries.people import actor_of
from models.tables import Activity, CatalogueItem, Enrolment, Person, SignOff
from models.tables.activities import SignOffOutcome
from tests.webapp.endpoints.stage import Stage, Student, now
from tests.webapp.server import Visitor

ANSWER = {"outcome": "confirmed", "name": "Kim Alm", "role": "Host", "attendance": "85 %", "note": "Well done."}


@pytest.fixture(scope="module")
def student(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture
def organiser(stage: Stage) -> Visitor:
    return stage.visitor()


@pytest.fixture
def link(stage: Stage, student: Student) -> str:
    return f"/sign-off/{ask(stage, student)[0]}"


def ask(stage: Stage, student: Student) -> tuple[str, UUID]:
    """Choose an activity and make a link for its organiser."""

    async def asked() -> tuple[str, UUID]:
        enrolment = await Enrolment.get(id=student.enrolment_id)
        actor = await actor_of(await Person.get(id=student.person_id))
        item = await CatalogueItem.get(id=student.items[0])
        chosen = await activities.choose(enrolment, item, activity_id=uuid4(), actor=actor, at=now())
        activity = await Activity.get(id=chosen.id).select_related("enrolment")
        token = await sign_offs.request(activity, "Café Babel", sign_off_id=uuid4(), actor=actor, at=now())
        return token, activity.id

    return stage.do(asked)


def said(answer: httpx.Response) -> str:
    """Give the words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def last(stage: Stage) -> SignOff:
    async def found() -> SignOff:
        return await SignOff.all().order_by("-asked_at").select_related("activity").first()  # type: ignore[return-value]

    return stage.do(found)


def test_the_page_asks_without_a_script_and_sets_no_cookie(organiser: Visitor, link: str) -> None:
    answer = organiser.get(link)

    assert answer.status_code == 200
    assert "Did Robin take part?" in answer.text
    assert "<script" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "set-cookie" not in answer.headers


def test_the_page_tells_nothing_but_who_what_when_and_where(organiser: Visitor, student: Student, link: str) -> None:
    page = organiser.get(link).text

    for secret in (student.email, str(student.person_id), str(student.enrolment_id), "Café Babel"):
        assert secret not in page
    assert "Norrviken University" in page


def test_the_other_language_is_one_click_away_and_sets_no_cookie(organiser: Visitor, link: str) -> None:
    answer = organiser.get(link, params={"language": "sv"})

    assert '<html lang="sv">' in answer.text
    assert 'action="?language=sv"' in answer.text
    assert "Norrvikens universitet" in answer.text
    assert "set-cookie" not in answer.headers


def test_an_answer_is_noted_once(stage: Stage, organiser: Visitor, link: str) -> None:
    first, second = [organiser.post(link, data=ANSWER) for _ in range(2)]

    row = last(stage)
    assert (first.status_code, second.status_code) == (200, 410)
    assert "Your answer has been noted" in first.text
    assert "This has been answered" in second.text
    assert (row.outcome, row.signed_name, row.activity.attendance_percent) == (
        SignOffOutcome.CONFIRMED,
        "Kim Alm",
        85,
    )
    assert "set-cookie" not in first.headers


def test_looking_at_the_page_answers_nothing(stage: Stage, organiser: Visitor, link: str) -> None:
    organiser.get(link, params=ANSWER)
    organiser.head(link)

    assert last(stage).outcome is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": ""}, "Choose one of the two answers."),
        ({"outcome": "maybe"}, "Choose one of the two answers."),
        ({"name": " "}, "Write your name and your role"),
        ({"attendance": "much"}, "between 0 and 100"),
        ({"attendance": "101"}, "between 0 and 100"),
        ({"attendance": "-1"}, "between 0 and 100"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_words_and_nothing_is_lost(
    stage: Stage, organiser: Visitor, link: str, changes: dict[str, str], words: str
) -> None:
    answer = organiser.post(link, data=ANSWER | changes)

    assert answer.status_code == 422
    assert words in said(answer)
    assert "Well done." in answer.text
    assert last(stage).outcome is None


def test_what_somebody_writes_stays_text(organiser: Visitor, link: str) -> None:
    answer = organiser.post(link, data=ANSWER | {"name": '"><script>alert(1)</script>', "outcome": ""})

    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_another_site_cannot_answer(stage: Stage, organiser: Visitor, link: str) -> None:
    answer = organiser.post(link, data=ANSWER, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert last(stage).outcome is None


def test_the_student_who_opens_the_link_is_refused(stage: Stage, student: Student, link: str) -> None:
    answers = [student.get(link), student.post(link, data=ANSWER)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "send it to the person who can confirm it" in answers[0].text
    assert last(stage).outcome is None


def test_somebody_else_who_is_signed_in_may_answer(stage: Stage, link: str) -> None:
    assert stage.student(enrolled=False).post(link, data=ANSWER).status_code == 200


def test_a_link_that_was_never_made_is_refused_in_words(organiser: Visitor, link: str) -> None:
    answers = [organiser.get(f"/sign-off/{token}") for token in ("x", "a" * 3000, "%00", link[-20:])]

    assert {answer.status_code for answer in answers} == {404}
    assert all("never made" in answer.text for answer in answers)


def test_an_old_a_cancelled_and_a_withdrawn_question_are_told_apart(
    stage: Stage, organiser: Visitor, student: Student
) -> None:
    (old, _), (cancelled, _), (withdrawn, activity_id) = (ask(stage, student) for _ in range(3))

    async def end() -> None:
        actor = await actor_of(await Person.get(id=student.person_id))
        rows = await SignOff.all().order_by("-asked_at").limit(3)
        await SignOff.filter(id=rows[2].id).update(expires_at=rows[2].expires_at - LINK_LIFE)
        await sign_offs.cancel(rows[1], actor=actor, at=now())
        activity = await Activity.get(id=activity_id).select_related("enrolment")
        await activities.withdraw(activity, actor=actor, at=now())

    stage.do(end)
    answers = [organiser.post(f"/sign-off/{token}", data=ANSWER) for token in (old, cancelled, withdrawn)]

    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert "too old" in answers[0].text
    assert "taken the question back" in answers[1].text
    assert "no longer needed" in answers[2].text


def test_an_endless_answer_is_not_read(stage: Stage, organiser: Visitor, link: str) -> None:
    answer = organiser.post(link, data=ANSWER | {"note": "x" * 50_000})

    assert answer.status_code == 413
    assert last(stage).outcome is None
