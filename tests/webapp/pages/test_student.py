"""What a student reads on the pages of their certificate, under different rules."""

from datetime import timedelta

import pytest

from models.actions import activities, contacts, decisions, enrolments
from models.permissions import Actor
from models.tables import Enrolment, Person, Programme, RoleKind
from tests.webapp.endpoints.stage import TODAY, YESTERDAY, Stage, now
from tests.webapp.pages.people import JU, SOC, Enrolled, enrolled


@pytest.fixture(scope="session")
def staff(campus: Stage) -> Actor:
    """Somebody of the staff of LU-Soc's programme."""
    return campus.colleague("Sten", RoleKind.STAFF, SOC)[1]


@pytest.fixture(scope="session")
def ju_staff(campus: Stage) -> Actor:
    """Somebody of the staff of JU's programme."""
    return campus.colleague("Jutta", RoleKind.STAFF, JU)[1]


@pytest.fixture
def liv(campus: Stage) -> Enrolled:
    """A student under LU-Soc's rules."""
    return enrolled(campus, SOC)


@pytest.fixture
def moa(campus: Stage) -> Enrolled:
    """A student under JU's rules."""
    return enrolled(campus, JU)


def test_home_says_what_is_missing_and_shows_the_picture(liv: Enrolled) -> None:
    exchange = liv.choose("Exchange in Trieste", TODAY)
    liv.act(activities.complete, exchange, by=liv.actor)

    home = liv.read("/")

    assert "You lack activities of 2 more types." in home
    assert "You have enough activities abroad." in home
    assert "It is not an activity in Sweden." in home
    assert "Activities abroad: 1 of 1." in home


def test_home_speaks_swedish(campus: Stage) -> None:
    home = enrolled(campus, SOC, language="sv").read("/")

    assert "Du saknar en aktivitet utomlands." in home


def test_home_suggests_what_lowers_what_is_missing(liv: Enrolled) -> None:
    home = liv.read("/")

    assert "Would bring you an activity of a new type and one activity abroad" in home


def test_home_names_who_answers_today(liv: Enrolled, staff: Actor) -> None:
    async def named() -> None:
        programme = await Programme.get(code=SOC)
        await contacts.name_contact(programme, await Person.get(id=staff.person_id), actor=staff, at=now())

    assert "Sten" not in liv.read("/")
    liv.stage.do(named)

    assert "Sten" in liv.read("/")


def test_home_leads_to_events_only_where_the_rules_ask_for_one(liv: Enrolled, moa: Enrolled) -> None:
    assert "/gatherings" in liv.read("/")
    assert "/gatherings" not in moa.read("/")


def test_an_ended_enrolment_tells_its_reason_and_offers_nothing(liv: Enrolled, staff: Actor) -> None:
    activity = liv.choose("Exchange in Trieste", YESTERDAY)

    async def ended() -> None:
        await enrolments.void(
            await Enrolment.get(id=liv.enrolment.id), "Enrolled in the wrong place.", actor=staff, at=now()
        )

    liv.stage.do(ended)
    home, page = liv.read("/"), liv.read(f"/activities/{activity.id}")

    for text in (home, page):
        assert "Enrolled in the wrong place." in text
    assert "Exchange in Trieste" in home
    assert "add-activity" not in home
    assert "log-occasion" not in page
    assert "data-test=complete" not in page
    assert liv.visitor.get(f"/enrolments/{liv.enrolment.id}/add").status_code == 404


def test_the_list_says_what_is_special_about_a_type(liv: Enrolled, moa: Enrolled) -> None:
    assert "3 occasions make one" in liv.add_page()
    assert "Evidence is required" not in liv.add_page()
    assert "Evidence is required" in moa.add_page()
    assert "50 points" in moa.add_page()


def test_what_is_chosen_says_so(liv: Enrolled) -> None:
    assert "You have chosen it" not in liv.add_page()

    liv.choose("Open lectures")

    assert "You have chosen it" in liv.add_page()


def test_a_proposal_may_be_of_every_type_of_the_rules(liv: Enrolled) -> None:
    page = liv.add_page()

    assert "Volunteering" in page
    assert "with proof that you took part" in page


def test_days_are_counted_towards_the_group_while_a_proposal_waits(liv: Enrolled) -> None:
    lectures = liv.choose("Open lectures", YESTERDAY, YESTERDAY - timedelta(days=1))
    proposal = liv.propose("Film evening", YESTERDAY)

    assert "2 of 3 days" in liv.read(f"/activities/{lectures.id}")
    page = liv.read(f"/activities/{proposal.id}")
    assert "log-occasion" in page
    assert "evidence-upload" in page


def test_where_staff_confirm_afterwards_one_reports(moa: Enrolled, liv: Enrolled) -> None:
    reported_later = moa.read(f"/activities/{moa.choose('Exchange in Porto', YESTERDAY).id}")
    completed = liv.read(f"/activities/{liv.choose('Open lectures', YESTERDAY).id}")

    assert "Report that it is done" in reported_later
    assert "Mark as completed" not in reported_later
    assert "Mark as completed" in completed


def test_no_reflection_is_offered_where_none_is_asked_for(liv: Enrolled) -> None:
    exchange = liv.choose("Exchange in Trieste", TODAY)
    liv.act(activities.complete, exchange, by=liv.actor)

    page = liv.read(f"/activities/{exchange.id}")

    assert "How do you want to reflect?" not in page
    assert "Reflect on it now" not in liv.read("/")


def test_the_programmes_words_about_a_proposal_are_shown(liv: Enrolled, staff: Actor) -> None:
    proposal = liv.propose("Holiday trip")
    liv.act(decisions.decline, proposal, "A holiday is no meeting.", by=staff)

    assert "A holiday is no meeting." in liv.read(f"/activities/{proposal.id}")
