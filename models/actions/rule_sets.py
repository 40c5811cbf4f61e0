"""Rule sets in the hands of programme staff: a draft, its changes, and its publication as a new version."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.errors import N_, NotAllowed, Refused
from models.permissions import Actor, may_edit_rules, require
from models.portfolios import local_today, parsed
from models.rules.ruleset import RuleSet, mistakes
from models.tables import Programme, RuleSetDraft, RuleSetVersion


class NewerRules(Refused):
    """A colleague saved in between."""

    words = N_("Somebody else has changed this draft in the meantime. Nothing was overwritten.")


class DraftHasMistakes(Refused):
    """What is published is promised to students, so it must be whole."""

    words = N_("The draft cannot be published yet. Things to put right: {count}.")


class VersionNameTaken(Refused):
    """A published version never changes."""

    words = N_("There is a version called {version} already. Give the new one a name of its own.")


class NothingChanged(Refused):
    """A version that says the same would only confuse."""

    words = N_("The draft says the same as the published version. There is nothing to publish.")


class NoProgrammeChosen(Refused):
    """A version that nobody points at would be published for nobody."""

    words = N_("Choose at least one programme that uses this rule set.")


class OtherVersionHolds(Refused):
    """What somebody published in between would be taken back unseen; `following` names programmes and versions."""

    words = N_(
        "This draft changes version {base}, but another version holds in: {following}. Publishing there would take "
        "back what that version says. Load the page again and base the draft on the version that holds, or leave "
        "the programme out."
    )


class HoldsLater(Refused):
    """Programmes follow a version as soon as it is published, so nobody could enrol in between."""

    words = N_(
        "The draft says that it is valid from {day}, and until then nobody could enrol. Publish it on that day, or "
        "write an earlier day."
    )


class HeldEarlier(Refused):
    """Nobody could enrol under a version that is over."""

    words = N_(
        "The draft says that it is valid until {day}, so nobody could enrol under it. Write a later day, or none."
    )


async def open_draft(programme: Programme, *, draft_id: UUID, actor: Actor, at: datetime) -> RuleSetDraft:
    """Begin a draft that says what the programme's version says; a programme has one, and a second try returns it."""
    require(may_edit_rules(actor, programme))
    async with in_transaction():
        known = await RuleSetDraft.get_or_none(programme_id=programme.id).select_related("based_on", "programme")
        if known is not None:
            return known
        published = (await Programme.get(id=programme.id).select_related("rule_set")).rule_set
        await RuleSetDraft.create(
            id=draft_id,
            based_on=published,
            programme_id=programme.id,
            document=document_of(RuleSet.model_validate_json(published.document)),
            changed_by_id=actor.person_id,
            changed_at=at,
        )
        draft = await RuleSetDraft.get(id=draft_id).select_related("based_on", "programme")
        await record(
            "open_draft", draft, by=actor.person_id, at=at, programme=programme.code, based_on=published.version
        )
    return draft


async def save_draft(
    draft: RuleSetDraft, document: dict[str, Any], *, base_revision: int, actor: Actor, at: datetime
) -> RuleSetDraft:
    """Keep what somebody wrote, mistakes and all, when nobody saved after `base_revision`; raises NewerRules.

    The row says who saved last and when; what happened to the rules is recorded when they are published.
    """
    require(may_edit_rules(actor, draft.programme))
    saved = await RuleSetDraft.filter(id=draft.id, revision=base_revision).update(
        document=document, revision=base_revision + 1, changed_by_id=actor.person_id, changed_at=at
    )
    if not saved:
        raise NewerRules
    return await RuleSetDraft.get(id=draft.id).select_related("based_on", "programme")


async def base_on_present(draft: RuleSetDraft, *, actor: Actor, at: datetime) -> RuleSetDraft:
    """Let a draft change the version that its programme follows now; raises NewerRules.

    The draft says the same as before. Whoever has it open sees by its revision that the differences are others now.
    """
    require(may_edit_rules(actor, draft.programme))
    async with in_transaction():
        present = (await Programme.get(id=draft.programme_id).select_related("rule_set")).rule_set
        moved = (
            await RuleSetDraft.filter(id=draft.id, revision=draft.revision)
            .exclude(based_on_id=present.id)
            .update(
                based_on_id=present.id,
                revision=draft.revision + 1,
                changed_by_id=actor.person_id,
                changed_at=at,
            )
        )
        fresh = await RuleSetDraft.get_or_none(id=draft.id).select_related("based_on", "programme")
        if fresh is None or fresh.based_on_id != present.id:
            raise NewerRules
        if moved:
            await record("base_on_present", fresh, by=actor.person_id, at=at, based_on=present.version)
    return fresh


