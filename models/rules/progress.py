"""How far a portfolio has come under its rule set, with an explanation of everything that is still missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from models.rules.bilingual import Bilingual
from models.rules.limits import misfit
from models.rules.portfolio import FinalPiece, Portfolio, PortfolioActivity
from models.rules.ruleset import CountRequirement, FinalRules, ReflectionRules, RuleSet
from models.rules.sentences import Sentence, say

FINAL_TITLE = Bilingual("Slutreflektion", "Final reflection")


class NotCounted(NamedTuple):
    """Something in the portfolio that does not count, and why."""

    title: Bilingual
    why: Sentence


@dataclass(frozen=True, slots=True)
class RequirementProgress:
    """How far one requirement is met; `have` may be more than is needed."""

    id: str
    needed: int
    have: int
    counted: tuple[Bilingual, ...]
    not_counted: tuple[NotCounted, ...]
    sentence: Sentence

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(0, self.needed - self.have)

    @property
    def met(self) -> bool:
        """Nothing more is needed."""
        return self.missing == 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the whole portfolio is; `days_left` is 0 on the deadline's day and negative afterwards."""

    final_deadline: date | None
    days_left: int | None
    requirements: tuple[RequirementProgress, ...]

    @property
    def complete(self) -> bool:
        """Every requirement is met: the student may apply for the certificate."""
        return all(requirement.met for requirement in self.requirements)

    def to_json(self) -> dict[str, object]:
        """Give the shape that `cim rules explain --json` prints; titles in English where they have two languages."""
        return {
            "complete": self.complete,
            "final_deadline": None if self.final_deadline is None else self.final_deadline.isoformat(),
            "requirements": [_requirement_json(requirement) for requirement in self.requirements],
        }


def progress(portfolio: Portfolio, rule_set: RuleSet, *, on: date) -> Progress:
    """Judge a portfolio as of a day: the requirements of the file, then `reflections` and `final` where asked for."""
    activities = sorted(portfolio.activities, key=_in_time)
    requirements = [_count(requirement, activities) for requirement in rule_set.requirements]
    if rule_set.reflection.required:
        needed = max(requirement.minimum for requirement in rule_set.requirements)
        requirements.append(_reflections(rule_set.reflection, activities, needed))
    if not rule_set.final.required:
        return Progress(final_deadline=None, days_left=None, requirements=tuple(requirements))
    deadline = final_deadline(rule_set, portfolio.study_end_date, portfolio.extension_until)
    requirements.append(_final(rule_set.final, portfolio.final, deadline, on))
    return Progress(final_deadline=deadline, days_left=(deadline - on).days, requirements=tuple(requirements))


def final_deadline(rule_set: RuleSet, study_end_date: date, extension_until: date | None = None) -> date:
    """Derive the last day on which the final reflection may be handed in; an extension can only make it later."""
    deadline = study_end_date - timedelta(weeks=rule_set.final.weeks_before_study_end)
    return deadline if extension_until is None else max(deadline, extension_until)


def may_start_final(portfolio: Portfolio, rule_set: RuleSet, on: date) -> Sentence | None:
    """Say why the final reflection may not be started or handed in on this day; None: it may.

    One that came back with comments was handed in before, and may be revised after the deadline.
    """
    if not rule_set.final.required:
        return say("final_not_asked_for")
    deadline = final_deadline(rule_set, portfolio.study_end_date, portfolio.extension_until)
    was_handed_in = portfolio.final is not None and portfolio.final.is_handed_in
    if on > deadline and not was_handed_in:
        return say("final_too_late", deadline=deadline)
    done = [activity for activity in portfolio.activities if activity.state == "done"]
    if len(done) < rule_set.final.after_activities:
        return say("final_needs_activities", needed=rule_set.final.after_activities, have=len(done))
    handed_in = _handed_in(done)
    if handed_in < rule_set.final.after_submitted_reflections:
        return say("final_needs_reflections", needed=rule_set.final.after_submitted_reflections, have=handed_in)
    return None


