"""How long one judgement of a large portfolio takes, for every preset; the brute-force reference beside it."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

from models.rules.portfolio import Portfolio, PortfolioActivity, PortfolioEvent, ReflectionFact
from models.rules.progress import progress
from models.rules.ruleset import RuleSet, preset, preset_names

ACTIVITIES, TIMES = 60, 101
TODAY = date(2025, 1, 15)


async def measure() -> None:
    """Print the median and the slowest judgement of 60 activities, in milliseconds; the aim is a median of 2."""
    print(f"one student with {ACTIVITIES} activities, median and slowest of {TIMES}, ms")
    for name in preset_names():
        rule_set = preset(name)
        portfolio = portfolio_for(rule_set, ACTIVITIES, random.Random(7))
        took = _times(lambda: progress(portfolio, rule_set, on=TODAY))  # noqa: B023  Called at once.
        print(f"  {name:14} {statistics.median(took):6.2f} {max(took):6.2f}")


def portfolio_for(rule_set: RuleSet, activities: int, chance: random.Random) -> Portfolio:
    """Make a student who has done many things of all the kinds that a rule set knows."""
    types = [type_.id for type_ in rule_set.types] or ["exchange", "lecture", "buddy-group"]
    classes = [class_.id for class_ in rule_set.classes] or [None]
    themes = [theme.id for theme in rule_set.themes] or [None]
    return Portfolio(
        admitted_date=date(2021, 9, 1),
        study_end_date=date(2022, 6, 5) if "2022" in rule_set.id else date(2025, 6, 5),
        activities=tuple(
            PortfolioActivity(
                title=f"Activity {number}",
                type=chance.choice(types),
                place=chance.choice(("sweden", "abroad")),
                mode=chance.choice(("onsite", "online", "hybrid")),
                state="done",
                occasions=tuple(date(2021, 10, 1) + timedelta(days=chance.randrange(200)) for _ in range(2)),
                reflection=ReflectionFact("written", "accepted", words=1000, language="en"),
                class_=chance.choice(classes),
                theme=chance.choice(themes),
                points=chance.choice((None, 5, 10)),
                evidence=True,
                attendance=90,
            )
            for number in range(activities)
        ),
        events=tuple(PortfolioEvent(kind.id, date(2021, 12, 1), attended=True) for kind in rule_set.events),
    )


def _times(call: Callable[[], object]) -> list[float]:
    took = []
    for _ in range(TIMES):
        start = time.perf_counter()
        call()
        took.append((time.perf_counter() - start) * 1000)
    return took
