"""A student's work: reflections with all that a phone needs of them, begun or to be begun, in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor, is_active, open_reflection_moves
from models.portfolios import deadlines_of, local_today, parsed, piece_rules, portfolios_of
from models.queries.media import media_by_reflection
from models.receipts import LastHandIn, last_hand_ins, why_it_stays
from models.rules.progress import may_start_final
from models.rules.ruleset import RuleSet
from models.states import (
    OPEN_REFLECTION_STATES,
    TAKE_BACK,
    UNDECIDED_REFLECTION_STATES,
    ActivityState,
    EnrolmentState,
    ReflectionState,
)
from models.tables import Activity, Enrolment, MediaItem, Post, Reflection, ReflectionKind, Version
from models.tables.reflections import one_of_its_kind, reflection_id_for

MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """One's own reflection; `is_begun` False: rows that nobody has stored, as they would be when it is begun.

    `deadline` is that of a final reflection. `last` is what was handed in last.
    """

    reflection: Reflection
    newest: Version
    posts: tuple[Post, ...]
    media: tuple[MediaItem, ...]
    rule_set: RuleSet
    deadline: date | None
    last: LastHandIn | None
    may_take_back: bool
    is_begun: bool = True


async def piece(reflection_id: UUID, *, actor: Actor, at: datetime) -> Piece:
    """Get one's own reflection that is begun; raises NotAllowed for anybody else's."""
    found = await _pieces([reflection_id], actor=actor, at=at)
    if not found:
        raise NotAllowed
    return found[0]


async def work_of(actor: Actor, *, language: str, at: datetime) -> list[Piece]:
    """List what a student can work on: what is open, what may be begun now, and what waits, newest first.

    The number of queries does not grow with the work. What is not begun would begin in `language` where that is
    allowed.
    """
    mine = Reflection.filter(enrolment__person_id=actor.person_id, enrolment__state=EnrolmentState.ACTIVE)
    started = await mine.filter(state__in=OPEN_REFLECTION_STATES).order_by("created_at").only("id", "created_at")
    waiting = (
        mine.filter(state__in=UNDECIDED_REFLECTION_STATES)
        .order_by("-submitted_at")
        .limit(MOST_WAITING)
        .only("id", "submitted_at")
    )
    begun = await _pieces([row.id for row in (*started, *await waiting)], actor=actor, at=at)
    is_open = [one for one in begun if one.reflection.state in OPEN_REFLECTION_STATES]
    waits = [one for one in begun if one.reflection.state not in OPEN_REFLECTION_STATES]
    return [*is_open, *await _to_begin(actor, language=language, at=at), *waits]


async def _pieces(ids: Sequence[UUID], *, actor: Actor, at: datetime) -> list[Piece]:
    """Load reflections in the order of their ids, those of others left out."""
    rows = {
        row.id: row
        for row in await Reflection.filter(id__in=ids, enrolment__person_id=actor.person_id)
        .select_related("enrolment__rule_set", "activity")
        .all()
    }
    newest = {row.reflection_id: row for row in await Version.filter(reflection_id__in=ids).order_by("number")}
    posts = await Post.filter(version_id__in=[version.id for version in newest.values()]).order_by("position")
    media = await media_by_reflection(list(rows), owner_id=actor.person_id)
    hand_ins = await last_hand_ins(list(rows))
    deadlines = await deadlines_of([row.enrolment for row in rows.values()])
    today = await local_today(at)
    found = []
    for id_ in ids:
        if (row := rows.get(id_)) is None:
            continue
        rule_set, last = parsed(row.enrolment.rule_set.document), hand_ins.get(id_)
        deadline = deadlines[row.enrolment_id] if row.kind is ReflectionKind.FINAL else None
        found.append(
            Piece(
                reflection=row,
                newest=newest[id_],
                posts=tuple(post for post in posts if post.version_id == newest[id_].id),
                media=tuple(media.get(id_, ())),
                rule_set=rule_set,
                deadline=deadline,
                last=last,
                may_take_back=last is not None
                and TAKE_BACK in open_reflection_moves(actor, row)
                and why_it_stays(row, last, rule_set, deadline=deadline, today=today) is None,
            )
        )
    return found


async def _to_begin(actor: Actor, *, language: str, at: datetime) -> list[Piece]:
    """List what may be begun now: reflections on what is done, then final ones."""
    enrolments = await Enrolment.filter(person_id=actor.person_id).select_related("rule_set").order_by("enrolled_at")
    studied = {enrolment.id: enrolment for enrolment in enrolments if is_active(enrolment)}
    done = await Activity.filter(enrolment_id__in=list(studied), state=ActivityState.DONE).order_by("created_at")
    rows = await Reflection.filter(enrolment_id__in=list(studied)).only("id", "one_of_its_kind")
    begun = {row.one_of_its_kind for row in rows}
    portfolios, today = await portfolios_of(list(studied.values())), await local_today(at)
    deadlines = await deadlines_of(list(studied.values()))
    found = [
        _unbegun(activity, studied[activity.enrolment_id], language, at=at)
        for activity in done
        if one_of_its_kind(activity) not in begun
        and parsed(studied[activity.enrolment_id].rule_set.document).reflection.required
    ]
    found += [
        _unbegun(enrolment, enrolment, language, at=at, deadline=deadlines[enrolment.id])
        for enrolment in studied.values()
        if one_of_its_kind(enrolment) not in begun
        and may_start_final(portfolios[enrolment.id], parsed(enrolment.rule_set.document), today) is None
    ]
    return found


def _unbegun(
    on: Activity | Enrolment, enrolment: Enrolment, language: str, *, at: datetime, deadline: date | None = None
) -> Piece:
    """Make the rows of a reflection that is not begun, and store none of them."""
    activity = on if isinstance(on, Activity) else None
    rule_set = parsed(enrolment.rule_set.document)
    kind = ReflectionKind.FINAL if activity is None else ReflectionKind.ACTIVITY
    rules = piece_rules(rule_set, kind)
    allowed = rules.allowed_languages
    reflection = Reflection(
        id=reflection_id_for(on),
        enrolment=enrolment,
        kind=kind,
        activity=activity,
        one_of_its_kind=one_of_its_kind(on),
        state=ReflectionState.DRAFT,
        created_at=at,
        changed_at=at,
    )
    draft = Version(
        reflection_id=reflection.id,
        number=1,
        format=rules.formats[0].kind,
        language=language if language in allowed else allowed[0],
        changed_at=at,
    )
    return Piece(reflection, draft, (), (), rule_set, deadline, None, may_take_back=False, is_begun=False)