def _in_time(activity: PortfolioActivity) -> tuple[object, ...]:
    """Order by the first occasion, then by everything else that progress shows, so that the given order is nothing."""
    title = Bilingual.of(activity.title)
    reflection = activity.reflection
    return (min(activity.occasions, default=date.max), title.en, title.sv, activity.state, repr(reflection))


def _handed_in(activities: Sequence[PortfolioActivity]) -> int:
    return sum(1 for a in activities if a.state == "done" and a.reflection is not None and a.reflection.is_handed_in)


def _count(requirement: CountRequirement, activities: Sequence[PortfolioActivity]) -> RequirementProgress:
    counted = tuple(Bilingual.of(a.title) for a in activities if a.state == "done")
    missing = requirement.minimum - len(counted)
    return RequirementProgress(
        id=requirement.id,
        needed=requirement.minimum,
        have=len(counted),
        counted=counted,
        not_counted=tuple(
            NotCounted(Bilingual.of(a.title), say(f"activity_{a.state}")) for a in activities if a.state != "done"
        ),
        sentence=say("activities_missing", missing=missing) if missing > 0 else say("activities_met"),
    )


def _reflections(rules: ReflectionRules, activities: Sequence[PortfolioActivity], needed: int) -> RequirementProgress:
    counted: list[Bilingual] = []
    not_counted: list[NotCounted] = []
    for activity in activities:
        if activity.state != "done" and activity.reflection is None:
            continue  # Nothing is expected before the activity is completed.
        why = _why_reflection_does_not_count(rules, activity)
        if why is None:
            counted.append(Bilingual.of(activity.title))
        else:
            not_counted.append(NotCounted(Bilingual.of(activity.title), why))
    missing = needed - len(counted)
    return RequirementProgress(
        id="reflections",
        needed=needed,
        have=len(counted),
        counted=tuple(counted),
        not_counted=tuple(not_counted),
        sentence=say("reflections_missing", missing=missing, submitted=_handed_in(activities))
        if missing > 0
        else say("reflections_met"),
    )


def _why_reflection_does_not_count(rules: ReflectionRules, activity: PortfolioActivity) -> Sentence | None:
    if activity.state != "done":
        return say(f"activity_{activity.state}")
    if activity.reflection is None:
        return say("reflection_missing")
    if activity.reflection.state != "accepted":
        return say(f"reflection_{activity.reflection.state}")
    return misfit(rules, activity.reflection)


def _final(rules: FinalRules, piece: FinalPiece | None, deadline: date, on: date) -> RequirementProgress:
    why = _why_final_does_not_count(rules, piece, deadline, on)
    return RequirementProgress(
        id="final",
        needed=1,
        have=1 if why is None else 0,
        counted=(FINAL_TITLE,) if why is None else (),
        not_counted=() if piece is None or why is None else (NotCounted(FINAL_TITLE, why),),
        sentence=why or say("final_accepted"),
    )


def _why_final_does_not_count(rules: FinalRules, piece: FinalPiece | None, deadline: date, on: date) -> Sentence | None:
    if piece is None or not piece.is_handed_in:
        if on > deadline:
            return say("final_too_late", deadline=deadline)
        return say("final_missing" if piece is None else "final_draft", deadline=deadline)
    if piece.first_submitted_date is not None and piece.first_submitted_date > deadline:
        return say("final_handed_in_too_late", submitted=piece.first_submitted_date, deadline=deadline)
    if piece.state == "accepted":
        return misfit(rules, piece)
    return say("final_returned" if piece.state == "returned" else "final_waits")


def _requirement_json(requirement: RequirementProgress) -> dict[str, object]:
    return {
        "id": requirement.id,
        "needed": requirement.needed,
        "have": requirement.have,
        "missing": requirement.missing,
        "met": requirement.met,
        "counted": [title.en for title in requirement.counted],
        "not_counted": [
            {"title": title.en, "why": {"sv": why.sv, "en": why.en}} for title, why in requirement.not_counted
        ],
        "sentence": {"sv": requirement.sentence.sv, "en": requirement.sentence.en},
    }
