"""The table in the tests' README names every test of this folder, and nothing that is not there."""

import re
from pathlib import Path

HERE = Path(__file__).parent
README = (HERE.parent / "README.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in README.partition("|---|---|---|\n")[2].splitlines()]


def _tests() -> list[str]:
    """Name every test of this folder but those of this file, as the table does."""
    return [
        f"{file.name}::{name}"
        for file in sorted(HERE.glob("test_*.py"))
        if file != Path(__file__)
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def _named() -> set[str]:
    return set(re.findall(r"`(test_\w+\.py::\w+)`", README))


def test_every_test_that_the_table_names_is_there() -> None:
    assert sorted(_named() - set(_tests())) == []


def test_the_table_names_every_test() -> None:
    assert sorted(set(_tests()) - _named()) == []


def test_no_two_tests_of_a_file_have_one_name() -> None:
    assert len(_tests()) == len(set(_tests()))


def test_a_row_names_a_test_or_says_why_there_is_none() -> None:
    reasons = ("Background: ", "Issue ", "Not kept")

    bare = [row for row in ROWS if "::" not in row[-1] and not row[-1].startswith(reasons)]

    assert (bare, {len(row) for row in ROWS}) == ([], {3})
