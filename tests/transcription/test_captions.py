import html
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transcription.captions import LONGEST_CUE_MS, LONGEST_LINE, Cue, cues, paragraphs, plain_text, webvtt
from transcription.speech import Word


def make_words(text: str, *, word_seconds: float = 0.4, start_seconds: float = 0.0) -> list[Word]:
    return [
        Word(part, start_seconds + n * word_seconds, start_seconds + (n + 1) * word_seconds, 0.9)
        for n, part in enumerate(text.split())
    ]


_texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["-->", "a-->b", "<i>", "&amp;", "NOTE", "WEBVTT", "done.", "well,", "x\n\ny"]),
)


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    """Words as an engine or a person may give them: any text, times that may stand still or overlap a little."""
    words, now = [], 0.0
    for text in draw(st.lists(_texts, max_size=60)):
        now = max(0.0, now + draw(st.floats(-0.2, 9)))
        length = draw(st.floats(0, 9))
        words.append(Word(text, now, now + length, 0.5))
        now += length
    return words


@given(spoken())
def test_captions_are_in_order_and_hold_every_word(words: list[Word]) -> None:
    made = cues(words)
    expected = " ".join(word.text for word in words).split()

    assert " ".join(line for cue in made for line in cue.lines).split() == expected
    assert all(0 < cue.end_ms - cue.start_ms <= LONGEST_CUE_MS for cue in made)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(made))
    assert all(len(cue.lines) <= 2 for cue in made)
    assert all(len(line) <= LONGEST_LINE or " " not in line for cue in made for line in cue.lines)


@given(spoken())
def test_text_cannot_break_out_of_its_caption(words: list[Word]) -> None:
    timing = re.compile(r"\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}")

    head, *blocks = webvtt(words).removesuffix("\n").split("\n\n")

    assert head == "WEBVTT"[: len(head)]
    texts = []
    for block in blocks:
        first, *lines = block.split("\n")
        assert timing.fullmatch(first)
        assert not re.search(r"-->|<|&(?!amp;|lt;|gt;)", "\n".join(lines))
        texts += lines
    assert html.unescape(" ".join(texts).replace("&amp;", "&#38;")).split() == " ".join(w.text for w in words).split()


def test_a_webvtt_file_reads_as_expected() -> None:
    words = [Word("Salt", 0.5, 1.0, 0.9), Word("&", 1.0, 1.2, 0.9), Word("<pepper>.", 3661.2, 3662.0, 0.9)]

    assert webvtt(words) == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:01.200\nSalt &amp;\n\n01:01:01.200 --> 01:01:02.000\n&lt;pepper&gt;.\n"
    )


def test_no_words_make_an_empty_file() -> None:
    assert webvtt([]) == "WEBVTT\n"
    assert plain_text([]) == ""


def test_a_caption_ends_rather_with_a_sentence() -> None:
    words = make_words(
        "We met the patients in the morning. After lunch the nurses showed us how they write down what happens.",
        word_seconds=0.25,
    )

    assert [cue.lines[-1].split()[-1] for cue in cues(words)] == ["morning.", "happens."]


def test_a_pause_ends_a_caption() -> None:
    words = [*make_words("One two"), *make_words("three four", start_seconds=2.0)]

    assert cues(words) == [Cue(0, 800, ("One two",)), Cue(2000, 2800, ("three four",))]


def test_slow_speech_is_divided_before_seven_seconds() -> None:
    made = cues(make_words("one two three four five six", word_seconds=2.0))

    assert [cue.lines for cue in made] == [("one two three",), ("four five six",)]


def test_no_lonely_word_is_left_over() -> None:
    made = cues(make_words("one two three four", word_seconds=2.0))

    assert [cue.lines for cue in made] == [("one two",), ("three four",)]


def test_a_word_corrected_to_several_is_divided_too() -> None:
    made = cues([Word("and " * 40, 0.0, 10.0, 0.5)])

    assert [line.count("and") for cue in made for line in cue.lines] == [10, 10, 10, 10]


def test_a_longer_pause_after_a_sentence_begins_a_paragraph() -> None:
    words = [
        *make_words("It rained."),
        *make_words("We went in", start_seconds=2.5),
        *make_words("and sat down.", start_seconds=5.5),
    ]

    assert plain_text(words) == "It rained.\n\nWe went in and sat down.\n"


def test_words_that_were_heard_as_one_share_its_time_by_their_letters() -> None:
    made = cues([Word("I understand", 0.0, 1.1, 0.5), *make_words("now", start_seconds=9.0)])
    slow = cues([Word("a " + "b" * 99, 0.0, 10.0, 0.5)])

    assert made[0] == Cue(0, 1100, ("I understand",))
    assert [cue.start_ms for cue in slow] == [0, 100]


def test_two_lines_are_about_as_long_as_each_other() -> None:
    [cue] = cues(make_words("Every second Tuesday people from many countries meet here.", word_seconds=0.3))

    assert cue.lines == ("Every second Tuesday people", "from many countries meet here.")


def test_a_line_does_not_end_with_a_word_that_leads_to_the_next() -> None:
    [cue] = cues(make_words("When we came back home to the old hospital in Lund", word_seconds=0.3))

    assert cue.lines == ("When we came back home", "to the old hospital in Lund")


def test_a_clause_is_rather_left_whole() -> None:
    [cue] = cues(make_words("When it rained, we all went into the small museum again", word_seconds=0.3))

    assert cue.lines == ("When it rained,", "we all went into the small museum again")


def test_who_speaks_without_rest_gets_paragraphs_too() -> None:
    made = paragraphs(make_words("One two three four five six seven eight nine ten. " * 30, word_seconds=0.2))

    assert [len(paragraph.text.split()) for paragraph in made] == [90, 90, 90, 30]
    assert made[1].start_seconds == 18.0
