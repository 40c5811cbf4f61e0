"""Machine's own (command line): what an installation starts with. Saying the same again changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.errors import N_, Refused
from models.rules.bilingual import Bilingual
from models.rules.ruleset import RuleSet
from models.tables import CatalogueItem, Institution, Programme, RuleSetVersion
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


async def set_up_programme(code: str, name: Bilingual, rule_set: RuleSetVersion, *, at: datetime) -> Programme:
    """Make or rename a programme; who enrols from now on is promised `rule_set`, who is enrolled keeps the old one."""
    wanted = {"name_sv": name.sv, "name_en": name.en, "rule_set_id": rule_set.id}
    async with in_transaction():
        programme, is_new = await Programme.get_or_create(wanted, code=code)
        if not is_new:
            if all(getattr(programme, field) == value for field, value in wanted.items()):
                return programme
            await programme.update_from_dict(wanted).save()
        await record(
            "set_up_programme",
            programme,
            by=None,
            at=at,
            code=code,
            rule_set=rule_set.rule_set,
            version=rule_set.version,
        )
    return programme


async def list_activity(programme: Programme, activity: ListedActivity, *, at: datetime) -> CatalogueItem:
    """Put an activity into a programme's catalogue, or bring its words up to date; one that was closed stays closed."""
    wanted = {
        "kind": activity.kind,
        "title_sv": activity.title.sv,
        "about_sv": activity.about.sv,
        "about_en": activity.about.en,
        "place": activity.place,
        "mode": activity.mode,
    }
    async with in_transaction():
        item, is_new = await CatalogueItem.get_or_create(wanted, programme_id=programme.id, title_en=activity.title.en)
        if not is_new:
            if all(getattr(item, field) == value for field, value in wanted.items()):
                return item
            await item.update_from_dict(wanted).save()
        await record("list_activity", item, by=None, at=at, programme=programme.code, title=activity.title.en)
    return item
