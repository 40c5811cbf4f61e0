"""Telling people: one notice for each event and person, made in the transaction of what it tells of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from models.permissions import Actor
from models.states import LetterState
from models.tables import (
    Activity,
    Application,
    Conflict,
    Enrolment,
    Letter,
    MediaItem,
    Notice,
    NoticeChoice,
    Programme,
    PushSubscription,
    Reflection,
    Role,
)
from models.tables.notices import AUDIENCE, PUSHED, TOPICS, USUAL, How, NoticeKind, Topic

Subject = Reflection | Activity | Application | Enrolment

_IDS_OF_LETTERS = UUID("0b8f6a2e-53d1-5c0e-9f0c-6d0c3c6f7a11")


async def tell(
    kind: NoticeKind,
    about: Subject,
    *,
    at: datetime,
    to: UUID | None = None,
    of: object = "",
    **facts: str,
) -> None:
    """Machine's own: tell whom it concerns, or one person alone (`to`), inside the transaction of what happened.

    `of` names the event where its time does not: the same event is told once. `facts` are days and names, never what
    somebody wrote.
    """
    enrolment = await Enrolment.get(id=about.id if isinstance(about, Enrolment) else about.enrolment_id)
    people = [to] if to is not None else await _concerned(kind, enrolment)
    keys = {f"{kind}:{about.id}:{of or at.isoformat()}:{person_id}": person_id for person_id in people}
    for known in await Notice.filter(dedupe_key__in=list(keys)).values_list("dedupe_key", flat=True):
        del keys[str(known)]
    if not keys:
        return
    named = {**await _names(kind, about, enrolment), **facts}
    at_once, devices = await _who_wants_it(TOPICS[kind], list(keys.values()))
    letters = {key: letter_for(key, person_id, at=at) for key, person_id in keys.items() if person_id in at_once}
    await Letter.bulk_create(letters.values(), ignore_conflicts=True)
    notices = [
        Notice(
            id=uuid4(),
            dedupe_key=key,
            person_id=person_id,
            programme_id=enrolment.programme_id,
            kind=kind,
            subject_id=about.id,
            arguments=named,
            letter_id=letters[key].id if key in letters else None,
            to_push=person_id in devices,
            created_at=at,
        )
        for key, person_id in keys.items()
    ]
    await Notice.bulk_create(notices, ignore_conflicts=True)


async def tell_of_file(kind: NoticeKind, media_id: UUID, *, at: datetime) -> None:
    """Machine's own: tell a student what became of a file; `kind` is for one of a reflection."""
    media = await MediaItem.get_or_none(id=media_id).select_related("reflection", "activity")
    if media is not None and media.reflection is not None:
        await tell(kind, media.reflection, of=media_id, at=at)
    elif media is not None and media.activity is not None:
        await tell(NoticeKind.EVIDENCE_REFUSED, media.activity, of=media_id, at=at)


async def mark_read(notice_ids: Collection[UUID], *, actor: Actor, at: datetime) -> None:
    """Note that one has seen some of one's own notices."""
    await Notice.filter(id__in=list(notice_ids), person_id=actor.person_id, read_at__isnull=True).update(read_at=at)


async def mark_all_read(*, told_until: datetime, actor: Actor, at: datetime) -> None:
    """Note that one has seen all of one's own notices up to the newest on the page."""
    mine = Notice.filter(person_id=actor.person_id, read_at__isnull=True, created_at__lte=told_until)
    await mine.update(read_at=at)


async def choose(topic: Topic, how: How, *, on_devices: bool, actor: Actor) -> None:
    """Choose how often one gets a letter about a topic, and whether one's devices are told of it."""
    chosen = {"how": how, "on_devices": on_devices}
    await NoticeChoice.update_or_create(chosen, person_id=actor.person_id, topic=topic)


def letter_for(dedupe_key: str, person_id: UUID, *, at: datetime) -> Letter:
    """Make the row of a letter; the same key is the same letter, with the same id."""
    return Letter(
        id=uuid5(_IDS_OF_LETTERS, dedupe_key),
        dedupe_key=dedupe_key,
        person_id=person_id,
        state=LetterState.QUEUED,
        run_at=at,
        created_at=at,
    )


async def _concerned(kind: NoticeKind, enrolment: Enrolment) -> list[UUID]:
    """Find the student, or everybody of the programme whose work it is; nobody decides about themselves."""
    role = AUDIENCE.get(TOPICS[kind])
    if role is None:
        return [enrolment.person_id]
    holders = Role.filter(kind=role, programme_id=enrolment.programme_id).exclude(person_id=enrolment.person_id)
    partial = Conflict.filter(enrolment_id=enrolment.id, withdrawn_at__isnull=True)
    left_out = set(await partial.values_list("assessor_id", flat=True))
    return [holder.person_id for holder in await holders.order_by("id") if holder.person_id not in left_out]


async def _who_wants_it(topic: Topic, people: Sequence[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Tell who of them wants a letter at once, and whose devices want to be told."""
    chosen = {row.person_id: row for row in await NoticeChoice.filter(topic=topic, person_id__in=people)}
    at_once = {id_ for id_ in people if (chosen[id_].how if id_ in chosen else USUAL[topic]) is How.AT_ONCE}
    rows = await PushSubscription.filter(person_id__in=people)
    asked = {row.person_id for row in rows}
    return at_once, {id_ for id_ in asked if (chosen[id_].on_devices if id_ in chosen else topic in PUSHED)}


async def _names(kind: NoticeKind, about: Subject, enrolment: Enrolment) -> dict[str, Any]:
    """Name what it is about as the one who is told knows it: students their activity, others their programme."""
    if TOPICS[kind] in AUDIENCE:
        programme = await Programme.get(id=enrolment.programme_id)
        return {"name": {"sv": programme.name_sv, "en": programme.name_en}}
    activity = about if isinstance(about, Activity) else None
    if isinstance(about, Reflection) and about.activity_id is not None:
        activity = await Activity.get(id=about.activity_id)
    return {} if activity is None else {"name": {"sv": activity.title_sv, "en": activity.title_en}}
