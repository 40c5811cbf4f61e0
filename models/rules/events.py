"""Judges the events that a rule set asks for: who was there, when, and in which forum."""

from datetime import date

from models.rules.portfolio import Portfolio, PortfolioEvent
from models.rules.primitives import EventRequirement, normal
from models.rules.results import NotCounted, RequirementProgress, Share
from models.rules.ruleset import RuleSet
from models.rules.sentences import Sentence, say


def judge_event(
    requirement: EventRequirement, portfolio: Portfolio, rule_set: RuleSet, on: date
) -> RequirementProgress:
    """Say how far a requirement of events is met."""
    events = [event for event in portfolio.events if normal(event.kind) == requirement.event]
    events.sort(key=lambda event: (event.date, event.attended, event.forum or ""))
    name = rule_set.name_of_event(requirement.event)
    reasons = [why_event_does_not_count(event, portfolio, rule_set, on) for event in events]
    have = sum(why is None for why in reasons)
    missing = requirement.minimum - have
    return RequirementProgress(
        id=requirement.id,
        kind="event",
        name=name,
        needed=requirement.minimum,
        have=have,
        shares=tuple(Share((name,), 1) for why in reasons if why is None),
        not_counted=tuple(NotCounted(name, why) for why in reasons if why is not None),
        sentence=say("event_missing", event=name, missing=missing) if missing > 0 else say("event_met", event=name),
    )


def points_of_events(portfolio: Portfolio, rule_set: RuleSet, on: date) -> list[Share]:
    """Give the points of events that count: those of each kind once, however often one was there."""
    attended = {
        rule_set.event_of(event.kind)
        for event in portfolio.events
        if why_event_does_not_count(event, portfolio, rule_set, on) is None
    }
    return [Share((kind.name,), kind.points) for kind in rule_set.events if kind.points and kind in attended]


def why_event_does_not_count(
    event: PortfolioEvent, portfolio: Portfolio, rule_set: RuleSet, on: date
) -> Sentence | None:
    """Say why an event does not count; None: it does."""
    kind = rule_set.event_of(event.kind)
    if event.date > on:
        return say("event_to_come", day=event.date)
    if not event.attended:
        return say("event_not_attended", day=event.date)
    if rule_set.activities.after_admission and event.date < portfolio.admitted_date:
        return say("occasion_before_admission", admitted=portfolio.admitted_date)
    if kind is None:
        return say("event_unknown")
    if event.forum and kind.forums and normal(event.forum) not in {forum.id for forum in kind.forums}:
        return say("event_forum", day=event.date)
    return None
