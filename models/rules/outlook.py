"""Says whether the certificate can still be reached in time, and what has to be done first."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.rules.bilingual import Bilingual
from models.rules.lacking import FINAL_PIECE, activities_words, lacking_words, reflections_words
from models.rules.portfolio import Portfolio
from models.rules.primitives import EventRequirement, Requirement, Where
from models.rules.progress import may_start_final
from models.rules.results import Progress, RequirementProgress
from models.rules.ruleset import RuleSet
from models.rules.sentences import Sentence, say
from models.rules.units import counting
from models.rules.wording import all_of

SOON_DAYS = 28
_IN_WEEKS_FROM = 21
_NOTHING = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is to say about time; `soon` asks to begin now, `late` says that something cannot be met as it is."""

    sentences: tuple[Sentence, ...]
    urgency: Literal["calm", "soon", "late"] = "calm"


def outlook(progress: Progress, portfolio: Portfolio, rule_set: RuleSet, on: date) -> Outlook:
    """Look ahead from a day: how long there is, whether it is enough, what is still to do by the student."""
    if _is_not_eligible(progress):
        return Outlook((say("outlook_not_eligible"),), "late")
    to_do = _to_do(progress, portfolio, rule_set, on)
    applying = _applying(progress, on)
    if not to_do:
        done = () if progress.complete else (say("outlook_all_handed_in"),)
        return Outlook((*done, *applying.sentences), applying.urgency)
    if progress.final_deadline is not None:
        way = _until_final(progress, portfolio, rule_set, to_do, on)
    elif rule_set.activities.before_study_end and _lacks_activities(progress):
        way = _until_study_end(portfolio.study_end_date, to_do, on)
    else:
        way = Outlook((say("outlook_open", things=all_of(to_do)),))
    return Outlook((*way.sentences, *applying.sentences), _worse(way, applying))


def _until_final(
    progress: Progress, portfolio: Portfolio, rule_set: RuleSet, to_do: list[Bilingual], on: date
) -> Outlook:
    deadline, days = progress.final_deadline, progress.days_left
    if deadline is None or days is None:
        return Outlook(())
    if portfolio.final is not None and portfolio.final.is_handed_in:  # What came back may be revised afterwards.
        return Outlook((say("outlook_open", things=all_of(to_do)),))
    if days < 0:
        return Outlook((say("outlook_passed", deadline=deadline),), "late")
    if days >= SOON_DAYS:
        return Outlook((say("outlook_time_left", time=_time(days), deadline=deadline, things=all_of(to_do)),))
    when = say("outlook_last_day") if days == 0 else say("outlook_days", time=_time(days), deadline=deadline)
    if may_start_final(portfolio, rule_set, on) is None:
        first = say("outlook_begin_final" if portfolio.final is None else "outlook_hand_in_final")
    else:
        first = say("outlook_before_final", things=all_of(to_do))
    return Outlook((when, first), "soon")


def _until_study_end(study_end: date, to_do: list[Bilingual], on: date) -> Outlook:
    days = (study_end - on).days
    if days < 0:
        return Outlook((say("outlook_studies_ended", end=study_end),), "late")
    if days == 0:
        return Outlook((say("outlook_last_day"), say("outlook_open", things=all_of(to_do))), "soon")
    words = say("outlook_until_study_end", time=_time(days), end=study_end, things=all_of(to_do))
    return Outlook((words,), "soon" if days < SOON_DAYS else "calm")


def _applying(progress: Progress, on: date) -> Outlook:
    deadline = progress.application_deadline
    if deadline is None:
        return Outlook(())
    if on > deadline:
        return Outlook((say("outlook_application_passed", deadline=deadline),), "late")
    is_soon = progress.complete and (deadline - on).days < SOON_DAYS
    return Outlook((say("outlook_apply_by", deadline=deadline),), "soon" if is_soon else "calm")


def _to_do(progress: Progress, portfolio: Portfolio, rule_set: RuleSet, on: date) -> list[Bilingual]:
    """List what the student has not done yet; what is handed in waits for others."""
    standing = {requirement.id: requirement for requirement in progress.requirements}
    to_reflect = _reflections_to_hand_in(standing.get("reflections"), portfolio, rule_set, on)
    things = _of_the_file(standing, rule_set)
    alone, together = activities_words(to_reflect, _NOTHING), _with_reflections(to_reflect)
    if to_reflect and alone in things:
        things[things.index(alone)] = together
    elif to_reflect:
        things.append(reflections_words(to_reflect))
    final = standing.get("final")
    if final is not None and not final.met and not _final_is_handed_in(portfolio):
        things.append(FINAL_PIECE)
    return things


def _of_the_file(standing: dict[str, RequirementProgress], rule_set: RuleSet) -> list[Bilingual]:
    """Say what lacks of the requirements of the file; what is part of a larger one stands with that."""
    unmet = [one for one in rule_set.requirements if not standing[one.id].met]
    words = {one.id: lacking_words(one.id, standing[one.id].missing, rule_set) for one in unmet}
    for whole in unmet:
        parts = [one for one in unmet if one.id in words and _is_part(one, whole)]
        if parts and sum(standing[one.id].missing for one in parts) <= standing[whole.id].missing:
            among = all_of([words.pop(one.id) for one in parts])
            words[whole.id] = Bilingual(
                f"{words[whole.id].sv} (bland dem {among.sv})", f"{words[whole.id].en} (among them {among.en})"
            )
    return list(words.values())


def _is_part(one: Requirement, whole: Requirement) -> bool:
    if isinstance(one, EventRequirement) or isinstance(whole, EventRequirement):
        return False
    return one.kind == whole.kind and whole.where == Where() and one.where != Where()


def _with_reflections(number: int) -> Bilingual:
    words = activities_words(number, _NOTHING)
    if number == 1:
        return Bilingual(f"{words.sv} med reflektion", f"{words.en} with a reflection")
    return Bilingual(f"{words.sv} med reflektioner", f"{words.en} with reflections")


def _reflections_to_hand_in(
    requirement: RequirementProgress | None, portfolio: Portfolio, rule_set: RuleSet, on: date
) -> int:
    if requirement is None or requirement.met:
        return 0
    handed_in = counting(portfolio, rule_set, on).reflected(only_accepted=False)
    return max(0, requirement.needed - len(handed_in))


def _final_is_handed_in(portfolio: Portfolio) -> bool:
    """One that came back has to be handed in again, but was in time."""
    return portfolio.final is not None and portfolio.final.is_handed_in and portfolio.final.state != "returned"


def _is_not_eligible(progress: Progress) -> bool:
    return any(r.kind == "eligibility" and not r.met for r in progress.requirements)


def _lacks_activities(progress: Progress) -> bool:
    return any(r.kind in {"count", "points"} and not r.met for r in progress.requirements)


def _time(days: int) -> Bilingual:
    if days >= _IN_WEEKS_FROM:
        return Bilingual(f"{days // 7} veckor", f"{days // 7} weeks")
    return Bilingual("1 dag", "1 day") if days == 1 else Bilingual(f"{days} dagar", f"{days} days")


def _worse(*outlooks: Outlook) -> Literal["calm", "soon", "late"]:
    order: tuple[Literal["calm", "soon", "late"], ...] = ("calm", "soon", "late")
    return max((one.urgency for one in outlooks), key=order.index)
