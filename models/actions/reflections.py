"""Beginning a reflection, and writing and recording it; `handing_in` hands it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.pressing import counted_time
from models.actions.uploads import expect_file
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_change, require
from models.portfolios import local_today, piece_rules, portfolio_of, rule_set_of
from models.rules.limits import count_words
from models.rules.progress import may_start_final
from models.rules.sentences import Sentence
from models.states import ActivityState, ReflectionState
from models.tables import Activity, Enrolment, Post, Reflection, ReflectionKind, Version
from models.tables.media import Purpose
from models.tables.reflections import one_of_its_kind, reflection_id_for

LONGEST_TEXT = 200_000
LONGEST_CAPTION = 5_000
MOST_POSTS = 50


class RuleSays(Refused):
    """A rule of the student's rule set is not met; `sentences` say which in both languages."""

    words = N_("Not yet: {sentences}")

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        super().__init__(sentences=" ".join(sentence.en for sentence in sentences))
        self.sentences = tuple(sentences)


class ActivityNotDone(Refused):
    """A reflection looks back."""

    words = N_("Say first that the activity is done and on which day; then reflect on it.")


class NoSuchFormat(Refused):
    """The rule set offers other formats or languages."""

    words = N_("This format or language is not offered for this reflection.")


class NewerDraft(Refused):
    """Somebody (the same student on another device) saved in between."""

    words = N_("A newer text was saved from another device. Nothing was overwritten: choose which one to keep.")


class TextTooLong(Refused):
    """Far beyond any rule set; protects the server."""

    words = N_("The text is too long to be saved ({limit} characters at most).")


class TooManyPosts(Refused):
    """Far beyond any rule set, too."""

    words = N_("There are too many posts to be saved ({limit} at most).")


@dataclass(frozen=True, slots=True)
class PostDraft:
    """One post as the student wants it; `photo_id` is an upload of the same reflection."""

    key: UUID
    photo_id: UUID | None
    caption: str
    alt_text: str


async def start(
    activity: Activity,
    format_: str,
    language: str,
    *,
    begun_seconds_ago: float | None = None,
    actor: Actor,
    at: datetime,
) -> Reflection:
    """Begin the reflection on an activity that is done; a second one on the same activity is the first one.

    `begun_seconds_ago`: so long ago it was begun on a phone without a network.
    """
    require(may_change(actor, activity.enrolment))
    if not await Activity.exists(id=activity.id, state=ActivityState.DONE):
        raise ActivityNotDone
    # A phone is offered the reflection only when the activity is done.
    done = await Activity.get(id=activity.id)
    begun_at = counted_time(begun_seconds_ago, not_before=done.changed_at, at=at)
    return await _begin(activity, activity.enrolment, format_, language, actor=actor, at=begun_at)


async def start_final(
    enrolment: Enrolment,
    format_: str,
    language: str,
    *,
    begun_seconds_ago: float | None = None,
    actor: Actor,
    at: datetime,
) -> Reflection:
    """Begin the final reflection, when the rule set allows it and until its deadline, as `start` does."""
    require(may_change(actor, enrolment))
    before = (
        await Reflection.filter(enrolment_id=enrolment.id, submitted_at__isnull=False).order_by("-submitted_at").first()
    )
    floor = enrolment.enrolled_at if before is None or before.submitted_at is None else before.submitted_at
    begun_at = counted_time(begun_seconds_ago, not_before=floor, at=at)
    await check_final(enrolment, today=await local_today(begun_at))
    return await _begin(enrolment, enrolment, format_, language, actor=actor, at=begun_at)


