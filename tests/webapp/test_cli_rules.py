"""`cim rules`: what it prints where, and how it exits."""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from models.rules.ruleset import preset_names
from webapp.cli import main

PRESETS = Path(str(files("models.rules") / "presets"))
KI_TEXT = (PRESETS / "ki.toml").read_text(encoding="utf-8")
LU_HUM_TEXT = (PRESETS / "lu-hum.toml").read_text(encoding="utf-8")
CIRCLE = '\n[[substitution]]\nid = "back"\nkind = "trade"\nfacet = "class"\nwanted = "c"\ngiven = "b"\nnumber = 2\n'
CRITERIA = """
[[final.criterion]]
id = "line"
name = { sv = "Linje", en = "Line" }
level = [
  { id = "not-yet", name = { sv = "Inte än", en = "Not yet" }, passes = false },
  { id = "clear", name = { sv = "Tydligt", en = "Clear" } },
]
"""
PORTFOLIO = """[student]
admitted = 2024-09-02
study_end = 2026-06-05
programme = "2TL13"

[[activity]]
title = { sv = "Utbyte i Trieste", en = "Exchange in Trieste" }
type = "exchange"
place = "abroad"
class = "a"

[[activity]]
title = "TedX"
type = "event"
place = "sweden"
class = "b"
state = "approved"
"""


def _exit(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["rules", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def _file(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (
            KI_TEXT.replace("minimum = 3 ", "minimun = 3 ", 1),
            "21: requirement[1].minimun: there is no such key here; is “minimum” meant?",
        ),
        (
            KI_TEXT.replace('kind = "count"', 'kind = "sum"'),
            "20: requirement[1].kind: there is no kind “sum”; possible are count, points, event",
        ),
        (
            KI_TEXT.replace("target_min = 900", "target_min = -900"),
            "35: reflection.format[1].words.target_min: the number must be at least 0",
        ),
        (
            LU_HUM_TEXT + CIRCLE,
            f"{len(LU_HUM_TEXT.splitlines()) + 2}: substitution[2]: "
            "the substitutions go round in a circle: each replaces what the other needs",
        ),
        (
            'id = "ki"\nname',
            "2: TOML: a key is followed by = and a value; a table stands in brackets",
        ),
    ],
    ids=["typo", "unknown primitive", "negative number", "circle", "not TOML"],
)
def test_a_wrong_file_is_refused_with_file_line_key_and_sentence(
    text: str, refusal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, "mine.toml", text)

    code = _exit("check", str(file))

    assert (code, *capsys.readouterr()) == (1, "", f"{file}:{refusal}\n")


def test_two_files_with_the_same_version_are_refused_with_both_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _file(tmp_path, "a.toml", KI_TEXT)
    second = _file(tmp_path, "b.toml", KI_TEXT.replace("minimum = 3 ", "minimum = 4 "))

    code = _exit("check", str(tmp_path))

    said = capsys.readouterr()
    assert code == 1
    assert said.out == f"{first}: ok, Karolinska Institutet, pilot in the academic year 2025/26 (ki 2025-26)\n"
    assert said.err == (
        f"{second}:6: version: {first} is also ki 2025-26; "
        "a version that exists never changes, so give this one another number\n"
    )


def test_every_mistake_of_every_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = _file(tmp_path, "a.toml", KI_TEXT.replace("own_proposals = true", "colour = 1"))
    second = _file(tmp_path, "b.toml", "")

    _exit("check", str(first), str(second))

    keys = [line.split(": ")[:2] for line in capsys.readouterr().err.splitlines()]
    assert keys[:2] == [[f"{first}:1", "own_proposals"], [f"{first}:8", "colour"]]
    assert {place for place, _key in keys[2:]} == {f"{second}:1"}


def test_the_ready_made_rule_sets_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rules", "check", str(PRESETS), "ki"])

    said = capsys.readouterr()
    assert [Path(line.split(": ok, ")[0]).stem for line in said.out.splitlines()] == sorted(
        preset_names(), key=lambda name: f"{name}.toml"
    )
    assert said.err == ""


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda folder: folder / "nothing.toml", "There is no file {path}, and no ready-made rule set with this name"),
        (lambda folder: folder, "There is no file that ends with .toml in {path}."),
    ],
)
def test_what_cannot_be_checked_is_refused_in_words(
    make: object, refusal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path)  # type: ignore[operator]

    code = _exit("check", str(path))

    assert code == 1
    assert capsys.readouterr().err.startswith(refusal.format(path=path))


def test_a_file_that_is_no_text_is_refused_and_the_next_one_is_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "photo.toml"
    file.write_bytes(b"\xff\xd8\xff")

    code = _exit("check", str(file), "ki")

    told = capsys.readouterr()
    assert (code, told.err) == (1, f"{file}:1: TOML: this is no text in UTF-8\n")
    assert "(ki 2025-26)" in told.out


