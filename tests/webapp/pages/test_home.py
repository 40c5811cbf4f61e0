"""What the cards of activities say on the student's home, and what stands first when everything is there."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import activities, applications, decisions
from models.actions.facts import DecidedFacts
from models.permissions import Actor
from models.tables import Activity, Application, Enrolment, RoleKind
from tests.webapp.endpoints.stage import TODAY, YESTERDAY, Stage, now
from tests.webapp.pages.people import JU, SOC, Enrolled, enrolled, prove


@pytest.fixture(scope="module")
def ju_staff(campus: Stage) -> Actor:
    return campus.colleague("Jutta", RoleKind.STAFF, JU)[1]


@pytest.fixture(scope="module")
def staff(campus: Stage) -> Actor:
    return campus.colleague("Sten", RoleKind.STAFF, SOC)[1]


@pytest.fixture
def liv(campus: Stage) -> Enrolled:
    """A student of whom three lectures make one activity."""
    return enrolled(campus, SOC)


@pytest.fixture
def moa(campus: Stage) -> Enrolled:
    """A student who needs points, and whose staff confirm afterwards."""
    return enrolled(campus, JU)


def test_lectures_on_different_days_count_together(liv: Enrolled) -> None:
    for days_ago in range(3):
        attend(liv, days_ago)

    home = liv.read("/")

    assert home.count("It counts together with 2 others.") == 3
    assert "of 3 days" not in home


def test_lectures_that_are_still_too_few_say_how_many_there_are(liv: Enrolled) -> None:
    attend(liv, 0)
    alone = liv.read("/")
    attend(liv, 1)

    assert "1 of 3 days" in alone
    assert liv.read("/").count("2 of 3 days, together with 1 other") == 2


def test_a_lecture_page_tells_with_how_many_others_it_counts(liv: Enrolled) -> None:
    lectures = [attend(liv, days_ago) for days_ago in range(3)]

    page = liv.read(f"/activities/{lectures[0].id}")

    assert "It counts together with 2 others." in page
    assert "1 of 3 days" not in page


def test_an_open_lecture_says_how_many_days_it_takes(liv: Enrolled) -> None:
    liv.choose("Open lectures", YESTERDAY)

    assert "1 day is noted. 3 different days make one activity." in liv.read("/")


def test_an_open_lecture_counts_on_from_those_that_are_done(liv: Enrolled) -> None:
    attend(liv, 0)
    liv.choose("Open lectures", YESTERDAY)

    assert "2 of 3 days, together with 1 other" in liv.read("/")


def test_what_was_sent_back_says_so(moa: Enrolled, ju_staff: Actor) -> None:
    exchange = reported(moa)
    moa.act(decisions.send_back, exchange, "The sheet is not signed.", by=ju_staff)

    home, page = moa.read("/"), moa.read(f"/activities/{exchange.id}")

    assert "It came back: see what is missing" in home
    assert "Sent back" in home
    assert "Sent back" in page


def test_what_was_opened_again_says_so(liv: Enrolled, staff: Actor) -> None:
    exchange = liv.choose("Exchange in Trieste", TODAY)
    liv.act(activities.complete, exchange, by=liv.actor)
    liv.act(decisions.reopen, exchange, "The day is wrong.", by=staff)

    assert "It came back: see what is missing" in liv.read("/")


def test_a_note_with_an_approval_sends_nothing_back(liv: Enrolled, staff: Actor) -> None:
    proposal = liv.propose("Reading circle")
    liv.act(decisions.approve, proposal, "Have fun.", by=staff)

    home = liv.read("/")

    assert "It came back" not in home
    assert "Mark it when it is completed" in home


def test_only_what_staff_look_at_beforehand_waits_for_approval(moa: Enrolled, liv: Enrolled) -> None:
    planned, waiting = moa.propose("Reading circle"), liv.propose("Reading circle")

    for path in ("/", f"/activities/{planned.id}"):
        assert "Planned" in moa.read(path)
        assert "Waits for approval" not in moa.read(path)
    for path in ("/", f"/activities/{waiting.id}"):
        assert "Waits for approval" in liv.read(path)


def test_cards_say_their_points_where_points_are_asked_for(moa: Enrolled, liv: Enrolled) -> None:
    moa.choose("Exchange in Porto")
    liv.choose("Exchange in Trieste")

    assert "50 points" in moa.read("/")
    assert " points" not in liv.read("/")


def test_reported_points_wait_until_they_are_confirmed(moa: Enrolled, ju_staff: Actor) -> None:
    waiting = "50 more points wait for the programme to confirm them."
    exchange = reported(moa)
    before = moa.read("/")
    moa.act(decisions.confirm, exchange, by=ju_staff)

    assert waiting in before
    assert waiting not in moa.read("/")


def test_applying_stands_above_everything_else_as_soon_as_it_is_possible(moa: Enrolled, ju_staff: Actor) -> None:
    unfinished = moa.read("/")
    finish(moa, ju_staff)

    finished = moa.read("/")

    assert unfinished.index("What is missing") < unfinished.index("you apply for the certificate here")
    assert finished.index("Apply for the certificate") < finished.index("You have enough points")


def test_the_certificate_stands_above_everything_else_when_it_is_issued(moa: Enrolled, ju_staff: Actor) -> None:
    finish(moa, ju_staff)
    moa.stage.do(lambda: issue(moa, ju_staff))

    home = moa.read("/")

    assert home.index("Congratulations!") < home.index("100 per cent done")
    assert home.count("Congratulations!") == 1


def attend(student: Enrolled, days_ago: int) -> Activity:
    lecture = student.choose("Open lectures", TODAY - timedelta(days=days_ago))
    student.stage.do(lambda: prove(lecture))
    student.act(activities.complete, lecture, by=student.actor)
    return lecture


def reported(student: Enrolled) -> Activity:
    exchange = student.choose("Exchange in Porto", YESTERDAY)
    student.stage.do(lambda: prove(exchange))
    student.act(activities.report, exchange, by=student.actor)
    return exchange


def finish(student: Enrolled, staff: Actor) -> None:
    """Reach a hundred points: fifty with an exchange, fifty with something of one's own."""
    student.act(decisions.confirm, reported(student), by=staff)
    own = student.propose("Reading circle", YESTERDAY)
    student.stage.do(lambda: prove(own))
    student.act(activities.report, own, by=student.actor)

    async def confirmed() -> None:
        fresh = await Activity.get(id=own.id).select_related("enrolment")
        facts = DecidedFacts("own", "", "", 50)
        await decisions.confirm(fresh, facts=facts, actor=staff, at=now())

    student.stage.do(confirmed)


async def issue(student: Enrolled, staff: Actor) -> None:
    mine = await Enrolment.get(id=student.enrolment.id).select_related("person", "programme")
    made = await applications.apply(mine, application_id=uuid4(), actor=student.actor, at=now())
    fresh = await Application.get(id=made.id).select_related("enrolment")
    await applications.approve(fresh, actor=staff, at=now())
