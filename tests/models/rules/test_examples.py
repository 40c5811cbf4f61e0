"""The three invented students make sense under every rule set that comes with the product."""

from datetime import date

import pytest

from models.rules.examples import examples
from models.rules.progress import progress
from models.rules.ruleset import preset, preset_names

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("name", preset_names())
def test_one_has_begun_one_lacks_little_and_one_has_everything(name: str) -> None:
    rule_set = preset(name)

    begun, halfway, finished = (progress(one.portfolio, rule_set, on=TODAY) for one in examples(rule_set, on=TODAY))

    assert (begun.complete, halfway.complete, finished.complete) == (False, False, True)
    assert begun.share < halfway.share < finished.share


@pytest.mark.parametrize("name", preset_names())
def test_the_one_halfway_lacks_exactly_one_thing_beside_the_pieces_that_follow_from_it(name: str) -> None:
    rule_set = preset(name)

    judged = progress(examples(rule_set, on=TODAY)[1].portfolio, rule_set, on=TODAY)

    lacking = [one for one in judged.requirements if not one.met and one.kind not in {"reflections", "final"}]
    assert 1 <= len(lacking) <= 2


def test_they_use_the_types_of_the_rule_set() -> None:
    rule_set = preset("ju")

    done = {activity.type for one in examples(rule_set, on=TODAY) for activity in one.portfolio.activities}

    assert len(done) > 1
    assert done <= {type_.id for type_ in rule_set.types}


def test_the_same_rule_set_gives_the_same_students() -> None:
    assert examples(preset("lu-soc"), on=TODAY) == examples(preset("lu-soc"), on=TODAY)
