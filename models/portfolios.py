"""Reads the rows of enrolments into the pure portfolios that the rules judge."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.expressions import Subquery

from models.events_attended import events_of
from models.evidence import has_evidence
from models.judgements import judged_versions
from models.plain_rows import as_date, as_moment, plain_rows
from models.rules.bilingual import Bilingual
from models.rules.limits import PieceFacts
from models.rules.pieces import PieceRules
from models.rules.portfolio import FinalPiece, Portfolio, PortfolioActivity, ReflectionFact
from models.rules.progress import final_deadline
from models.rules.ruleset import RuleSet
from models.states import ActivityState, MediaState, ReflectionState, told_to_student
from models.tables import (
    Activity,
    Enrolment,
    Extension,
    Institution,
    MediaItem,
    Occasion,
    Post,
    Programme,
    Reflection,
    ReflectionKind,
    Version,
)

Whose = list[UUID] | Subquery
"""Ids, or where to look them up."""

MOST_IDS = 500


async def time_zone() -> ZoneInfo:
    """Tell in which time zone the institution's days begin and end."""
    institution = await Institution.first()
    return ZoneInfo(institution.time_zone if institution else "Europe/Stockholm")


async def local_today(at: datetime) -> date:
    """Tell which day it is at the institution."""
    return at.astimezone(await time_zone()).date()


async def rule_set_of(enrolment: Enrolment) -> RuleSet:
    """Load the rule set that this student is promised now; a move to another version may be newer than the row."""
    fresh = await Enrolment.get(id=enrolment.id).select_related("rule_set")
    return parsed(fresh.rule_set.document)


@lru_cache(maxsize=64)
def parsed(document: str) -> RuleSet:
    """Read a published document; it never changes, so the result is kept."""
    return RuleSet.model_validate_json(document)


def piece_rules(rule_set: RuleSet, kind: ReflectionKind) -> PieceRules:
    """The rules for a reflection after an activity, or for the final one."""
    return rule_set.final if kind is ReflectionKind.FINAL else rule_set.reflection


async def deadline_of(enrolment: Enrolment) -> date | None:
    """Derive the last day for the final reflection, extensions included; None where there is none."""
    fresh = await Enrolment.get(id=enrolment.id)
    return final_deadline(
        await rule_set_of(fresh), fresh.study_end_date, (await _extended_until([fresh.id])).get(fresh.id)
    )


async def deadlines_of(enrolments: Sequence[Enrolment]) -> dict[UUID, date | None]:
    """Derive the last days for the final reflections of enrolments whose rule sets come loaded, in one query."""
    extended = await _extended_until([enrolment.id for enrolment in enrolments])
    return {
        one.id: final_deadline(parsed(one.rule_set.document), one.study_end_date, extended.get(one.id))
        for one in enrolments
    }


class Enrolled(Protocol):
    """What of an enrolment a portfolio is made of; a whole row has it, too."""

    @property
    def id(self) -> UUID: ...
    @property
    def programme_id(self) -> int: ...
    @property
    def study_end_date(self) -> date: ...
    @property
    def admitted_date(self) -> date | None: ...
    @property
    def enrolled_at(self) -> datetime: ...


async def portfolio_of(enrolment: Enrolment) -> Portfolio:
    """Read one student's portfolio as it is now."""
    fresh = await Enrolment.get(id=enrolment.id)
    return (await portfolios_of([fresh]))[fresh.id]


async def portfolios_of(enrolments: Sequence[Enrolled]) -> dict[UUID, Portfolio]:
    """Read many portfolios with a constant number of queries."""
    ids = [enrolment.id for enrolment in enrolments]
    programme_ids = {enrolment.programme_id for enrolment in enrolments}
    # A list of thousands is found by its programmes: that many ids would not fit into a query.
    whose: Whose = ids
    if len(ids) > MOST_IDS:
        whose = Subquery(Enrolment.filter(programme_id__in=programme_ids).values("id"))
    zone = await time_zone()
    programmes = {p.id: p for p in await Programme.filter(id__in=programme_ids)}
    extended = await _extended_until(whose)
    activities = await _activities(whose)
    finals, of_activity = await _reflections(whose, zone)
    events = await events_of(whose, zone)
    return {
        enrolment.id: Portfolio(
            admitted_date=enrolment.admitted_date or enrolment.enrolled_at.astimezone(zone).date(),
            study_end_date=enrolment.study_end_date,
            extension_until=extended.get(enrolment.id),
            activities=tuple(
                replace(activity, reflection=of_activity[id_]) if id_ in of_activity else activity
                for id_, activity in activities.get(str(enrolment.id), ())
            ),
            final=finals.get(str(enrolment.id)),
            registered_date=enrolment.enrolled_at.astimezone(zone).date(),
            # Whether the syllabus is international was asked on enrolling: what is said of the programme later takes
            # nothing from who is enrolled.
            programme=programmes[enrolment.programme_id].code,
            events=tuple(events.get(enrolment.id, ())),
        )
        for enrolment in enrolments
    }


async def facts_of_version(version: Version) -> PieceFacts:
    """Measure one version: words, seconds, posts."""
    posts = await Post.filter(version_id=version.id).count() if version.format == "posts" else None
    return _measured(version, posts, await _recordings([version]))


