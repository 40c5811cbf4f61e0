"""Reads the rows of enrolments into the pure portfolios that the rules judge."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from models.rules.bilingual import Bilingual
from models.rules.limits import PieceFacts
from models.rules.portfolio import FinalPiece, Portfolio, PortfolioActivity, ReflectionFact
from models.rules.progress import final_deadline
from models.rules.ruleset import FormatKind, PieceRules, RuleSet
from models.states import ActivityState, MediaState
from models.tables import (
    Activity,
    Enrolment,
    Extension,
    Institution,
    MediaItem,
    Post,
    Reflection,
    ReflectionKind,
    RuleSetVersion,
    Version,
)


async def time_zone() -> ZoneInfo:
    """Tell in which time zone the institution's days begin and end."""
    institution = await Institution.first()
    return ZoneInfo(institution.time_zone if institution else "Europe/Stockholm")


async def local_today(at: datetime) -> date:
    """Tell which day it is at the institution."""
    return at.astimezone(await time_zone()).date()


async def rule_set_of(enrolment: Enrolment) -> RuleSet:
    """Load the rule set that this student was promised."""
    row = await RuleSetVersion.get(id=enrolment.rule_set_id)
    return parsed(row.document)


@lru_cache(maxsize=64)
def parsed(document: str) -> RuleSet:
    """Read a published document; it never changes, so the result is kept."""
    return RuleSet.model_validate_json(document)


def piece_rules(rule_set: RuleSet, kind: ReflectionKind) -> PieceRules:
    """The rules for a reflection after an activity, or for the final one."""
    return rule_set.final if kind is ReflectionKind.FINAL else rule_set.reflection


async def deadline_of(enrolment: Enrolment) -> date:
    """Derive the last day for the final reflection, extensions included."""
    fresh = await Enrolment.get(id=enrolment.id)
    return final_deadline(
        await rule_set_of(fresh), fresh.study_end_date, (await _extended_until([fresh.id])).get(fresh.id)
    )


async def portfolio_of(enrolment: Enrolment) -> Portfolio:
    """Read one student's portfolio as it is now."""
    fresh = await Enrolment.get(id=enrolment.id)
    return (await portfolios_of([fresh]))[fresh.id]


async def portfolios_of(enrolments: Sequence[Enrolment]) -> dict[UUID, Portfolio]:
    """Read many portfolios with a constant number of queries."""
    ids = [enrolment.id for enrolment in enrolments]
    zone = await time_zone()
    extended = await _extended_until(ids)
    activities: dict[UUID, list[Activity]] = {id_: [] for id_ in ids}
    for activity in await Activity.filter(enrolment_id__in=ids).prefetch_related("occasions").order_by("created_at"):
        if activity.state is not ActivityState.WITHDRAWN:
            activities[activity.enrolment_id].append(activity)
    reflections = await Reflection.filter(enrolment_id__in=ids)
    facts = await _facts_of(reflections)
    of_activity = {r.activity_id: facts[r.id] for r in reflections if r.activity_id}
    finals = {r.enrolment_id: r for r in reflections if r.kind is ReflectionKind.FINAL}
    return {
        enrolment.id: Portfolio(
            admitted_date=enrolment.enrolled_at.astimezone(zone).date(),
            study_end_date=enrolment.study_end_date,
            extension_until=extended.get(enrolment.id),
            activities=tuple(
                _activity(activity, of_activity.get(activity.id)) for activity in activities[enrolment.id]
            ),
            final=_final(finals[enrolment.id], facts, zone) if enrolment.id in finals else None,
        )
        for enrolment in enrolments
    }


async def facts_of_version(version: Version) -> PieceFacts:
    """Measure one version: words, seconds, posts."""
    posts = await Post.filter(version_id=version.id).count() if version.format == "posts" else None
    return _measured(version, posts, await _recordings([version]))


def _activity(activity: Activity, reflection: ReflectionFact | None) -> PortfolioActivity:
    return PortfolioActivity(
        title=Bilingual(activity.title_sv, activity.title_en),
        type=activity.kind,
        place=activity.place.value,
        mode=activity.mode.value,
        state=activity.state.value,
        occasions=tuple(sorted(occasion.took_place_on for occasion in activity.occasions)),
        reflection=reflection,
    )


def _final(reflection: Reflection, facts: Mapping[UUID, ReflectionFact], zone: ZoneInfo) -> FinalPiece:
    fact, handed_in = facts[reflection.id], reflection.first_submitted_at
    return FinalPiece(
        format=fact.format,
        state=fact.state,
        words=fact.words,
        seconds=fact.seconds,
        posts=fact.posts,
        language=fact.language,
        first_submitted_date=handed_in.astimezone(zone).date() if handed_in else None,
    )


def _measured(version: Version, posts: int | None, recordings: Mapping[UUID, float]) -> PieceFacts:
    seconds = recordings.get(version.recording_id) if version.recording_id else None
    return PieceFacts(words=version.words, seconds=None if seconds is None else round(seconds), posts=posts)


async def _recordings(versions: Sequence[Version]) -> dict[UUID, float]:
    """Load the lengths, in seconds, of those recordings of versions that can be played."""
    ids = {version.recording_id for version in versions if version.recording_id}
    found = await MediaItem.filter(id__in=ids, state=MediaState.READY).only("id", "duration_seconds")
    return {item.id: item.duration_seconds for item in found if item.duration_seconds is not None}


async def _facts_of(reflections: Sequence[Reflection]) -> dict[UUID, ReflectionFact]:
    """Measure the newest version of each reflection."""
    ids = [reflection.id for reflection in reflections]
    # Without the texts: a list of all students would load every word that was ever written.
    columns = ("id", "reflection_id", "number", "format", "language", "words", "recording_id")
    versions = await Version.filter(reflection_id__in=ids).only(*columns).order_by("number")
    newest = {version.reflection_id: version for version in versions}
    counts = {version.id: 0 for version in newest.values() if version.format == "posts"}
    for post in await Post.filter(version_id__in=list(counts)).only("id", "version_id"):
        counts[post.version_id] += 1
    recordings = await _recordings(list(newest.values()))
    facts = {}
    for reflection in reflections:
        version = newest[reflection.id]
        measured = _measured(version, counts.get(version.id), recordings)
        facts[reflection.id] = ReflectionFact(
            format=cast("FormatKind", version.format),  # Only formats of the rule set are ever stored.
            state=reflection.state.value,
            words=measured.words,
            seconds=measured.seconds,
            posts=measured.posts,
            language=version.language,
        )
    return facts


async def _extended_until(enrolment_ids: list[UUID]) -> dict[UUID, date]:
    extensions = await Extension.filter(enrolment_id__in=enrolment_ids).order_by("until_date")
    return {extension.enrolment_id: extension.until_date for extension in extensions}
