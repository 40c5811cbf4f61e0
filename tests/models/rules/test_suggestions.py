"""What of a list would bring a student closer."""

from dataclasses import replace
from datetime import date
from time import perf_counter

from models.rules.lacking import lacking_words
from models.rules.portfolio import Portfolio, PortfolioActivity
from models.rules.primitives import Place
from models.rules.progress import progress
from models.rules.ruleset import RuleSet, preset
from models.rules.suggestions import Gain, fitting
from tests.models.rules.factories import KI, TODAY, make_finished_portfolio, make_portfolio, make_reflected

SOC, JU = preset("lu-soc"), preset("ju")


def listed(type_: str, place: Place = "sweden", title: str = "Listed") -> PortfolioActivity:
    return PortfolioActivity(title=title, type=type_, place=place, mode="onsite", state="approved")


def done(type_: str, place: Place = "sweden") -> PortfolioActivity:
    return replace(listed(type_, place, f"Done {type_}"), state="done", occasions=(date(2025, 10, 1),))


def found(portfolio: Portfolio, rule_set: RuleSet, *candidates: PortfolioActivity) -> list[tuple[int, list[str]]]:
    return [
        (fit.position, [lacking_words(gain.requirement_id, gain.amount, rule_set).en for gain in fit.gains])
        for fit in fitting(portfolio, rule_set, candidates, TODAY)
    ]


def test_what_serves_two_requirements_comes_before_what_serves_one() -> None:
    portfolio = make_portfolio(done("exchange", "abroad"), done("buddy-group", "abroad"))

    assert found(portfolio, SOC, listed("conference", "abroad"), listed("language-cafe")) == [
        (1, ["an activity of a new type", "one activity in Sweden"]),
        (0, ["an activity of a new type"]),
    ]


def test_what_brings_nothing_is_left_out() -> None:
    portfolio = make_portfolio(done("exchange", "abroad"), done("buddy-group"), done("language-cafe"))

    assert found(portfolio, SOC, listed("exchange", "abroad"), listed("conference")) == []


def test_three_lectures_are_tried_as_three() -> None:
    assert found(make_portfolio(), SOC, listed("lecture")) == [
        (0, ["an activity of a new type", "one activity in Sweden"])
    ]


def test_points_are_said_no_higher_than_what_is_missing() -> None:
    portfolio = make_portfolio(
        *(replace(done(type_), evidence=True) for type_ in ("exchange", "short-stay", "course", "lecture"))
    )

    assert found(portfolio, JU, listed("exchange"), listed("lecture")) == [(0, ["5 points"]), (1, ["5 points"])]


def test_the_reflection_is_tried_with_it() -> None:
    fits = fitting(make_portfolio(make_reflected()), KI, [listed("exchange")], TODAY)

    assert fits[0].gains == (Gain("activities", 1), Gain("reflections", 1))


def test_the_same_activity_again_brings_nothing() -> None:
    portfolio = make_portfolio(make_reflected("Language café"))

    assert found(portfolio, KI, listed("language_cafe", title="Language café")) == []


def test_a_finished_portfolio_needs_nothing() -> None:
    assert found(make_finished_portfolio(), KI, listed("exchange")) == []


def test_after_the_studies_nothing_fits_where_they_are_the_limit() -> None:
    portfolio = replace(make_portfolio(), study_end_date=date(2026, 1, 31))

    assert found(portfolio, SOC, listed("exchange", "abroad")) == []


def test_gains_add_up_to_what_progress_says() -> None:
    portfolio = make_portfolio(done("exchange", "abroad"))
    missing = {one.id: one.missing for one in progress(portfolio, SOC, on=TODAY).requirements}

    for fit in fitting(portfolio, SOC, [listed(type_.id) for type_ in SOC.types], TODAY):
        assert all(0 < gain.amount <= missing[gain.requirement_id] for gain in fit.gains)


def test_forty_items_take_no_time_that_anybody_notices() -> None:
    portfolio = make_portfolio(*(done(type_.id) for type_ in SOC.types[:4]))
    items = [listed(SOC.types[n % len(SOC.types)].id, title=f"Item {n}") for n in range(40)]

    started = perf_counter()
    fitting(portfolio, SOC, items, TODAY)

    assert perf_counter() - started < 0.25