async def _activities(whose: Whose) -> dict[str, list[tuple[str, PortfolioActivity]]]:
    """Read activities by enrolment, each with its id."""
    standing = Activity.filter(enrolment_id__in=whose).exclude(state=ActivityState.WITHDRAWN)
    of_standing = Occasion.filter(activity_id__in=Subquery(standing.values("id")))
    days: dict[str, list[date]] = defaultdict(list)
    for activity_id, day in await plain_rows(of_standing.order_by("took_place_on"), "activity_id", "took_place_on"):
        days[str(activity_id)].append(as_date(day))
    proved = {str(id_) for id_ in await has_evidence(Subquery(standing.values("id")))}
    found: dict[str, list[tuple[str, PortfolioActivity]]] = defaultdict(list)
    for raw_id, enrolment_id, sv, en, kind, place, mode, state, class_, theme, points, attendance in await plain_rows(
        standing.order_by("created_at", "id"),
        "id",
        "enrolment_id",
        "title_sv",
        "title_en",
        "kind",
        "place",
        "mode",
        "state",
        "class_code",
        "theme",
        "points",
        "attendance_percent",
    ):
        id_ = str(raw_id)
        activity = PortfolioActivity(
            title=Bilingual(sv, en),
            type=kind,
            place=place,
            mode=mode,
            state=state,
            occasions=tuple(days.get(id_, ())),
            class_=class_ or None,
            theme=theme or None,
            points=points,
            evidence=id_ in proved,
            attendance=attendance,
        )
        found[str(enrolment_id)].append((id_, activity))
    return found


def _measured(version: Version, posts: int | None, recordings: Mapping[UUID, float]) -> PieceFacts:
    seconds = recordings.get(version.recording_id) if version.recording_id else None
    return PieceFacts(words=version.words, seconds=None if seconds is None else round(seconds), posts=posts)


async def _recordings(versions: Sequence[Version]) -> dict[UUID, float]:
    """Load the lengths, in seconds, of those recordings of versions that can be played."""
    return await _lengths([version.recording_id for version in versions if version.recording_id])


async def _lengths(of: Whose) -> dict[UUID, float]:
    """Load the lengths, in seconds, of recordings that can be played, by id."""
    ready = MediaItem.filter(id__in=of, state=MediaState.READY, duration_seconds__isnull=False)
    return dict(await ready.values_list("id", "duration_seconds"))


async def _reflections(whose: Whose, zone: ZoneInfo) -> tuple[dict[str, FinalPiece], dict[str, ReflectionFact]]:
    """Read the newest version of each reflection: final ones by enrolment, the others by activity."""
    reflections = Reflection.filter(enrolment_id__in=whose)
    # Before their versions: what is begun meanwhile is not among them, and each of them has its version.
    rows = await plain_rows(reflections, "id", "enrolment_id", "activity_id", "state", "first_submitted_at")
    versions = Version.filter(reflection_id__in=Subquery(reflections.values("id")))
    # Without the texts: a list of all students would load every word that was ever written.
    columns = ("reflection_id", "id", "format", "language", "words", "recording_id")
    newest = {row[0]: row[1:] for row in await plain_rows(versions.order_by("number"), *columns)}
    with_posts = Subquery(versions.filter(format="posts").values("id"))
    posts = Counter(id_ for (id_,) in await plain_rows(Post.filter(version_id__in=with_posts), "version_id"))
    recorded = versions.filter(recording_id__isnull=False)
    lengths = {
        str(id_): seconds for id_, seconds in (await _lengths(Subquery(recorded.values("recording_id")))).items()
    }
    judged = await _judged([id_ for id_, _, _, state, _ in rows if state == ReflectionState.TAKEN_BACK])
    finals: dict[str, FinalPiece] = {}
    of_activity: dict[str, ReflectionFact] = {}
    for id_, enrolment_id, activity_id, state, handed_in in rows:
        version_id, format_, language, words, recording_id = newest[id_]
        if state == ReflectionState.TAKEN_BACK:
            # As it was before it was handed in: a draft, or with an assessor's comment still one that came back.
            state, handed_in = ("returned", handed_in) if str(id_) in judged else ("draft", None)
        elif state == ReflectionState.DISPUTED:
            state = told_to_student(ReflectionState.DISPUTED).value
        seconds = lengths.get(str(recording_id))
        fact = ReflectionFact(
            format=format_,  # Only formats of the rule set are ever stored.
            state=state,
            words=words,
            seconds=None if seconds is None else round(seconds),
            posts=posts[version_id] if format_ == "posts" else None,
            language=language,
        )
        if activity_id is None:
            first = as_moment(handed_in).astimezone(zone).date() if handed_in else None
            finals[str(enrolment_id)] = FinalPiece(**asdict(fact), first_submitted_date=first)
        else:
            of_activity[str(activity_id)] = fact
    return finals, of_activity


async def _judged(ids: Sequence[str]) -> set[str]:
    """Find those reflections about which somebody has decided."""
    return {str(id_) for id_, _ in await judged_versions(ids)} if ids else set()


async def _extended_until(whose: Whose) -> dict[UUID, date]:
    extensions = Extension.filter(enrolment_id__in=whose).order_by("until_date")
    return dict(await extensions.values_list("enrolment_id", "until_date"))