async def discard_draft(draft: RuleSetDraft, *, actor: Actor, at: datetime) -> None:
    """Throw a draft away, as it was when `draft` was loaded; raises NewerRules when somebody changed it since."""
    require(may_edit_rules(actor, draft.programme))
    async with in_transaction():
        await _take(draft)
        await record("discard_draft", draft, by=actor.person_id, at=at, revision=draft.revision)


async def publish(
    draft: RuleSetDraft, version: str, programmes: Sequence[Programme], *, actor: Actor, at: datetime
) -> RuleSetVersion:
    """Publish the draft, as it was when `draft` was loaded, and point programmes at it.

    Who is enrolled keeps the version that was promised. Raises DraftHasMistakes, HoldsLater, HeldEarlier,
    VersionNameTaken, NoProgrammeChosen, OtherVersionHolds, NothingChanged and NewerRules.
    """
    require(may_edit_rules(actor, draft.programme))
    for programme in programmes:
        require(may_edit_rules(actor, programme))
    base = await RuleSetVersion.get(id=draft.based_on_id)
    rule_set = whole(draft.document | {"id": base.rule_set, "version": version.strip()})
    check_validity(rule_set, today=await local_today(at))
    async with in_transaction():
        if await RuleSetVersion.exists(rule_set=base.rule_set, version=rule_set.version):
            raise VersionNameTaken(version=rule_set.version)
        chosen = await _chosen(programmes, base)
        if _says_the_same(rule_set, base):
            raise NothingChanged
        await _take(draft)
        published = await RuleSetVersion.create(
            rule_set=rule_set.id,
            version=rule_set.version,
            document=rule_set.canonical_json(),
            fingerprint=rule_set.fingerprint,
            published_at=at,
            published_by_id=actor.person_id,
        )
        await record("publish", published, by=actor.person_id, at=at, fingerprint=published.fingerprint)
        for programme in chosen:
            await _follow(programme, published, actor=actor, at=at)
    return published


async def follow(programme: Programme, version: RuleSetVersion, *, actor: Actor, at: datetime) -> None:
    """Let those who enrol in a programme from now on follow another published version of its rule set.

    Who is enrolled keeps the version that was promised. Raises HoldsLater and HeldEarlier.
    """
    require(may_edit_rules(actor, programme))
    fresh = await RuleSetVersion.get(id=version.id)
    check_validity(parsed(fresh.document), today=await local_today(at))
    async with in_transaction():
        present = await Programme.get(id=programme.id).select_related("rule_set")
        if present.rule_set.rule_set != fresh.rule_set:
            raise NotAllowed
        if present.rule_set_id != fresh.id:
            await _follow(present, fresh, actor=actor, at=at)


async def _follow(programme: Programme, version: RuleSetVersion, *, actor: Actor, at: datetime) -> None:
    before = programme.rule_set_id
    await Programme.filter(id=programme.id).update(rule_set_id=version.id)
    await record(
        "follow_rule_set",
        programme,
        by=actor.person_id,
        at=at,
        before=before,
        now=version.id,
        version=version.version,
    )


def check_validity(rule_set: RuleSet, *, today: date) -> None:
    """Refuse to publish what nobody could enrol under today; raises HoldsLater and HeldEarlier."""
    if today < rule_set.valid_from:
        raise HoldsLater(day=rule_set.valid_from)
    if rule_set.valid_until is not None and today > rule_set.valid_until:
        raise HeldEarlier(day=rule_set.valid_until)


def whole(document: dict[str, Any]) -> RuleSet:
    """Read a draft's document as a rule set; raises DraftHasMistakes."""
    found = mistakes(document)
    if found:
        raise DraftHasMistakes(count=len(found))
    return RuleSet.model_validate(document)


def document_of(rule_set: RuleSet) -> dict[str, Any]:
    """Write a rule set the way drafts keep it: without what is said by default."""
    return rule_set.model_dump(mode="json", by_alias=True, exclude_defaults=True)


async def _chosen(programmes: Sequence[Programme], base: RuleSetVersion) -> list[Programme]:
    """Load the programmes as they are now; raises NoProgrammeChosen and OtherVersionHolds."""
    wanted = {programme.id for programme in programmes}
    chosen = (
        await Programme.filter(id__in=wanted, rule_set__rule_set=base.rule_set)
        .select_related("rule_set")
        .order_by("code")
    )
    if not chosen or len(chosen) < len(wanted):
        raise NoProgrammeChosen
    others = [f"{one.code} ({one.rule_set.version})" for one in chosen if one.rule_set_id != base.id]
    if others:
        raise OtherVersionHolds(base=base.version, following=", ".join(others))
    return chosen


def _says_the_same(rule_set: RuleSet, published: RuleSetVersion) -> bool:
    before = RuleSet.model_validate_json(published.document)
    return rule_set.model_copy(update={"version": before.version}).fingerprint == before.fingerprint


async def _take(draft: RuleSetDraft) -> None:
    if not await RuleSetDraft.filter(id=draft.id, revision=draft.revision).delete():
        raise NewerRules