@pytest.mark.parametrize("content", ["a = " + "[" * 5_000, f"{'a.' * 3_000}b = 1", f"a = {'9' * 5_000}"])
def test_what_is_too_long_or_too_deep_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    file = tmp_path / "deep.toml"
    file.write_text(content, encoding="utf-8")

    code = _exit("check", str(file))

    assert (code, capsys.readouterr().err.splitlines()[0].startswith(f"{file}:1: TOML: the file cannot be read")) == (
        1,
        True,
    )


def test_a_portfolio_is_explained_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["rules", "explain", "lu-hum", str(_file(tmp_path, "p.toml", PORTFOLIO)), "--on", "2026-02-01", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (told["complete"], told["final_deadline"]) == (False, None)
    assert [(r["id"], r["needed"], r["have"], r["missing"], r["met"]) for r in told["requirements"]] == [
        ("a", 1, 1, 0, True),
        ("b", 2, 0, 2, False),
    ]
    assert told["requirements"][0]["counted"] == ["Exchange in Trieste"]
    assert {
        "title": "TedX",
        "why": {"sv": "Aktiviteten är inte genomförd än.", "en": "The activity is not completed yet."},
    } in told["requirements"][1]["not_counted"]
    assert set(told["requirements"][0]["sentence"]) == {"sv", "en"}


@pytest.mark.parametrize(
    ("arguments", "terminal", "words"),
    [
        (
            ("--language", "sv"),
            "C.UTF-8",
            ("1 februari 2026", "Utbyte i Trieste", "TedX: Aktiviteten är inte genomförd än."),
        ),
        ((), "sv_SE.UTF-8", ("1 februari 2026", "Utbyte i Trieste", "TedX: Aktiviteten är inte genomförd än.")),
        ((), "C.UTF-8", ("1 February 2026", "Exchange in Trieste", "TedX: The activity is not completed yet.")),
    ],
)
def test_a_portfolio_is_explained_to_people_in_their_language(
    arguments: tuple[str, ...],
    terminal: str,
    words: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", terminal)
    file = _file(tmp_path, "p.toml", PORTFOLIO)

    main(["rules", "explain", "lu-hum", str(file), "--on", "2026-02-01", *arguments])

    said = capsys.readouterr().out
    assert [word for word in words if word not in said] == []
    assert ("[x] 1/1  " in said, "[ ] 0/2  " in said) == (True, True)


def test_how_pieces_are_judged_is_explained_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    rules = _file(
        tmp_path, "mine.toml", KI_TEXT.replace("[reflection]\n", "[reflection]\nanswer_days = 21\n") + CRITERIA
    )
    portfolio = _file(tmp_path, "p.toml", PORTFOLIO)

    main(["rules", "explain", str(rules), str(portfolio), "--on", "2026-02-01"])

    assert capsys.readouterr().out.splitlines()[-6:] == [
        "",
        "Reflection:",
        "    An assessor answers within 21 days after the hand-in.",
        "",
        "Final reflection:",
        "    Line: Not yet (not enough), Clear.",
    ]


def test_a_rule_set_may_be_a_file_and_the_day_is_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = _file(tmp_path, "mine.toml", LU_HUM_TEXT)
    to_come = date.fromordinal(date.today().toordinal() + 2)
    activity = f'class = "b"\noccasions = [{to_come}]\nstate = "done"\n'
    portfolio = _file(tmp_path, "p.toml", PORTFOLIO.replace('class = "b"\nstate = "approved"\n', activity))

    main(["rules", "explain", str(rules), str(portfolio), "--json"])

    assert [r["have"] for r in json.loads(capsys.readouterr().out)["requirements"]] == [1, 0]


def test_a_wrong_portfolio_is_refused_with_file_line_key_and_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, "p.toml", PORTFOLIO.replace('"sweden"', '"swedn"'))

    code = _exit("explain", "ki", str(file))

    assert (code, *capsys.readouterr()) == (
        1,
        "",
        f"The portfolio in {file} is not valid, line 15 (activity[2].place): "
        "“swedn” is not possible here; is “sweden” meant? Possible are sweden, abroad\n",
    )


def test_a_portfolio_that_is_not_there_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = _exit("explain", "ki", str(tmp_path / "p.toml"))

    assert (code, capsys.readouterr().err) == (1, f"There is no portfolio {tmp_path / 'p.toml'}.\n")


@pytest.mark.parametrize(
    "arguments", [(), ("check",), ("explain", "ki"), ("explain", "ki", "p.toml", "--on", "2026-02-30")]
)
def test_wrong_usage_exits_with_two(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code = _exit(*arguments)

    assert (code, capsys.readouterr().out) == (2, "")


@pytest.mark.parametrize("command", [(), ("check",), ("explain",)])
def test_every_command_explains_itself_and_takes_a_data_folder(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code = _exit(*command, "--help")

    assert code == 0
    assert "--data DIR" in capsys.readouterr().out
