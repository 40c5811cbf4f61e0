"""Tests of finding a value's line in a TOML text."""

import pytest

from models.rules.lines import Path, last_line, line_of

TEXT = '''# A comment with = and [brackets]
id = "x" # 2
text = """ # 3
[not.a.table]
a = 1 \\""" still text """" # 5
'quoted key' = 'C:\\' # 6
dotted.key = 1 # 7
"dotted".other = [1, 2] # 8

[name] # 10
sv = "#"
en = "]" # 12

[[requirement]] # 14
id = "a"
where = { place = "abroad", type = ["x", "y"] } # 16

[[requirement]] # 18
id = "b"
[requirement.where] # 20
place = [ # 21
  # A comment in a list, with a ]
  "sweden",
  "abroad", # 24
]
[[requirement.step]] # 26
day = 2025-01-02 03:04:05
[[requirement.step]] # 28
day = 2025-01-03

[[requirement]] # 31
[[requirement.step]] # 32
day = 2025-01-04 # 33
[last.table] # 34
points = [{ a = 1 }, { a = 2,  b = [[1], [2]] }] # 35
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("id",), 2),
        (("text",), 3),
        (("quoted key",), 6),
        (("dotted", "key"), 7),
        (("dotted", "other", 1), 8),
        (("name",), 10),
        (("name", "en"), 12),
        (("requirement",), 14),
        (("requirement", 0, "where", "type", 1), 16),
        (("requirement", 1), 18),
        (("requirement", 1, "where"), 20),
        (("requirement", 1, "where", "place"), 21),
        (("requirement", 1, "where", "place", 1), 24),
        (("requirement", 1, "step", 0), 26),
        (("requirement", 1, "step", 1, "day"), 29),
        (("requirement", 2, "step", 0, "day"), 33),
        (("last",), 34),
        (("last", "table", "points", 1, "b", 1, 0), 35),
    ],
)
def test_a_value_is_found_where_it_stands(path: Path, line: int) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("version",), 1),
        (("name", "de"), 10),
        (("requirement", 1, "minimum"), 18),
        (("requirement", 0, "where", "mode"), 16),
        (("requirement", 1, "where", "mode"), 20),
    ],
)
def test_what_is_missing_is_told_by_the_table_it_belongs_to(path: Path, line: int) -> None:
    assert line_of(TEXT, path) == line


def test_a_file_from_windows_has_the_same_lines() -> None:
    assert line_of(TEXT.replace("\n", "\r\n"), ("requirement", 2, "step", 0, "day")) == 33


def test_the_last_line_is_the_last_one_that_holds_something() -> None:
    assert (last_line("a = 1\nb = [\n\n"), last_line("")) == (2, 1)
