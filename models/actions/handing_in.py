"""Handing a reflection in, at the time at which it was pressed, and taking it back while nobody has claimed it."""

from datetime import datetime

from tortoise.transactions import in_transaction

from models import states
from models.actions import jobs
from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.notices import tell
from models.actions.pieces import check_files, content_checksum, open_copy
from models.actions.pressing import counted_time
from models.actions.reflections import NoSuchFormat, RuleSays, check_final, open_draft
from models.actions.search_texts import index_version
from models.errors import WrongState
from models.judgements import judged_versions
from models.permissions import WHO_MOVES_REFLECTIONS, Actor, require
from models.portfolios import deadline_of, facts_of_version, local_today, piece_rules, rule_set_of
from models.receipts import last_hand_ins, why_it_stays
from models.rules.limits import problems
from models.states import JobRank
from models.tables import Enrolment, Reflection, ReflectionKind, Version
from models.tables.notices import NoticeKind


async def submit(
    reflection: Reflection, *, revision: int, pressed_seconds_ago: float | None = None, actor: Actor, at: datetime
) -> Version:
    """Hand in the draft with exactly this revision: it is frozen, and from now on a document of the institution.

    `pressed_seconds_ago`: so long ago it was pressed on a phone without a network; that time counts, for deadlines
    too. The same hand-in again gives the same version, whatever has happened to it since.
    """
    require(WHO_MOVES_REFLECTIONS[states.SUBMIT](actor, reflection))
    async with in_transaction():
        if (handed_in := await _handed_in(reflection, revision)) is not None:
            return handed_in
        draft = await open_draft(reflection)
        if draft.revision != revision:
            raise WrongState
        await check_active(reflection.enrolment_id)
        before = await Reflection.get(id=reflection.id)
        # The last move opened this draft: nobody has pressed before that.
        pressed_at = counted_time(pressed_seconds_ago, not_before=before.changed_at, at=at)
        await _check_rules(before, draft, at=pressed_at)
        moved = await Reflection.filter(id=reflection.id, state__in=states.SUBMIT.sources).update(
            state=states.SUBMIT.target,
            first_submitted_at=await _first(before, pressed_at),
            submitted_at=pressed_at,
            changed_at=at,
            assessor_id=None,
        )
        if not moved:
            raise WrongState
        checksum = await content_checksum(draft)
        await Version.filter(id=draft.id).update(handed_in_at=pressed_at, frozen_at=at, checksum=checksum)
        await index_version(draft.id)
        await jobs.set_rank(draft.recording_id, JobRank.HANDED_IN)
        await record(
            states.SUBMIT.name,
            reflection,
            by=actor.person_id,
            at=at,
            version=draft.number,
            checksum=checksum,
            pressed_at=pressed_at,
        )
        await tell(NoticeKind.WORK_WAITS, reflection, of=draft.id, at=at)
    return await Version.get(id=draft.id)


async def take_back(reflection: Reflection, *, actor: Actor, at: datetime) -> Version:
    """Open what was handed in again, as a new draft that starts as a copy; the frozen version stays.

    Refused once somebody has claimed it, when the rule set does not offer it, and when it could not be handed in
    again because a deadline has passed.
    """
    require(WHO_MOVES_REFLECTIONS[states.TAKE_BACK](actor, reflection))
    async with in_transaction():
        await check_active(reflection.enrolment_id)
        before = await Reflection.get(id=reflection.id)
        last = (await last_hand_ins([reflection.id])).get(reflection.id)
        if last is None:
            raise WrongState
        enrolment = await Enrolment.get(id=reflection.enrolment_id)
        refusal = why_it_stays(
            before,
            last,
            await rule_set_of(enrolment),
            deadline=await deadline_of(enrolment),
            today=await local_today(at),
        )
        if refusal is not None:
            raise refusal
        await Reflection.filter(id=reflection.id, state__in=states.TAKE_BACK.sources).update(
            state=states.TAKE_BACK.target, changed_at=at
        )
        await jobs.set_rank(last.version.recording_id, JobRank.DRAFT)
        draft = await open_copy(last.version, at=at)
        await record(states.TAKE_BACK.name, reflection, by=actor.person_id, at=at, version=last.version.number)
    return draft


async def _handed_in(reflection: Reflection, revision: int) -> Version | None:
    """Find what an earlier try of the same hand-in froze, whose answer was lost on the way.

    Revisions go on counting from version to version, so that there is only one of each.
    """
    frozen = Version.filter(reflection_id=reflection.id, revision=revision, frozen_at__isnull=False)
    return await frozen.order_by("-number").first()


async def _check_rules(reflection: Reflection, draft: Version, *, at: datetime) -> None:
    enrolment = await Enrolment.get(id=reflection.enrolment_id)
    if reflection.kind is ReflectionKind.FINAL:
        await check_final(enrolment, today=await local_today(at))
    await check_files(reflection, draft)
    offered = piece_rules(await rule_set_of(enrolment), reflection.kind).format_of(draft.format)
    if offered is None:
        raise NoSuchFormat
    if unmet := problems(offered, await facts_of_version(draft)):
        raise RuleSays(unmet)


async def _first(reflection: Reflection, pressed_at: datetime) -> datetime:
    """Tell when it was handed in first: what was taken back before anybody judged it does not count."""
    was_judged = await judged_versions([reflection.id])
    return reflection.first_submitted_at if reflection.first_submitted_at and was_judged else pressed_at
