"""What pages say before somebody tries in vain: who cannot enrol, what must be proved, which points are needed."""

from uuid import uuid4

import pytest

from models.actions import activities, enrolments, setup
from models.queries.enrolments import programmes_to_enrol_in
from models.rules.bilingual import Bilingual
from models.rules.ruleset import preset
from models.tables import RoleKind
from tests.webapp.endpoints.stage import STUDY_END, TODAY, YESTERDAY, Stage, now
from tests.webapp.pages.people import ADMITTED, JU, SOC, Enrolled, enrolled
from tests.webapp.pages.test_put_right import prove
from tests.webapp.server import Visitor

EARLIER = "evidence, because it took place before you enrolled (required)"
ELSEWHERE = "Enrol in another programme"
ABROAD = "ABROAD"


@pytest.fixture(scope="module")
def ju_desk(campus: Stage) -> Visitor:
    """Somebody of the staff of JU's programme, at the desk."""
    return campus.colleague("Jutta", RoleKind.STAFF, JU)[0]


@pytest.fixture
def liv(campus: Stage) -> Enrolled:
    """A student under LU-Soc's rules."""
    return enrolled(campus, SOC)


def test_where_the_certificate_is_not_for_the_only_programme_left_the_page_says_why(liv: Enrolled) -> None:
    before = liv.read("/")
    liv.stage.do(lambda: _leave_only_an_international_programme(liv))

    page = liv.read("/enrol")

    assert "The certificate is not for programmes that have international experience built in" in page
    assert "My studies end on" not in page
    assert [ELSEWHERE in home for home in (before, liv.read("/"))] == [True, False]


def test_what_took_place_before_the_enrolment_must_be_proved(liv: Enrolled) -> None:
    exchange = liv.choose("Exchange in Trieste", YESTERDAY)

    page = liv.read(f"/activities/{exchange.id}")

    assert EARLIER in page
    assert "Evidence is required" in page


def test_what_took_place_afterwards_asks_for_no_evidence(liv: Enrolled) -> None:
    exchange = liv.choose("Exchange in Trieste", TODAY)

    page = liv.read(f"/activities/{exchange.id}")

    assert "Needed: the day or days on which it took place." in page
    assert "Evidence is required" not in page


def test_before_a_day_is_noted_it_is_said_what_an_earlier_one_needs(liv: Enrolled) -> None:
    page = liv.read(f"/activities/{liv.choose('Exchange in Trieste').id}")

    assert "evidence, if it took place before you enrolled" in page


def test_a_requirement_that_is_met_lists_only_what_counts(liv: Enrolled) -> None:
    for chosen in (liv.choose("Exchange in Trieste", TODAY), liv.choose("Open lectures", TODAY)):
        liv.act(activities.complete, chosen, by=liv.actor)

    home = liv.read("/")

    assert "It is not an activity in Sweden." in home
    assert "It is not an activity abroad." not in home


def test_staff_read_that_an_own_activity_needs_points(campus: Stage, ju_desk: Visitor) -> None:
    proposal = enrolled(campus, JU).propose("Reading circle", YESTERDAY)

    page = ju_desk.get(f"/office/activities/{proposal.id}").text

    assert "Needed: an own activity gives the points that you write here." in page


def test_staff_read_which_points_the_type_gives(campus: Stage, ju_desk: Visitor) -> None:
    moa = enrolled(campus, JU)
    exchange = moa.choose("Exchange in Porto", YESTERDAY)
    campus.do(lambda: prove(exchange))
    moa.act(activities.report, exchange, by=moa.actor)

    page = ju_desk.get(f"/office/activities/{exchange.id}").text

    assert "Empty: 50 points, as its type says." in page


async def _leave_only_an_international_programme(student: Enrolled) -> None:
    """Enrol the student in every other programme; then one comes that has its international experience built in."""
    for programme in await programmes_to_enrol_in(student.actor):
        await enrolments.enrol(
            programme,
            STUDY_END,
            admitted_date=ADMITTED,
            declarations=["enrolled"],
            enrolment_id=uuid4(),
            actor=student.actor,
            at=now(),
        )
    version = await setup.publish(preset("lu-soc"), at=now())
    name = Bilingual("Program med ett år utomlands", "Programme with a year abroad")
    await setup.set_up_programme(ABROAD, name, version, has_international_syllabus=True, at=now())
