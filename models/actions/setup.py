"""Machine's own (command line): what an installation starts with. Saying the same again changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.errors import N_, Refused
from models.rules.bilingual import Bilingual
from models.rules.ruleset import RuleSet
from models.tables import CatalogueItem, Event, Institution, Programme, RuleSetVersion
from models.tables.activities import Mode, Place


class AlreadyPublished(Refused):
    """Students were promised what the published version says."""

    words = N_(
        "The rule set {rule_set} is published as version {version} with other content, "
        "and a published version never changes. Give the new content a version of its own."
    )


@dataclass(frozen=True, slots=True)
class ListedActivity:
    """An activity as a programme lists it; its English title tells it apart from the programme's others."""

    kind: str
    title: Bilingual
    about: Bilingual
    place: Place
    mode: Mode
    class_code: str = ""
    theme: str = ""
    points: int | None = None


async def name_institution(name: Bilingual, *, at: datetime) -> Institution:
    """Say whose installation this is."""
    async with in_transaction():
        known = await Institution.first()
        if known is not None and (known.name_sv, known.name_en) == (name.sv, name.en):
            return known
        if known is None:
            known = await Institution.create(name_sv=name.sv, name_en=name.en)
        else:
            known.name_sv, known.name_en = name.sv, name.en
            await known.save()
        await record("name_institution", known, by=None, at=at, name_sv=name.sv, name_en=name.en)
    return known


async def publish(rule_set: RuleSet, *, at: datetime) -> RuleSetVersion:
    """Publish a version of a rule set, so that programmes can point at it; raises AlreadyPublished."""
    async with in_transaction():
        known = await RuleSetVersion.get_or_none(rule_set=rule_set.id, version=rule_set.version)
        if known is not None:
            if known.fingerprint != rule_set.fingerprint:
                raise AlreadyPublished(rule_set=rule_set.id, version=rule_set.version)
            return known
        version = await RuleSetVersion.create(
            rule_set=rule_set.id,
            version=rule_set.version,
            document=rule_set.canonical_json(),
            fingerprint=rule_set.fingerprint,
            published_at=at,
        )
        await record("publish", version, by=None, at=at, fingerprint=version.fingerprint)
    return version


async def set_up_programme(
    code: str,
    name: Bilingual,
    rule_set: RuleSetVersion,
    *,
    has_international_syllabus: bool | None = None,
    may_repoint: bool = False,
    at: datetime,
) -> Programme:
    """Make a programme under `rule_set`, or rename one; gives it with the version that it follows.

    A programme that exists goes on following what it follows: its staff may have published a version of their own
    since. Only with `may_repoint` (somebody named the rules on the command line) it follows `rule_set` from now on;
    who is enrolled keeps the old one even then.
    `has_international_syllabus` None: what is known about a programme stays, and a new one has none.
    """
    wanted: dict[str, Any] = {"name_sv": name.sv, "name_en": name.en}
    if has_international_syllabus is not None:
        wanted["has_international_syllabus"] = has_international_syllabus
    async with in_transaction():
        programme = await Programme.get_or_none(code=code).select_related("rule_set")
        if programme is None:
            programme = await Programme.create(code=code, rule_set=rule_set, **wanted)
        else:
            if may_repoint:
                wanted["rule_set"] = rule_set
            if all(getattr(programme, field) == value for field, value in wanted.items()):
                return programme
            await programme.update_from_dict(wanted).save()
        await record(
            "set_up_programme",
            programme,
            by=None,
            at=at,
            code=code,
            rule_set=programme.rule_set.rule_set,
            version=programme.rule_set.version,
        )
    return programme


async def list_activity(programme: Programme, activity: ListedActivity, *, at: datetime) -> CatalogueItem:
    """Put an activity into a programme's catalogue, or bring its words up to date; one that was closed stays closed.

    What staff listed or changed on the screen stays as they left it, also under another title.
    """
    wanted: dict[str, Any] = {
        "kind": activity.kind,
        "title_sv": activity.title.sv,
        "about_sv": activity.about.sv,
        "about_en": activity.about.en,
        "place": activity.place,
        "mode": activity.mode,
        "class_code": activity.class_code,
        "theme": activity.theme,
        "points": activity.points,
    }
    async with in_transaction():
        item = await _listed(programme, activity.title.en)
        if item is None:
            item = await CatalogueItem.create(programme_id=programme.id, title_en=activity.title.en, **wanted)
        else:
            is_as_wanted = all(getattr(item, field) == value for field, value in wanted.items())
            if is_as_wanted or await _is_kept_by_staff(item):
                return item
            await item.update_from_dict(wanted).save()
        await record("list_activity", item, by=None, at=at, programme=programme.code, title=activity.title.en)
    return item


async def _listed(programme: Programme, title_en: str) -> CatalogueItem | None:
    """Find what the programme lists under this title, or was listed under it before staff gave it another."""
    items = await CatalogueItem.filter(programme_id=programme.id).order_by("id")
    for item in items:
        if item.title_en.casefold() == title_en.casefold():
            return item
    by_id = {str(item.id): item for item in items}
    for event in await Event.filter(move="list_activity", subject_kind="catalogueitem", subject_id__in=list(by_id)):
        if event.facts["title"] == title_en:
            return by_id[event.subject_id]
    return None


async def _is_kept_by_staff(item: CatalogueItem) -> bool:
    return await Event.exists(
        subject_kind="catalogueitem",
        subject_id=str(item.id),
        move__in=("add_item", "change_item"),
        actor_id__isnull=False,
    )
