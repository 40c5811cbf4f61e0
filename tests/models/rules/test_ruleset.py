"""Tests of rule-set files."""

from datetime import date
from importlib.resources import files

import pytest

from models.rules.bilingual import Bilingual
from models.rules.pieces import Bounds
from models.rules.ruleset import PresetNotFound, RuleSet, RuleSetInvalid, load, preset, preset_names

KI_TEXT = (files("models.rules") / "presets" / "ki.toml").read_text(encoding="utf-8")


def refusal_of(text: str) -> RuleSetInvalid:
    with pytest.raises(RuleSetInvalid) as refused:
        load(text, "mine.toml")
    return refused.value


def changed(old: str, new: str) -> str:
    assert old in KI_TEXT
    return KI_TEXT.replace(old, new, 1)


def test_every_preset_loads_and_is_named_after_its_id() -> None:
    loaded = [preset(name).id for name in preset_names()]

    assert tuple(loaded) == preset_names()


def test_ki_asks_for_three_activities_each_with_a_reflection() -> None:
    ki = preset("ki")

    assert (ki.version, ki.valid_from, ki.valid_until) == ("2025-26", date(2025, 7, 1), None)
    assert [(r.id, r.kind, r.minimum) for r in ki.requirements] == [("activities", "count", 3)]
    assert ki.reflection.required
    assert ki.certificate_name == Bilingual(
        "Certificate of International Merits", "Certificate of International Merits"
    )


def test_ki_opens_the_final_reflection_after_three_and_closes_it_four_weeks_before_the_end() -> None:
    final = preset("ki").final

    assert (final.after_activities, final.after_submitted_reflections) == (3, 3)
    assert (final.language, final.weeks_before_study_end) == ("en", 4)


@pytest.mark.parametrize(
    ("kind", "words", "seconds", "posts"),
    [
        ("written", Bounds(target_min=900, target_max=1100, minimum=100, maximum=3000), None, None),
        ("podcast", None, Bounds(target_min=120, target_max=180, minimum=5, maximum=900), None),
        ("video", None, Bounds(target_min=120, target_max=180, minimum=5, maximum=900), None),
        (
            "posts",
            Bounds(target_min=400, target_max=600, minimum=50, maximum=1500),
            None,
            Bounds(minimum=3, maximum=20),
        ),
    ],
)
def test_ki_limits_each_format_of_a_reflection(
    kind: str, words: Bounds | None, seconds: Bounds | None, posts: Bounds | None
) -> None:
    fmt = preset("ki").reflection.format_of(kind)

    assert fmt is not None
    assert (fmt.words, fmt.seconds, fmt.posts) == (words, seconds, posts)


def test_ki_takes_the_final_reflection_as_text_podcast_or_video() -> None:
    final = preset("ki").final

    assert {fmt.kind: fmt.words or fmt.seconds for fmt in final.formats} == {
        "written": Bounds(target_min=2700, target_max=3300, minimum=1500, maximum=6000),
        "podcast": Bounds(minimum=300, maximum=1800),
        "video": Bounds(minimum=300, maximum=1800),
    }


def test_ki_asks_five_questions_after_an_activity_and_three_at_the_end() -> None:
    ki = preset("ki")

    assert (len(ki.reflection.prompts), len(ki.final.prompts)) == (5, 3)
    assert all(text.endswith("?") for p in ki.reflection.prompts + ki.final.prompts for text in (p.sv, p.en))


def test_a_preset_that_does_not_exist_is_refused() -> None:
    with pytest.raises(PresetNotFound) as refused:
        preset("../ki")

    assert refused.value.arguments == {"name": "../ki"}


def test_the_fingerprint_is_the_same_for_the_same_content() -> None:
    with_another_comment = KI_TEXT.replace("# Source.", "# From the source.")

    assert load(with_another_comment, "copy.toml").fingerprint == preset("ki").fingerprint


def test_the_fingerprint_changes_with_one_number() -> None:
    changed_set = load(changed("target_max = 1100", "target_max = 1101"), "copy.toml")

    assert changed_set.fingerprint != preset("ki").fingerprint


def test_the_canonical_json_reads_back_as_the_same_rule_set() -> None:
    ki = preset("ki")

    assert RuleSet.model_validate_json(ki.canonical_json()) == ki


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('id = "ki"', 'id = "K I"', "id"),
        ('version = "2025-26"', "version = 2025", "version"),
        ("own_proposals = true", 'own_proposals = "no"', "own_proposals"),
        ("own_proposals = true", "", "own_proposals"),
        ("own_proposals = true", "own_proposals = true\ncolour = 1", "colour"),
        ("own_proposals = true", "own_proposals = true\nvalid_until = 2025-06-30", "valid_until"),
        ('kind = "count"', 'kind = "sum"', "requirement[1].kind"),
        ("minimum = 3 ", "minimum = 0 ", "requirement[1].minimum"),
        ('id = "activities"', 'id = "final"', "requirement[1].id"),
        ("target_min = 900", 'target_min = "900"', "reflection.format[1].words.target_min"),
        ("target_min = 900", "target_min = -1", "reflection.format[1].words.target_min"),
        ("target_min = 900", "", "reflection.format[1].words"),
        ("target_min = 900", "target_min = 90", "reflection.format[1].words"),
        ('kind = "video"', 'kind = "podcast"', "reflection.format"),
        ('kind = "video"', 'kind = "written"', "reflection.format[3].seconds"),
        ('sv = "Vad upplevde du?"', 'sv = " "', "reflection.prompt[2]"),
        ('sv = "Vad upplevde du?"', "", "reflection.prompt[2].sv"),
        ('sv = "Vad upplevde du?"', 'sv = "Vad?"\nde = "Was?"', "reflection.prompt[2].de"),
        ('language = "en"', 'language = "xx"', "final.language"),
    ],
)
def test_a_mistake_is_refused_with_the_file_and_the_key(old: str, new: str, key: str) -> None:
    refused = refusal_of(changed(old, new))

    assert (refused.arguments["file"], refused.arguments["key"]) == ("mine.toml", key)


def test_the_refusal_reads_as_a_sentence() -> None:
    refused = refusal_of(changed("target_min = 900", "target_min = 90"))

    assert str(refused) == (
        "The rule set in mine.toml is not valid, line 34 (reflection.format[1].words): "
        "the order is minimum ≤ target_min ≤ target_max ≤ maximum"
    )


def test_what_is_not_toml_is_refused_with_its_line() -> None:
    refused = refusal_of('id = "ki"\nname')

    assert str(refused) == (
        "The rule set in mine.toml is not valid, line 2 (TOML): "
        "a key is followed by = and a value; a table stands in brackets"
    )
