"""Tests of progress under KI's rules."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.bilingual import Bilingual
from models.rules.portfolio import ActivityStanding, FinalPiece, PieceStanding, Portfolio, PortfolioActivity
from models.rules.progress import NotCounted, RequirementProgress, final_deadline, may_start_final, progress
from models.rules.sentences import say
from tests.models.rules.factories import (
    DAY_AFTER,
    DEADLINE,
    KI,
    STUDY_END,
    TODAY,
    make_activity,
    make_final,
    make_finished_portfolio,
    make_portfolio,
    make_reflected,
    make_reflection,
)


def requirement(portfolio: Portfolio, id_: str, on: date = TODAY) -> RequirementProgress:
    (found,) = [r for r in progress(portfolio, KI, on=on).requirements if r.id == id_]
    return found


def test_three_activities_three_reflections_and_the_final_one_are_complete() -> None:
    result = progress(make_finished_portfolio(), KI, on=TODAY)

    assert result.complete
    assert [(r.id, r.needed, r.have, r.missing) for r in result.requirements] == [
        ("activities", 3, 3, 0),
        ("reflections", 3, 3, 0),
        ("final", 1, 1, 0),
    ]
    assert [r.sentence.en for r in result.requirements] == [
        "You have enough activities.",
        "All the reflections that you need are accepted.",
        "Your final reflection is accepted.",
    ]


def test_an_empty_portfolio_lacks_everything_and_says_so() -> None:
    result = progress(make_portfolio(), KI, on=TODAY)

    assert not result.complete
    assert [(r.sentence.sv, r.sentence.en) for r in result.requirements] == [
        ("Du saknar 3 aktiviteter.", "You lack 3 activities."),
        (
            "Du saknar 3 godkända reflektioner. Inlämnade hittills: 0.",
            "You lack 3 accepted reflections. Handed in so far: 0.",
        ),
        (
            "Du saknar slutreflektionen. Lämna in den senast den 8 maj 2026.",
            "You lack the final reflection. Hand it in by 8 May 2026 at the latest.",
        ),
    ]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("proposed", "The activity is not approved yet."),
        ("approved", "The activity is not completed yet."),
        ("declined", "The activity was declined."),
        ("withdrawn", "The activity was withdrawn."),
    ],
)
def test_an_activity_that_is_not_done_is_not_counted_and_told_why(state: ActivityStanding, why: str) -> None:
    portfolio = make_portfolio(make_activity("TedX", state), make_reflected(Bilingual("Språkkafé", "Language café")))

    activities = requirement(portfolio, "activities")

    assert activities.counted == (Bilingual("Språkkafé", "Language café"),)
    assert [(title.en, sentence.en) for title, sentence in activities.not_counted] == [("TedX", why)]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("draft", "The reflection is not handed in yet."),
        ("submitted", "The reflection is handed in and waits for its assessment."),
        ("in_assessment", "The reflection is being assessed."),
        ("returned", "The reflection came back with comments. Revise it and hand it in again."),
    ],
)
def test_a_reflection_that_is_not_accepted_is_not_counted_and_told_why(state: PieceStanding, why: str) -> None:
    reflections = requirement(make_portfolio(make_reflected("TedX", state)), "reflections")

    assert reflections.have == 0
    assert [(title.en, sentence.en) for title, sentence in reflections.not_counted] == [("TedX", why)]


def test_a_completed_activity_without_reflection_is_told_so() -> None:
    reflections = requirement(make_portfolio(make_activity("TedX")), "reflections")

    assert reflections.not_counted == (NotCounted(Bilingual.of("TedX"), say("reflection_missing")),)


def test_no_reflection_is_asked_for_before_the_activity_is_done() -> None:
    reflections = requirement(make_portfolio(make_activity(state="approved")), "reflections")

    assert reflections.not_counted == ()


def test_a_reflection_on_an_activity_that_is_not_done_does_not_count() -> None:
    early = make_activity("TedX", "approved", make_reflection())

    reflections = requirement(make_portfolio(early), "reflections")

    assert reflections.not_counted == (NotCounted(Bilingual.of("TedX"), say("activity_approved")),)


def test_handed_in_reflections_are_told_beside_the_accepted_ones() -> None:
    portfolio = make_portfolio(
        make_reflected("A"), make_reflected("B"), make_reflected("C", "submitted"), make_reflected("D", "draft")
    )

    assert requirement(portfolio, "reflections").sentence == say("reflections_missing", missing=1, submitted=3)


def test_an_accepted_reflection_in_a_format_outside_its_limits_does_not_count() -> None:
    short = replace(make_reflection(), words=50)

    reflections = requirement(make_portfolio(make_activity("TedX", reflection=short)), "reflections")

    assert reflections.not_counted == (NotCounted(Bilingual.of("TedX"), say("words_too_few", words=50, minimum=100)),)


def test_more_than_is_needed_is_shown_and_nothing_is_missing() -> None:
    activities = requirement(make_portfolio(*(make_reflected(title) for title in "ABCD")), "activities")

    assert (activities.have, activities.missing, activities.met) == (4, 0, True)


@pytest.mark.parametrize(
    ("final", "said"),
    [
        (make_final("draft"), say("final_draft", deadline=DEADLINE)),
        (make_final("submitted"), say("final_waits")),
        (make_final("in_assessment"), say("final_waits")),
        (make_final("returned"), say("final_returned")),
        (replace(make_final(), language="sv"), say("language_not_allowed", languages=Bilingual("engelska", "English"))),
        (replace(make_final(), words=1499), say("words_too_few", words=1499, minimum=1500)),
    ],
)
def test_a_final_reflection_that_does_not_count_is_told_why(final: FinalPiece, said: object) -> None:
    portfolio = replace(make_finished_portfolio(), final=final)

    result = requirement(portfolio, "final")

    assert not progress(portfolio, KI, on=TODAY).complete
    assert (result.have, result.sentence) == (0, said)
    assert [why for _, why in result.not_counted] == [said]


def test_a_missing_final_reflection_can_still_come_on_the_deadline() -> None:
    assert requirement(make_portfolio(), "final", on=DEADLINE).sentence == say("final_missing", deadline=DEADLINE)


def test_a_missing_final_reflection_is_too_late_the_day_after() -> None:
    assert requirement(make_portfolio(), "final", on=DAY_AFTER).sentence == say("final_too_late", deadline=DEADLINE)


def test_a_final_reflection_handed_in_on_the_deadline_counts_for_ever() -> None:
    final = replace(make_final(), first_submitted_date=DEADLINE)
    portfolio = replace(make_finished_portfolio(), final=final)

    assert progress(portfolio, KI, on=STUDY_END).complete


def test_a_final_reflection_handed_in_the_day_after_does_not_count() -> None:
    final = replace(make_final(), first_submitted_date=DAY_AFTER)
    portfolio = replace(make_finished_portfolio(), final=final)

    assert requirement(portfolio, "final", on=STUDY_END).sentence == say(
        "final_handed_in_too_late", submitted=DAY_AFTER, deadline=DEADLINE
    )


def test_the_final_deadline_is_four_weeks_before_the_studies_end() -> None:
    assert final_deadline(KI, date(2026, 6, 5)) == date(2026, 5, 8)


def test_an_extension_moves_the_deadline() -> None:
    assert final_deadline(KI, STUDY_END, date(2026, 5, 20)) == date(2026, 5, 20)


def test_an_extension_never_makes_the_deadline_earlier() -> None:
    assert final_deadline(KI, STUDY_END, date(2026, 4, 1)) == DEADLINE


@pytest.mark.parametrize(("on", "left"), [(DEADLINE - timedelta(days=1), 1), (DEADLINE, 0), (DAY_AFTER, -1)])
def test_the_days_left_are_counted_to_the_deadline(on: date, left: int) -> None:
    result = progress(make_portfolio(), KI, on=on)

    assert (result.final_deadline, result.days_left) == (DEADLINE, left)


def test_without_a_final_reflection_there_is_no_deadline() -> None:
    without_final = KI.model_copy(update={"final": KI.final.model_copy(update={"required": False})})
    portfolio = replace(make_finished_portfolio(), final=None)

    result = progress(portfolio, without_final, on=TODAY)

    assert (result.complete, result.final_deadline, result.days_left) == (True, None, None)
    assert may_start_final(portfolio, without_final, TODAY) == say("final_not_asked_for")


def test_without_reflections_activities_are_enough() -> None:
    without_reflections = KI.model_copy(update={"reflection": KI.reflection.model_copy(update={"required": False})})
    portfolio = make_portfolio(*(make_activity(title) for title in "ABC"), final=make_final())

    result = progress(portfolio, without_reflections, on=TODAY)

    assert (result.complete, [r.id for r in result.requirements]) == (True, ["activities", "final"])


@pytest.mark.parametrize("state", ["submitted", "in_assessment", "returned", "accepted"])
def test_the_final_reflection_opens_with_three_handed_in_reflections(state: PieceStanding) -> None:
    portfolio = make_portfolio(*(make_reflected(title, state) for title in "ABC"))

    assert may_start_final(portfolio, KI, TODAY) is None


def test_the_final_reflection_waits_for_the_third_activity() -> None:
    portfolio = make_portfolio(make_reflected("A"), make_reflected("B"), make_activity("C", "approved"))

    why = may_start_final(portfolio, KI, TODAY)

    assert why is not None
    assert why.en == "The final reflection opens when you have completed 3 activities. Completed so far: 2."
    assert why.sv == "Slutreflektionen öppnas när du har genomfört 3 aktiviteter. Genomförda hittills: 2."


def test_the_final_reflection_waits_for_the_third_reflection() -> None:
    portfolio = make_portfolio(make_reflected("A"), make_reflected("B"), make_reflected("C", "draft"))

    why = may_start_final(portfolio, KI, TODAY)

    assert why is not None
    assert why.en == "The final reflection opens when you have handed in 3 reflections. Handed in so far: 2."


def test_the_final_reflection_may_be_started_on_the_deadline() -> None:
    portfolio = replace(make_finished_portfolio(), final=None)

    assert may_start_final(portfolio, KI, DEADLINE) is None


def test_the_final_reflection_may_not_be_started_the_day_after() -> None:
    portfolio = replace(make_finished_portfolio(), final=None)

    assert may_start_final(portfolio, KI, DAY_AFTER) == say("final_too_late", deadline=DEADLINE)


def test_a_draft_of_the_final_reflection_is_too_late_the_day_after() -> None:
    portfolio = replace(make_finished_portfolio(), final=make_final("draft"))

    assert may_start_final(portfolio, KI, DAY_AFTER) == say("final_too_late", deadline=DEADLINE)


def test_a_returned_final_reflection_may_be_revised_after_the_deadline() -> None:
    portfolio = replace(make_finished_portfolio(), final=make_final("returned"))

    assert may_start_final(portfolio, KI, DAY_AFTER) is None


def test_the_json_has_the_agreed_shape() -> None:
    title = Bilingual("Språkkafé", "Language café")
    portfolio = make_portfolio(make_reflected(title), make_activity("TedX", "declined"))

    told = json.loads(json.dumps(progress(portfolio, KI, on=TODAY).to_json()))

    assert (told["complete"], told["final_deadline"]) == (False, "2026-05-08")
    assert told["requirements"][0] == {
        "id": "activities",
        "needed": 3,
        "have": 1,
        "missing": 2,
        "met": False,
        "counted": ["Language café"],
        "not_counted": [
            {"title": "TedX", "why": {"sv": "Aktiviteten har fått avslag.", "en": "The activity was declined."}}
        ],
        "sentence": {"sv": "Du saknar 2 aktiviteter.", "en": "You lack 2 activities."},
    }


days = st.dates(date(2024, 9, 1), date(2026, 12, 31))
reflections = st.none() | st.builds(
    make_reflection, st.sampled_from(["draft", "submitted", "in_assessment", "returned", "accepted"])
)
any_activity = st.builds(
    PortfolioActivity,
    title=st.sampled_from(["TedX", "Language café", Bilingual("Mässa", "Fair")]),
    type=st.just("other"),
    place=st.sampled_from(["sweden", "abroad"]),
    mode=st.sampled_from(["onsite", "online", "hybrid"]),
    state=st.sampled_from(["proposed", "approved", "done", "declined", "withdrawn"]),
    occasions=st.lists(days, max_size=2).map(tuple),
    reflection=reflections,
)
finals = st.none() | st.builds(make_final, st.sampled_from(["draft", "submitted", "returned", "accepted"]))
portfolios = st.builds(
    Portfolio,
    admitted_date=st.just(date(2024, 9, 2)),
    study_end_date=days,
    extension_until=st.none() | days,
    activities=st.lists(any_activity, max_size=6).map(tuple),
    final=finals,
)


@given(portfolios, days, st.randoms(use_true_random=False))
def test_the_order_of_activities_never_matters(portfolio: Portfolio, on: date, random: object) -> None:
    shuffled = list(portfolio.activities)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    other = replace(portfolio, activities=tuple(shuffled))

    assert progress(other, KI, on=on) == progress(portfolio, KI, on=on)
    assert may_start_final(other, KI, on) == may_start_final(portfolio, KI, on)


@given(portfolios, days)
def test_an_accepted_activity_more_never_lowers_progress(portfolio: Portfolio, on: date) -> None:
    more = replace(portfolio, activities=(*portfolio.activities, make_reflected("Mentor")))

    before, after = progress(portfolio, KI, on=on), progress(more, KI, on=on)

    assert [a.have >= b.have for a, b in zip(after.requirements, before.requirements, strict=True)] == [True] * 3
    assert after.complete >= before.complete


@given(portfolios, days)
def test_a_requirement_is_met_exactly_when_nothing_is_missing(portfolio: Portfolio, on: date) -> None:
    result = progress(portfolio, KI, on=on)

    assert [(r.met, len(r.counted)) for r in result.requirements] == [
        (r.have >= r.needed, r.have) for r in result.requirements
    ]
    assert result.complete == all(r.have >= r.needed for r in result.requirements)


@given(portfolios, days)
def test_everything_can_be_said_in_both_languages(portfolio: Portfolio, on: date) -> None:
    result = progress(portfolio, KI, on=on)

    said = [r.sentence for r in result.requirements] + [n.why for r in result.requirements for n in r.not_counted]

    assert all(sentence.sv and sentence.en for sentence in said)