async def save_draft(
    reflection: Reflection,
    *,
    base_revision: int,
    format_: str | None = None,
    language: str | None = None,
    text: str | None = None,
    posts: Sequence[PostDraft] | None = None,
    actor: Actor,
    at: datetime,
) -> Version:
    """Save what is given into the open draft, when nobody saved after `base_revision`; raises NewerDraft otherwise."""
    require(may_change(actor, reflection.enrolment))
    if text is not None and len(text) > LONGEST_TEXT:
        raise TextTooLong(limit=LONGEST_TEXT)
    if any(max(len(post.caption), len(post.alt_text)) > LONGEST_CAPTION for post in posts or ()):
        raise TextTooLong(limit=LONGEST_CAPTION)
    if posts is not None and len(posts) > MOST_POSTS:
        raise TooManyPosts(limit=MOST_POSTS)
    await _check_format(reflection.enrolment, reflection.kind, format_, language)
    async with in_transaction():
        await check_active(reflection.enrolment_id)
        draft = await open_draft(reflection)
        changes: dict[str, object] = {"revision": base_revision + 1, "changed_at": at}
        changes |= {
            name: value
            for name, value in (("format", format_), ("language", language), ("text", text))
            if value is not None
        }
        if text is not None:
            changes["words"] = count_words(text)
        saved = await Version.filter(id=draft.id, frozen_at__isnull=True, revision=base_revision).update(**changes)
        if not saved:
            raise NewerDraft
        if posts is not None:
            await _replace_posts(reflection, draft, posts, owner_id=actor.person_id)
    return await Version.get(id=draft.id)


async def open_draft(reflection: Reflection) -> Version:
    """Machine's own: find the version that is not frozen; raises WrongState when there is none."""
    draft = await Version.get_or_none(reflection_id=reflection.id, frozen_at__isnull=True)
    if draft is None:
        raise WrongState
    return draft


async def check_final(enrolment: Enrolment, *, today: date) -> None:
    """Machine's own: refuse what the rule set does not allow with the final reflection on this day."""
    reason = may_start_final(await portfolio_of(enrolment), await rule_set_of(enrolment), today)
    if reason is not None:
        raise RuleSays([reason])


async def _begin(
    on: Activity | Enrolment, enrolment: Enrolment, format_: str, language: str, *, actor: Actor, at: datetime
) -> Reflection:
    kind = ReflectionKind.ACTIVITY if isinstance(on, Activity) else ReflectionKind.FINAL
    await _check_format(enrolment, kind, format_, language)
    async with in_transaction():
        known = await Reflection.get_or_none(one_of_its_kind=one_of_its_kind(on)).select_related("enrolment")
        if known is not None:
            return known
        await check_active(enrolment.id)
        reflection = await Reflection.create(
            id=reflection_id_for(on),
            enrolment_id=enrolment.id,
            kind=kind,
            activity_id=on.id if isinstance(on, Activity) else None,
            one_of_its_kind=one_of_its_kind(on),
            state=ReflectionState.DRAFT,
            created_at=at,
            changed_at=at,
        )
        await Version.create(
            id=uuid4(), reflection_id=reflection.id, number=1, format=format_, language=language, changed_at=at
        )
        await record("start", reflection, by=actor.person_id, at=at, kind=kind, format=format_)
    return await Reflection.get(id=reflection.id).select_related("enrolment")


async def _check_format(enrolment: Enrolment, kind: ReflectionKind, format_: str | None, language: str | None) -> None:
    rules = piece_rules(await rule_set_of(enrolment), kind)
    if format_ is not None and rules.format_of(format_) is None:
        raise NoSuchFormat
    if language is not None and language not in rules.allowed_languages:
        raise NoSuchFormat


async def _replace_posts(reflection: Reflection, draft: Version, posts: Sequence[PostDraft], *, owner_id: UUID) -> None:
    for photo_id in {post.photo_id for post in posts if post.photo_id}:
        await expect_file(reflection, Purpose.PHOTO, photo_id, owner_id=owner_id)
    await Post.filter(version_id=draft.id).delete()
    for position, post in enumerate(posts):
        await Post.create(
            version_id=draft.id,
            key=post.key,
            position=position,
            photo_id=post.photo_id,
            caption=post.caption,
            alt_text=post.alt_text,
        )
