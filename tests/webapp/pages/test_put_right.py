"""What staff put right: an activity that is opened again, and the day on which the studies began."""

import pytest

from models.actions import activities, decisions
from models.actions.facts import DecidedFacts
from models.permissions import Actor
from models.tables import Activity, Enrolment, RoleKind
from tests.webapp.endpoints.stage import TODAY, YESTERDAY, Stage, now
from tests.webapp.pages.people import JU, SOC, Enrolled, enrolled, prove
from tests.webapp.server import Visitor

REPORT_AGAIN = "When that is there, report it again."
MARK_AGAIN = "When that is there, mark it as completed again."


@pytest.fixture(scope="module")
def staff(campus: Stage) -> tuple[Visitor, Actor]:
    return campus.colleague("Sten", RoleKind.STAFF, SOC)


@pytest.fixture(scope="module")
def ju_staff(campus: Stage) -> Actor:
    return campus.colleague("Jutta", RoleKind.STAFF, JU)[1]


@pytest.fixture
def liv(campus: Stage) -> Enrolled:
    """A student whose staff decide before."""
    return enrolled(campus, SOC)


@pytest.fixture
def moa(campus: Stage) -> Enrolled:
    """A student whose staff confirm afterwards."""
    return enrolled(campus, JU)


def test_staff_can_open_what_is_done_again_and_nothing_else(liv: Enrolled, staff: tuple[Visitor, Actor]) -> None:
    approved, done = liv.choose("Open lectures"), liv.choose("Exchange in Trieste", TODAY)
    liv.act(activities.complete, done, by=liv.actor)

    pages = [staff[0].get(f"/office/activities/{one.id}").text for one in (approved, done)]

    assert ["Open again" in page for page in pages] == [False, True]


def test_the_student_reads_why_it_was_opened_again_and_what_comes_next(
    liv: Enrolled, staff: tuple[Visitor, Actor]
) -> None:
    exchange = liv.choose("Exchange in Trieste", TODAY)
    liv.act(activities.complete, exchange, by=liv.actor)
    liv.act(decisions.reopen, exchange, "The day is wrong.", by=staff[1])

    page = liv.read(f"/activities/{exchange.id}")

    assert "The day is wrong." in page
    assert MARK_AGAIN in page


def test_a_note_with_an_approval_asks_for_nothing(moa: Enrolled, ju_staff: Actor) -> None:
    proposal = moa.propose("Reading circle")
    moa.stage.do(lambda: approve(proposal, ju_staff))

    page = moa.read(f"/activities/{proposal.id}")

    assert "Have fun." in page
    assert REPORT_AGAIN not in page


def test_what_is_sent_back_is_to_be_reported_again(moa: Enrolled, ju_staff: Actor) -> None:
    exchange = moa.choose("Exchange in Porto", YESTERDAY)
    moa.stage.do(lambda: prove(exchange))
    moa.act(activities.report, exchange, by=moa.actor)
    moa.act(decisions.send_back, exchange, "The sheet is not signed.", by=ju_staff)

    page = moa.read(f"/activities/{exchange.id}")

    assert "The sheet is not signed." in page
    assert REPORT_AGAIN in page


def test_staff_are_asked_for_the_right_beginning_of_the_studies_where_the_rules_need_it(
    liv: Enrolled, moa: Enrolled, campus: Stage, staff: tuple[Visitor, Actor]
) -> None:
    elsewhere = campus.colleague("Johan", RoleKind.STAFF, JU)[0]

    needed = staff[0].get(f"/office/students/{liv.enrolment.id}").text
    not_needed = elsewhere.get(f"/office/students/{moa.enrolment.id}").text

    assert ["Beginning of the studies" in page for page in (needed, not_needed)] == [True, False]


def test_where_nobody_has_said_when_the_studies_began_staff_read_what_that_means(
    liv: Enrolled, staff: tuple[Visitor, Actor]
) -> None:
    async def forgotten() -> None:
        await Enrolment.filter(id=liv.enrolment.id).update(admitted_date=None)

    liv.stage.do(forgotten)

    assert "Nobody has said when the studies began" in staff[0].get(f"/office/students/{liv.enrolment.id}").text


async def approve(proposal: Activity, staff: Actor) -> None:
    fresh = await Activity.get(id=proposal.id).select_related("enrolment")
    facts = DecidedFacts("own", "", "", 5)
    await decisions.approve(fresh, "Have fun.", facts=facts, actor=staff, at=now())
