"""Whether there is time enough, and what is still to do."""

from dataclasses import replace
from datetime import date, timedelta

from models.rules.outlook import Outlook, outlook
from models.rules.portfolio import Portfolio
from models.rules.progress import progress
from models.rules.ruleset import RuleSet, preset
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
)

TITLES = ("Language café", "Student ambassador", "TedX")


def look(portfolio: Portfolio, rule_set: RuleSet = KI, on: date = TODAY) -> Outlook:
    return outlook(progress(portfolio, rule_set, on=on), portfolio, rule_set, on)


def english(portfolio: Portfolio, rule_set: RuleSet = KI, on: date = TODAY) -> list[str]:
    return [sentence.en for sentence in look(portfolio, rule_set, on).sentences]


def test_with_weeks_left_it_says_what_is_to_do() -> None:
    found = look(make_portfolio())

    assert found.urgency == "calm"
    assert [(sentence.sv, sentence.en) for sentence in found.sentences] == [
        (
            "Du hinner: det är 9 veckor kvar, till den 8 maj 2026. "
            "Kvar att göra: tre aktiviteter med reflektioner och slutreflektionen.",
            "There is time: you have 9 weeks left, until 8 May 2026. "
            "Still to do: three activities with reflections and the final reflection.",
        )
    ]


def test_an_activity_without_its_reflection_is_told_apart() -> None:
    portfolio = make_portfolio(make_activity())

    assert english(portfolio) == [
        "There is time: you have 9 weeks left, until 8 May 2026. "
        "Still to do: two activities, three reflections and the final reflection."
    ]


def test_a_reflection_that_was_handed_in_is_not_to_do() -> None:
    portfolio = make_portfolio(*(make_reflected(title, "submitted") for title in TITLES))

    assert english(portfolio) == [
        "There is time: you have 9 weeks left, until 8 May 2026. Still to do: the final reflection."
    ]


def test_shortly_before_the_deadline_it_asks_to_begin_now() -> None:
    portfolio = make_portfolio(*map(make_reflected, TITLES))

    found = look(portfolio, on=DEADLINE - timedelta(days=12))

    assert found.urgency == "soon"
    assert [sentence.en for sentence in found.sentences] == [
        "You have 12 days left, until 8 May 2026.",
        "Begin the final reflection now.",
    ]


def test_a_draft_is_to_be_finished_on_the_last_day() -> None:
    portfolio = replace(make_portfolio(*map(make_reflected, TITLES)), final=make_final("draft"))

    assert english(portfolio, on=DEADLINE) == [
        "Today is the last day.",
        "Finish your final reflection and hand it in.",
    ]


def test_little_time_and_much_to_do_is_said_plainly() -> None:
    assert english(make_portfolio(), on=DEADLINE - timedelta(days=1)) == [
        "You have 1 day left, until 8 May 2026.",
        "There is little time. Still to do: three activities with reflections and the final reflection. "
        "Tell your programme if it is not enough.",
    ]


def test_after_the_deadline_only_an_extension_helps() -> None:
    found = look(make_portfolio(), on=DAY_AFTER)

    assert found.urgency == "late"
    assert [sentence.en for sentence in found.sentences] == [
        "The last day for the final reflection was 8 May 2026. You need an extension now: ask your programme."
    ]


def test_who_handed_the_final_in_has_only_the_rest_to_do_after_the_deadline() -> None:
    portfolio = replace(make_portfolio(*map(make_reflected, TITLES[:2])), final=make_final("submitted"))

    found = look(portfolio, on=DAY_AFTER)

    assert (found.urgency, [s.en for s in found.sentences]) == (
        "calm",
        ["Still to do: one activity with a reflection."],
    )


def test_who_waits_has_done_their_part() -> None:
    portfolio = replace(make_finished_portfolio(), final=make_final("submitted"))

    assert english(portfolio) == ["You have done your part: what is handed in waits for others."]


def test_when_everything_is_there_nothing_is_said() -> None:
    assert look(make_finished_portfolio()) == Outlook(())


def test_without_a_final_piece_the_end_of_the_studies_is_the_limit() -> None:
    assert english(make_portfolio(), preset("ju")) == [
        "What takes place by 5 June 2026, when your studies end, counts: you have 13 weeks left. "
        "Still to do: 100 points."
    ]


def test_what_takes_place_after_the_studies_does_not_help() -> None:
    found = look(make_portfolio(), preset("ju"), STUDY_END + timedelta(days=1))

    assert found.urgency == "late"
    assert found.sentences[0].en[:34] == "Your studies ended on 5 June 2026:"


def test_the_parts_of_a_whole_are_not_counted_twice() -> None:
    assert english(make_portfolio(), preset("lu-med")) == [
        "Still to do: three activities (among them one activity in Sweden and one activity abroad), "
        "“Oral presentation” and the final reflection."
    ]


def test_whoever_is_not_eligible_is_told_so_first() -> None:
    portfolio = replace(make_portfolio(), has_international_syllabus=True)

    assert english(portfolio, preset("lu-soc")) == ["As it stands you cannot get the certificate: ask your programme."]


def test_the_last_day_to_apply_is_told_and_missed() -> None:
    rule_set, applied_until = preset("soch"), date(2026, 12, 4)

    before = english(make_portfolio(), rule_set)
    after = look(make_portfolio(), rule_set, applied_until + timedelta(days=1))

    assert before[-1] == "Apply for the certificate by 4 December 2026 at the latest."
    assert after.urgency == "late"


def test_a_final_piece_that_came_back_may_be_revised_after_the_deadline() -> None:
    portfolio = replace(make_finished_portfolio(), final=make_final("returned"))

    assert english(portfolio, on=DAY_AFTER) == ["Still to do: the final reflection."]
