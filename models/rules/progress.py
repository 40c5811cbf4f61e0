"""How far a portfolio has come under its rule set, with an explanation of everything that is still missing."""

from datetime import date, timedelta
from functools import lru_cache

from models.rules.bilingual import Bilingual
from models.rules.events import judge_event, points_of_events
from models.rules.judging import Judge
from models.rules.limits import misfit
from models.rules.notes import notes
from models.rules.pieces import FinalRules
from models.rules.portfolio import FinalPiece, Portfolio
from models.rules.primitives import CountRequirement, EventRequirement, Facet, Requirement, Where
from models.rules.results import NotCounted, Progress, RequirementProgress, Share
from models.rules.rows import FACETS, counts_activities, why_reflection_does_not_count
from models.rules.ruleset import RuleSet
from models.rules.sentences import Sentence, say
from models.rules.units import Counting, counting

__all__ = [
    "FINAL_TITLE",
    "Progress",
    "RequirementProgress",
    "application_deadline",
    "final_deadline",
    "may_start_final",
    "progress",
    "why_not_eligible",
]

FINAL_TITLE = Bilingual("Slutreflektion", "Final reflection")


def progress(portfolio: Portfolio, rule_set: RuleSet, *, on: date) -> Progress:
    """Judge a portfolio as of a day: the requirements of the file, then those of the product where asked for."""
    gathered = counting(portfolio, rule_set, on)
    deadline = final_deadline(rule_set, portfolio.study_end_date, portfolio.extension_until)
    final = _final(rule_set.final, portfolio.final, deadline, on) if rule_set.final.required else None
    judge = Judge(rule_set, gathered, _other_points(portfolio, rule_set, final, on))
    choice = judge.choose(portfolio.study_end_date)
    requirements = [
        judge_event(requirement, portfolio, rule_set, on)
        if isinstance(requirement, EventRequirement)
        else judge.judge(requirement, choice)
        for requirement in rule_set.requirements
    ]
    if _asks_for_eligibility(rule_set):
        requirements.insert(0, _eligibility(portfolio, rule_set))
    if rule_set.reflection.required and counts_activities(rule_set):
        requirements.append(_reflections(rule_set, gathered))
    if final is not None:
        requirements.append(final)
    return Progress(
        final_deadline=deadline if final is not None else None,
        days_left=(deadline - on).days if final is not None and deadline is not None else None,
        application_deadline=application_deadline(rule_set, portfolio.study_end_date, portfolio.extension_until),
        requirements=tuple(requirements),
        notes=tuple(notes(rule_set, portfolio, gathered, choice)),
    )


def final_deadline(rule_set: RuleSet, study_end_date: date, extension_until: date | None = None) -> date | None:
    """Derive the last day on which the final reflection may be handed in; an extension can only make it later."""
    weeks = rule_set.final.weeks_before_study_end
    if weeks is None:
        return application_deadline(rule_set, study_end_date, extension_until)
    return _extended(study_end_date - timedelta(weeks=weeks), extension_until)


def application_deadline(rule_set: RuleSet, study_end_date: date, extension_until: date | None = None) -> date | None:
    """Derive the last day on which one may apply for the certificate; None: there is none."""
    weeks = rule_set.application.weeks_after_study_end
    return None if weeks is None else _extended(study_end_date + timedelta(weeks=weeks), extension_until)


def may_start_final(portfolio: Portfolio, rule_set: RuleSet, on: date) -> Sentence | None:
    """Say why the final reflection may not be started or handed in on this day; None: it may.

    One that came back with comments was handed in before, and may be revised after the deadline.
    """
    rules = rule_set.final
    if not rules.required:
        return say("final_not_asked_for")
    deadline = final_deadline(rule_set, portfolio.study_end_date, portfolio.extension_until)
    was_handed_in = portfolio.final is not None and portfolio.final.is_handed_in
    if deadline is not None and on > deadline and not was_handed_in:
        return say("final_too_late", deadline=deadline)
    gathered = counting(portfolio, rule_set, on)
    if len(gathered.units) < rules.after_activities:
        return say("final_needs_activities", needed=rules.after_activities, have=len(gathered.units))
    handed_in = len(gathered.reflected(only_accepted=False))
    if handed_in < rules.after_submitted_reflections:
        return say("final_needs_reflections", needed=rules.after_submitted_reflections, have=handed_in)
    return None


def why_not_eligible(rule_set: RuleSet, programme: str, *, has_international_syllabus: bool) -> Sentence | None:
    """Say why the certificate is not for the students of a programme; None: it is. Codes are compared without case."""
    rules, code = rule_set.eligibility, programme.casefold()
    if rules.without_international_syllabus and has_international_syllabus:
        return say("eligibility_syllabus")
    if code and rules.only_programmes and code not in {other.casefold() for other in rules.only_programmes}:
        return say("eligibility_programme", programme=programme)
    if code in {other.casefold() for other in rules.excluded_programmes}:
        return say("eligibility_programme", programme=programme)
    return None


