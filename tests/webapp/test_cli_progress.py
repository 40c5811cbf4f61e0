"""The bar of a long command."""

import io

from webapp.cli_progress import LINES, WIDTH, Bar, said


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_bar_moves_in_its_line_and_leaves_it_complete() -> None:
    out = _Terminal()

    with Bar(10.0, out=out) as bar:
        for done in (0.0, 5.0, 10.0):
            bar(done)

    half = "#" * (WIDTH // 2) + "." * (WIDTH // 2)
    assert [line.rstrip() for line in out.getvalue().split("\r")] == [
        "",
        f"[{'.' * WIDTH}] 0:00 of 0:10",
        f"[{half}] 0:05 of 0:10",
        f"[{'#' * WIDTH}] 0:10 of 0:10",
    ]
    assert out.getvalue().endswith("\n")


def test_the_bar_says_about_how_long_the_rest_takes() -> None:
    out, clock = _Terminal(), _Clock()

    with Bar(7200.0, out=out, now=clock) as bar:
        clock.seconds = 100.0
        bar(1800.0)

    assert "30:00 of 2:00:00, about 5:00 left" in out.getvalue()


def test_a_shorter_line_covers_a_longer_one() -> None:
    out, clock = _Terminal(), _Clock()

    with Bar(100.0, out=out, now=clock) as bar:
        clock.seconds = 10.0
        bar(50.0)
        bar(100.0)

    before, last = out.getvalue().rstrip("\n").split("\r")[1:]
    assert len(last) == len(before)


def test_where_nobody_watches_it_is_a_few_lines() -> None:
    out = io.StringIO()

    with Bar(1000.0, out=out) as bar:
        for done in range(1001):
            bar(float(done))

    assert len(out.getvalue().splitlines()) == LINES + 1
    assert "\r" not in out.getvalue()


def test_more_than_all_and_nothing_at_all_are_shown_as_all() -> None:
    out = io.StringIO()

    with Bar(0.0, out=out) as bar:
        bar(3.0)

    assert out.getvalue() == "0:00 of 0:00\n"


def test_lengths_are_said_as_on_a_clock() -> None:
    assert [said(seconds) for seconds in (0, 59.4, 59.6, 3599, 7200)] == ["0:00", "0:59", "1:00", "59:59", "2:00:00"]
