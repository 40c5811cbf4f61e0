"""What a decision may say by criterion: every one judged before a piece is accepted, and on levels that pass."""

from collections.abc import Mapping

from models.errors import N_, Refused, WrongState
from models.portfolios import parsed, piece_rules
from models.rules.bilingual import Bilingual
from models.rules.criteria import Criterion, Level, given
from models.tables import Enrolment, Reflection, RuleSetVersion


class LevelsMissing(Refused):
    """Who is accepted is told by which criteria, and by all of them."""

    words = N_("Choose a level for every criterion before you accept it. Still open: {criteria}.")


class LevelNotEnough(Refused):
    """Accepted means that every criterion is met; which levels meet it is said by the rules, not by the reader."""

    words = N_(
        "The level that you chose is not enough to accept it: {criteria}. Return it for revision, or choose another "
        "level."
    )


class CriteriaChanged(WrongState):
    """The student was moved to another version of the rules while the page was open."""

    words = N_("The criteria are others than when you opened this page. Look at your levels again before you decide.")


async def check_levels(levels: Mapping[str, str], reflection: Reflection, *, is_accepted: bool) -> RuleSetVersion:
    """Machine's own: inside a transaction, refuse what a decision cannot say by the rules promised to the student.

    Gives those rules. What goes back for revision may leave criteria open, and be on any level. Raises CriteriaChanged
    where a level is none of theirs, LevelsMissing, LevelNotEnough.
    """
    promised = (await Enrolment.get(id=reflection.enrolment_id).select_related("rule_set")).rule_set
    criteria = piece_rules(parsed(promised.document), reflection.kind).criteria
    judged = given(criteria, levels)
    if len(judged) < len(levels):
        raise CriteriaChanged
    if is_accepted:
        _check_all_pass(criteria, judged, levels)
    return promised


def _check_all_pass(
    criteria: tuple[Criterion, ...], judged: list[tuple[Criterion, Level]], levels: Mapping[str, str]
) -> None:
    open_ = [criterion for criterion in criteria if criterion.id not in levels]
    if open_:
        raise LevelsMissing(criteria=_named(open_))
    failed = [criterion for criterion, level in judged if not level.passes]
    if failed:
        raise LevelNotEnough(criteria=_named(failed))


def _named(criteria: list[Criterion]) -> Bilingual:
    return Bilingual(", ".join(one.name.sv for one in criteria), ", ".join(one.name.en for one in criteria))