def _extended(deadline: date, extension_until: date | None) -> date:
    return deadline if extension_until is None else max(deadline, extension_until)


def _asks_for_eligibility(rule_set: RuleSet) -> bool:
    rules = rule_set.eligibility
    return bool(rules.without_international_syllabus or rules.only_programmes or rules.excluded_programmes)


def _eligibility(portfolio: Portfolio, rule_set: RuleSet) -> RequirementProgress:
    why = why_not_eligible(
        rule_set, portfolio.programme, has_international_syllabus=portfolio.has_international_syllabus
    )
    name = Bilingual("Behörighet", "Eligibility")
    return RequirementProgress(
        id="eligibility",
        kind="eligibility",
        name=name,
        needed=1,
        have=1 if why is None else 0,
        shares=(Share((), 1),) if why is None else (),
        not_counted=(),
        sentence=why or say("eligibility_met"),
    )


def _other_points(
    portfolio: Portfolio, rule_set: RuleSet, final: RequirementProgress | None, on: date
) -> tuple[Share, ...]:
    """Points that do not come from activities: those of events, and of the final reflection."""
    shares = points_of_events(portfolio, rule_set, on)
    if final is not None and final.met and rule_set.final.points:
        shares.append(Share((FINAL_TITLE,), rule_set.final.points))
    return tuple(shares)


def _reflections(rule_set: RuleSet, gathered: Counting) -> RequirementProgress:
    reflected = gathered.reflected(only_accepted=True)
    short = {row.number: pool for pool in gathered.pools if not pool.units for row in pool.rows}
    not_counted = []
    for number, activity in enumerate(gathered.activities):
        if number in reflected or (activity.state != "done" and activity.reflection is None):
            continue  # Nothing is expected before the activity is completed.
        why = gathered.reasons.get(number) or why_reflection_does_not_count(rule_set.reflection, activity)
        if why is None and number in short:
            why = say("occasions_missing", needed=short[number].needed, have=len(short[number].dates))
        not_counted.append(NotCounted(Bilingual.of(activity.title), why or say("reflection_beside")))
    needed, have = _reflections_needed(rule_set.requirements), len(reflected)
    handed_in = len(gathered.reflected(only_accepted=False))
    return RequirementProgress(
        id="reflections",
        kind="reflections",
        name=Bilingual("Reflektioner", "Reflections"),
        needed=needed,
        have=have,
        shares=tuple(Share((Bilingual.of(gathered.activities[n].title),), 1) for n in sorted(reflected)),
        not_counted=tuple(not_counted),
        sentence=say("reflections_missing", missing=needed - have, submitted=handed_in)
        if have < needed
        else say("reflections_met"),
    )


@lru_cache(maxsize=64)
def _reflections_needed(requirements: tuple[Requirement, ...]) -> int:
    """One for each activity that is needed: of one A and two B activities that is three."""
    counts = [r for r in requirements if isinstance(r, CountRequirement)]
    most = max(count.minimum for count in counts)
    for facet in FACETS:
        alone = [
            count
            for count in counts
            if count.of == "activities" and count.where.of(facet) and count.where == _only(count.where, facet)
        ]
        values = [value for count in alone for value in count.where.of(facet)]
        if len(set(values)) == len(values):
            most = max(most, sum(count.minimum for count in alone))
    return most


def _only(where: Where, facet: Facet) -> Where:
    return Where.model_validate({facet: where.of(facet)})


def _final(rules: FinalRules, piece: FinalPiece | None, deadline: date | None, on: date) -> RequirementProgress:
    why = _why_final_does_not_count(rules, piece, deadline, on)
    return RequirementProgress(
        id="final",
        kind="final",
        name=FINAL_TITLE,
        needed=1,
        have=1 if why is None else 0,
        shares=(Share((FINAL_TITLE,), 1),) if why is None else (),
        not_counted=() if piece is None or why is None else (NotCounted(FINAL_TITLE, why),),
        sentence=why or say("final_accepted"),
    )


def _why_final_does_not_count(
    rules: FinalRules, piece: FinalPiece | None, deadline: date | None, on: date
) -> Sentence | None:
    is_to_come = piece is not None and piece.first_submitted_date is not None and piece.first_submitted_date > on
    if piece is None or not piece.is_handed_in or is_to_come:
        still = "final_missing" if piece is None else "final_draft"
        if deadline is None:
            return say(f"{still}_open")
        return say("final_too_late" if on > deadline else still, deadline=deadline)
    if deadline is not None and piece.first_submitted_date is not None and piece.first_submitted_date > deadline:
        return say("final_handed_in_too_late", submitted=piece.first_submitted_date, deadline=deadline)
    if piece.state == "accepted":
        return misfit(rules, piece)
    return say("final_returned" if piece.state == "returned" else "final_waits")
