"""Tests of the limits of a piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.limits import PieceFacts, count_words, hints, language_problem, measured, misfit, problems
from models.rules.pieces import Format
from models.rules.portfolio import ReflectionFact
from models.rules.sentences import Sentence
from tests.models.rules.factories import KI

words = st.text(st.characters(categories=["L", "Nd"]), min_size=1)


def reflection_format(kind: str) -> Format:
    fmt = KI.reflection.format_of(kind)
    assert fmt is not None
    return fmt


def in_english(sentences: list[Sentence]) -> list[str]:
    return [sentence.en for sentence in sentences]


@pytest.mark.parametrize("count", [100, 3000])
def test_a_text_at_its_hard_bounds_may_be_handed_in(count: int) -> None:
    assert problems(reflection_format("written"), PieceFacts(words=count)) == []


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (99, "The text has 99 words; at least 100 are needed."),
        (1, "The text has one word; at least 100 are needed."),
        (3001, "The text has 3001 words; at most 3000 fit."),
    ],
)
def test_a_text_beyond_its_hard_bounds_may_not_be_handed_in(count: int, said: str) -> None:
    assert in_english(problems(reflection_format("written"), PieceFacts(words=count))) == [said]


def test_each_measure_is_judged_by_itself() -> None:
    found = measured(reflection_format("posts"), PieceFacts(words=20, posts=4))

    assert [(one.measure, one.value, in_english(list(one.said))) for one in found] == [
        ("posts", 4, []),
        (
            "words",
            20,
            ["The text has 20 words; at least 50 are needed.", "The text has 20 words; the target is about 500."],
        ),
    ]


def test_what_is_empty_or_has_no_limits_is_not_measured() -> None:
    assert measured(reflection_format("podcast"), PieceFacts(words=800)) == []


@pytest.mark.parametrize("facts", [PieceFacts(), PieceFacts(words=0)])
def test_an_empty_text_is_called_empty_and_nothing_else(facts: PieceFacts) -> None:
    assert in_english(problems(reflection_format("written"), facts)) == ["Your text is empty."]


@pytest.mark.parametrize("kind", ["podcast", "video"])
def test_a_recording_that_is_not_there_is_missing(kind: str) -> None:
    assert in_english(problems(reflection_format(kind), PieceFacts(words=800))) == ["There is no recording yet."]


@pytest.mark.parametrize("seconds", [5, 900])
def test_a_recording_at_its_hard_bounds_may_be_handed_in(seconds: int) -> None:
    assert problems(reflection_format("video"), PieceFacts(seconds=seconds)) == []


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (4, "The recording is 0:04 long; it must be at least 0:05 (minutes:seconds)."),
        (901, "The recording is 15:01 long; it may be at most 15:00 (minutes:seconds)."),
    ],
)
def test_a_recording_beyond_its_hard_bounds_may_not_be_handed_in(seconds: int, said: str) -> None:
    assert in_english(problems(reflection_format("podcast"), PieceFacts(seconds=seconds))) == [said]


def test_posts_need_three_posts_and_a_text() -> None:
    found = problems(reflection_format("posts"), PieceFacts(posts=2, words=0))

    assert in_english(found) == ["Your text is empty.", "There are 2 posts; at least 3 are needed."]


def test_posts_without_posts_are_missing() -> None:
    assert in_english(problems(reflection_format("posts"), PieceFacts(words=500))) == ["There are no posts yet."]


def test_too_many_posts_do_not_fit() -> None:
    found = problems(reflection_format("posts"), PieceFacts(posts=21, words=500))

    assert in_english(found) == ["There are 21 posts; at most 20 fit."]


def test_a_final_podcast_of_five_minutes_is_long_enough() -> None:
    fmt = KI.final.format_of("podcast")

    assert fmt is not None
    assert problems(fmt, PieceFacts(seconds=300)) == []
    assert [p.id for p in problems(fmt, PieceFacts(seconds=299))] == ["recording_too_short"]


def test_a_text_off_its_target_is_told_in_both_languages() -> None:
    (hint,) = hints(reflection_format("written"), PieceFacts(words=640))

    assert hint.en == "The text has 640 words; the target is about 1000."
    assert hint.sv == "Texten har 640 ord; målet är ungefär 1000."


@pytest.mark.parametrize("count", [900, 1100])
def test_a_text_on_its_target_needs_no_hint(count: int) -> None:
    assert hints(reflection_format("written"), PieceFacts(words=count)) == []


@pytest.mark.parametrize("count", [899, 1101])
def test_a_text_just_off_its_target_never_blocks(count: int) -> None:
    facts = PieceFacts(words=count)

    assert [hint.id for hint in hints(reflection_format("written"), facts)] == ["words_off_target"]
    assert problems(reflection_format("written"), facts) == []


def test_a_recording_off_its_target_is_told_the_target() -> None:
    found = hints(reflection_format("podcast"), PieceFacts(seconds=65))

    assert in_english(found) == ["The recording is 1:05 long; the target is 2:00–3:00 (minutes:seconds)."]


def test_an_empty_piece_gets_no_hint() -> None:
    assert hints(reflection_format("written"), PieceFacts(words=0)) == []


def test_a_bound_without_target_gives_no_hint() -> None:
    assert hints(reflection_format("posts"), PieceFacts(posts=20, words=500)) == []


def test_the_final_reflection_must_be_in_english() -> None:
    problem = language_problem(KI.final, "sv")

    assert problem is not None
    assert (problem.sv, problem.en) == ("Språket måste vara engelska.", "The language must be English.")
    assert language_problem(KI.final, "en") is None


def test_a_reflection_may_be_in_swedish_or_english() -> None:
    problem = language_problem(KI.reflection, "de")

    assert problem is not None
    assert problem.sv == "Språket måste vara svenska eller engelska."
    assert [language_problem(KI.reflection, language) for language in ("sv", "en")] == [None, None]


def test_a_format_that_is_not_offered_does_not_fit() -> None:
    found = misfit(KI.final, ReflectionFact("posts", "submitted", words=3000, posts=3, language="en"))

    assert found is not None
    assert found.en == "The format posts cannot be chosen here."


def test_what_is_not_known_about_a_piece_is_not_held_against_it() -> None:
    assert misfit(KI.final, ReflectionFact("video", "accepted")) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("   \n\t ", 0),
        ("Vi lärde oss språk på caféet.", 6),
        ("It's the students' well-known café", 5),
        ("It’s mother‑in‑law", 2),
        ("One — two – three - four ... five", 5),
        ("# Heading\n\n- *first*\n- __second__\n\n---\n> [link](there)", 5),
        ("3.5 litres at 14:30, for 1,000 people", 7),
        ("One.Two", 2),
        ("cafe\u0301s re\u00adsume", 2),
        ("zero\u200bwidth", 2),
        ("हिन्दी भाषा", 2),
        ("🎉 party 👩‍🎓", 1),
        ("snake_case", 2),
    ],
)
def test_words_are_counted_as_people_count_them(text: str, count: int) -> None:
    assert count_words(text) == count


@given(st.lists(words))
def test_as_many_words_are_counted_as_were_put_side_by_side(parts: list[str]) -> None:
    assert count_words("\n".join(parts)) == len(parts)


@given(st.lists(words, min_size=1), st.sampled_from(["-", "'", "’"]))
def test_hyphens_and_apostrophes_join_words_into_one(parts: list[str], joint: str) -> None:
    assert count_words(joint.join(parts)) == 1


@given(st.text(), st.text())
def test_two_texts_have_the_words_of_both(first: str, second: str) -> None:
    assert count_words(f"{first} {second}") == count_words(first) + count_words(second)


@given(st.text("*_#>`~-–—.,;:!?()[]\"' \n"))
def test_punctuation_alone_is_no_word(text: str) -> None:
    assert count_words(text) == 0
