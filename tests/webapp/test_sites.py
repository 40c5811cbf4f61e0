"""The sites that an installation can start with."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from models import database
from models.actions import rule_sets, setup
from models.actions.setup import AlreadyPublished
from models.rules.bilingual import Bilingual
from models.rules.primitives import Named
from models.rules.progress import why_not_eligible
from models.rules.ruleset import RuleSet, preset, preset_names
from models.settings import Settings
from models.tables import CatalogueItem, Event, Institution, Programme, RuleSetVersion
from tests.factories import NOW, make_staff
from webapp.sites.reading import NoSuchSite, Site, site, site_names
from webapp.sites.setting_up import apply, set_up_institution, set_up_programme

each_site = pytest.mark.parametrize("name", site_names())
NAMES = {"name_sv": "Ett universitet", "name_en": "A university"}


def _programme_codes(name: str) -> list[str]:
    return [programme.code for programme in site(name).programmes]


def _unlisted(values: set[str], listed: Sequence[Named]) -> set[str]:
    return values - {one.id for one in listed} - {""} if listed else set()


@pytest.fixture
def settings(migrated_file: Path, tmp_path: Path) -> Settings:
    """Those of a data folder whose database is up to date."""
    shutil.copyfile(migrated_file, tmp_path / "cim.sqlite3")
    return Settings(data_folder=tmp_path)


def test_every_ready_made_rule_set_that_one_can_enrol_under_has_a_site() -> None:
    open_ended = {name for name in preset_names() if preset(name).valid_until is None}

    assert {site(name).rule_set for name in site_names()} == open_ended


@each_site
def test_every_activity_is_one_that_its_rule_set_knows(name: str) -> None:
    rules = preset(site(name).rule_set)
    activities = [activity for programme in site(name).programmes for activity in programme.catalogue]

    assert _unlisted({activity.kind for activity in activities}, rules.types) == set()
    assert _unlisted({activity.class_code for activity in activities}, rules.classes) == set()
    assert _unlisted({activity.theme for activity in activities}, rules.themes) == set()


@each_site
def test_every_activity_says_what_the_requirements_ask_about(name: str) -> None:
    rules = preset(site(name).rule_set)
    activities = [activity for programme in site(name).programmes for activity in programme.catalogue]
    counts_points = any(requirement.kind == "points" for requirement in rules.requirements)
    points_of_types = {type_.id: type_.points for type_ in rules.types}

    assert [a.title.en for a in activities if rules.classes and not a.class_code] == []
    assert [
        a.title.en for a in activities if counts_points and a.points is None and points_of_types.get(a.kind) is None
    ] == []


@each_site
def test_titles_tell_the_activities_of_a_programme_apart_in_both_languages(name: str) -> None:
    for programme in site(name).programmes:
        for titles in (
            [activity.title.sv for activity in programme.catalogue],
            [activity.title.en for activity in programme.catalogue],
        ):
            assert len(set(titles)) == len(titles)
            assert all(0 < len(title) <= 200 for title in titles)


@each_site
def test_each_programme_lists_eight_to_fourteen_activities_at_home_and_abroad(name: str) -> None:
    for programme in site(name).programmes:
        assert 8 <= len(programme.catalogue) <= 14
        assert {activity.place for activity in programme.catalogue} == {"sweden", "abroad"}


def test_no_two_sites_share_the_code_of_a_programme() -> None:
    codes = [code for name in site_names() for code in _programme_codes(name)]

    assert len(set(codes)) == len(codes)


def test_one_programme_of_lu_soc_is_not_eligible_and_the_other_is() -> None:
    rules = preset("lu-soc")

    closed = {
        programme.code: why_not_eligible(
            rules, programme.code, has_international_syllabus=programme.has_international_syllabus
        )
        is not None
        for programme in site("lu-soc").programmes
    }

    assert closed == {"SAM-SOC": False, "SAM-INT": True}


def test_an_unknown_site_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(NoSuchSite, match="There is no site called atlantis; there are aalborg, bfh, ju, ki, "):
        site("atlantis")


async def test_every_site_can_be_set_up_beside_the_others(settings: Settings) -> None:
    sites = [site(name) for name in site_names()]

    await set_up_institution(settings, sites, **NAMES)

    async with database.opened(settings.database_file):
        assert await CatalogueItem.all().count() == sum(_items(one) for one in sites)
        assert [row.code for row in await Programme.filter(has_international_syllabus=True)] == ["SAM-INT"]
        item = await CatalogueItem.get(title_en="Course in the global economy, 10 credits")
        assert (item.kind, item.theme, item.points) == ("course-10-ects", "economy", None)
        item = await CatalogueItem.get(title_en="Language tandem")
        assert (item.class_code, item.points) == ("language", 10)


def _items(one: Site) -> int:
    return sum(len(programme.catalogue) for programme in one.programmes)


async def test_setting_up_twice_is_setting_up_once(settings: Settings) -> None:
    await set_up_institution(settings, [site("ki")], **NAMES)
    await set_up_institution(settings, [site("ki")], **NAMES)

    async with database.opened(settings.database_file):
        items = _items(site("ki"))
        assert await CatalogueItem.all().count() == items
        assert await Event.all().count() == 1 + 1 + 4 + items


async def test_another_name_is_taken_over_and_recorded(settings: Settings) -> None:
    await set_up_institution(settings, [site("ki")], **NAMES)
    await set_up_institution(settings, [site("ki")], name_sv="Ett lärosäte", name_en="A university")

    async with database.opened(settings.database_file):
        assert [row.name_sv for row in await Institution.all()] == ["Ett lärosäte"]
        assert await Event.filter(move="name_institution").count() == 2
        assert await Programme.all().count() == 4


@pytest.mark.usefixtures("database")
async def test_setting_up_again_keeps_the_version_that_staff_have_published_since() -> None:
    await apply(site("ju"), at=NOW)
    programme = await Programme.get(code="HHJ-ARB")
    staff = await make_staff(programme)
    draft = await rule_sets.open_draft(programme, draft_id=uuid4(), actor=staff, at=NOW)
    changed = draft.document | {"own_proposals": False}
    draft = await rule_sets.save_draft(draft, changed, base_revision=draft.revision, actor=staff, at=NOW)
    theirs = await rule_sets.publish(draft, "2026", [programme], actor=staff, at=NOW)

    await apply(site("ju"), at=NOW)

    assert (await Programme.get(code="HHJ-ARB")).rule_set_id == theirs.id


@pytest.mark.usefixtures("database")
async def test_setting_up_again_leaves_a_programme_under_the_other_rules_that_it_was_given() -> None:
    await apply(site("ju"), at=NOW)
    ours = await setup.publish(preset("lu-soc"), at=NOW)
    name = Bilingual("Arbetsterapi", "Occupational therapy")
    await setup.set_up_programme("HHJ-ARB", name, ours, may_repoint=True, at=NOW)

    others = await apply(site("ju"), at=NOW)

    assert [(one.code, one.rule_set.rule_set) for one in others] == [("HHJ-ARB", "lu-soc")]
    assert (await Programme.get(code="HHJ-ARB")).rule_set_id == ours.id


async def test_a_published_version_never_changes(settings: Settings) -> None:
    await set_up_institution(settings, [site("ki")], **NAMES)
    changed: RuleSet = preset("ki").model_copy(update={"own_proposals": False})

    async with database.opened(settings.database_file):
        with pytest.raises(AlreadyPublished):
            await setup.publish(changed, at=NOW)

        assert (await RuleSetVersion.get()).fingerprint == preset("ki").fingerprint


async def test_a_programme_can_be_set_up_and_given_other_rules_later(settings: Settings) -> None:
    name = Bilingual("Logistik", "Logistics")

    await set_up_programme(settings, "LOG", name, preset("lu-soc"), has_international_syllabus=True)
    await set_up_programme(settings, "LOG", name, preset("ju"))

    async with database.opened(settings.database_file):
        programme = await Programme.get().select_related("rule_set")
        assert (programme.code, programme.rule_set.rule_set) == ("LOG", "ju")
        assert programme.has_international_syllabus
