"""For whom a certificate is: what a rule set asks before it lets somebody in."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from models.errors import N_, Refused
from models.rules.bilingual import Bilingual
from models.rules.progress import why_not_eligible
from models.rules.ruleset import RuleSet
from models.rules.sentences import Sentence
from models.tables import Programme


class NotOpenYet(Refused):
    """The rule set is valid from a day that is still to come."""

    words = N_("One can enrol for this certificate from {day}.")


class NoLongerOpen(Refused):
    """Who is enrolled stays; nobody new enrols."""

    words = N_("One could enrol for this certificate until {day}. Ask the programme what holds now.")


class NotEligible(Refused):
    """The rule set is for other programmes; `why` is in both languages."""

    words = N_("You cannot enrol for this certificate. {why}")

    def __init__(self, why: Sentence) -> None:
        super().__init__(why=Bilingual(why.sv, why.en))

    def __str__(self) -> str:
        return _in_english(self)


class NotConfirmed(Refused):
    """The rule set asks the student to confirm it; `text` is in both languages."""

    words = N_("Confirm this first: {text}")

    def __init__(self, text: Bilingual) -> None:
        super().__init__(text=text)

    def __str__(self) -> str:
        return _in_english(self)


class AdmissionMissing(Refused):
    """Only what was done after the admission counts there."""

    words = N_("Say when the studies in the programme began: only activities after that day count.")


class AdmissionNotPast(Refused):
    """Whoever enrols has begun to study."""

    words = N_("The day on which the studies began must be today or earlier.")


def check_programme(rule_set: RuleSet, programme: Programme, *, today: date) -> None:
    """Refuse when the certificate is not for this programme, or not today."""
    if today < rule_set.valid_from:
        raise NotOpenYet(day=rule_set.valid_from)
    if rule_set.valid_until is not None and today > rule_set.valid_until:
        raise NoLongerOpen(day=rule_set.valid_until)
    why = why_not_eligible(rule_set, programme.code, has_international_syllabus=programme.has_international_syllabus)
    if why is not None:
        raise NotEligible(why)


def check_admission(rule_set: RuleSet, admitted_date: date | None, *, today: date) -> None:
    """Refuse when the beginning of the studies is asked for and missing, or is no day that has been."""
    if admitted_date is None and rule_set.activities.after_admission:
        raise AdmissionMissing
    if admitted_date is not None and admitted_date > today:
        raise AdmissionNotPast


def confirmed(rule_set: RuleSet, at: Literal["enrolment", "application"], given: Sequence[str]) -> list[str]:
    """List the ids of what is confirmed at this step; raises NotConfirmed with the first that was not."""
    asked = [declaration for declaration in rule_set.eligibility.declarations if declaration.at == at]
    for declaration in asked:
        if declaration.id not in given:
            raise NotConfirmed(declaration.text)
    return [declaration.id for declaration in asked]


def _in_english(refusal: Refused) -> str:
    texts = {name: getattr(value, "en", value) for name, value in refusal.arguments.items()}
    return refusal.words.format_map(texts)
