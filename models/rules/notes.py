"""Says how a rule set counted: what was put together, what may replace what, and where a cap was reached."""

from collections.abc import Iterator
from datetime import timedelta

from models.rules.bilingual import Bilingual
from models.rules.choices import Choice
from models.rules.portfolio import Portfolio
from models.rules.primitives import CountAs, Trade
from models.rules.ruleset import RuleSet
from models.rules.sentences import Sentence, say
from models.rules.units import Counting
from models.rules.wording import all_of, number_words, values_words, where_words


def notes(rule_set: RuleSet, portfolio: Portfolio, counting: Counting, choice: Choice) -> Iterator[Sentence]:
    """Say what a student could wonder about."""
    yield from _groups(rule_set, counting)
    for substitution in rule_set.substitutions:
        if substitution.is_open(portfolio.study_end_date):
            yield (
                _count_as(substitution, rule_set)
                if isinstance(substitution, CountAs)
                else _trade(substitution, rule_set)
            )
    for use in choice.uses:
        titles = {row.number: row.title for unit in use.units for row in unit.rows}
        named = all_of([Bilingual(f"”{title.sv}”", f"“{title.en}”") for title in titles.values()])
        wanted = values_words(use.substitution.facet, (use.substitution.wanted,), rule_set)
        line = "used_as" if isinstance(use.substitution, CountAs) else "used_together"
        yield say(line, titles=named, wanted=wanted, count=len(titles))


def _groups(rule_set: RuleSet, counting: Counting) -> Iterator[Sentence]:
    for pool in counting.pools:
        type_ = rule_set.type_of(str(pool.rows[0].facts.type))
        if type_ is None:
            continue
        plural = type_.plural or Bilingual(f"tillfällen av {type_.name.sv}", f"occasions of {type_.name.en}")
        days = len(pool.dates)
        if pool.units:
            yield say(
                "group_counts",
                days=number_words(days),
                units=pool.units,
                unit_words=number_words(pool.units),
                plural=plural,
            )
        else:
            yield say(
                "group_too_small",
                count=days,
                days=number_words(days),
                needed=number_words(pool.needed),
                plural=plural,
            )


def _count_as(substitution: CountAs, rule_set: RuleSet) -> Sentence:
    what = where_words(substitution.where, rule_set)
    wanted = values_words(substitution.facet, (substitution.wanted,), rule_set)
    if substitution.study_end_until is None:
        return say("counts_as_note", what=what, wanted=wanted)
    return say(
        "counts_as_until_note", what=what, wanted=wanted, before=substitution.study_end_until + timedelta(days=1)
    )


def _trade(substitution: Trade, rule_set: RuleSet) -> Sentence:
    return say(
        "trade_note",
        number=number_words(substitution.number),
        given=values_words(substitution.facet, (substitution.given,), rule_set),
        wanted=values_words(substitution.facet, (substitution.wanted,), rule_set),
    )
