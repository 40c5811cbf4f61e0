"""The catalogue: staff list activities, change them, close them; what was chosen stays what it was."""

from dataclasses import replace

import pytest

from models.actions import catalogue, setup
from models.actions.catalogue import AboutMissing, ListedAlready
from models.actions.facts import ClassNotListed, PointsImpossible, ThemeNotListed, TypeNotListed
from models.actions.precedents import TitlesMissing, TitleTooLong
from models.actions.setup import ListedActivity
from models.errors import NotAllowed, WrongState
from models.queries import catalogue as queries
from models.queries import enrolments
from models.rules.bilingual import Bilingual
from models.rules.primitives import ActivityType, Named
from models.states import ActivityState
from models.tables import Activity, CatalogueItem, Event, Programme
from models.tables.activities import Mode, Place
from tests.factories import (
    NOW,
    edition,
    make_activity,
    make_assessor,
    make_enrolment,
    make_item,
    make_programme,
    make_staff,
    programme_of,
)

pytestmark = pytest.mark.usefixtures("database")

VISIT = ListedActivity(
    "Study visit",
    Bilingual("Studiebesök", "Study visit"),
    Bilingual("Besök en arbetsplats.", "Visit a workplace."),
    Place.ABROAD,
    Mode.ONSITE,
    "A",
    "Language",
    20,
)
NEWS = replace(VISIT, about=Bilingual("Nytt.", "News."))
LISTING = edition(
    "listing",
    types=(ActivityType(id="study-visit", name=Bilingual("Studiebesök", "Study visit")),),
    classes=(Named(id="a", name=Bilingual("A", "A")),),
    themes=(Named(id="language", name=Bilingual("Språk", "Language")),),
)


async def _add(programme: Programme, activity: ListedActivity = VISIT) -> CatalogueItem:
    return await catalogue.add_item(programme, activity, actor=await make_staff(programme), at=NOW)


async def test_staff_list_an_activity_that_students_can_choose() -> None:
    enrolment = await make_enrolment()

    item = await _add(await programme_of(enrolment))

    assert [one.id for one in await enrolments.catalogue(enrolment)] == [item.id]
    assert (item.kind, item.class_code, item.theme, item.points) == ("Study visit", "A", "Language", 20)
    assert await Event.filter(move="add_item").count() == 1


async def test_facts_are_spelled_as_the_rules_spell_them() -> None:
    item = await _add(await make_programme(rule_set=LISTING))

    assert (item.kind, item.class_code, item.theme) == ("study-visit", "a", "language")


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"kind": "own"}, TypeNotListed),
        ({"kind": " "}, TypeNotListed),
        ({"class_code": "b"}, ClassNotListed),
        ({"theme": "sport"}, ThemeNotListed),
        ({"points": -1}, PointsImpossible),
        ({"title": Bilingual("Besök", "")}, TitlesMissing),
        ({"title": Bilingual("Besök", "x" * 201)}, TitleTooLong),
        ({"about": Bilingual("", "Visit.")}, AboutMissing),
    ],
)
async def test_what_the_rules_do_not_know_or_students_cannot_read_is_not_listed(
    wrong: dict[str, object], refusal: type[Exception]
) -> None:
    programme = await make_programme(rule_set=LISTING)

    with pytest.raises(refusal):
        await _add(programme, replace(VISIT, **wrong))

    assert await CatalogueItem.all().count() == 0


async def test_the_same_english_name_is_listed_once_in_a_programme() -> None:
    programme, other = await make_programme(), await make_programme("BE")
    await _add(programme)

    with pytest.raises(ListedAlready):
        await _add(programme, replace(VISIT, title=Bilingual("Besök", " study VISIT ")))
    await _add(other)

    assert await CatalogueItem.all().count() == 2


async def test_a_change_leaves_what_students_have_chosen() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    item = await CatalogueItem.get(id=activity.catalogue_item_id)

    await catalogue.change_item(item, VISIT, actor=await make_staff(await programme_of(activity.enrolment)), at=NOW)

    assert (await CatalogueItem.get(id=item.id)).title_en == "Study visit"
    chosen = await Activity.get(id=activity.id)
    assert (chosen.title_en, chosen.kind, chosen.points) == ("Language café", "language_cafe", None)


async def test_a_change_says_in_the_record_what_was_changed() -> None:
    programme = await make_programme()
    item = await _add(programme)

    await catalogue.change_item(item, replace(VISIT, points=5), actor=await make_staff(programme), at=NOW)

    assert (await Event.get(move="change_item")).facts == {"changed": ["points"]}


async def test_saving_without_a_change_records_nothing() -> None:
    programme = await make_programme()

    await catalogue.change_item(await _add(programme), VISIT, actor=await make_staff(programme), at=NOW)

    assert await Event.filter(move="change_item").count() == 0


async def test_a_change_cannot_take_the_name_of_another_one() -> None:
    programme = await make_programme()
    await _add(programme)
    item = await make_item(programme)

    with pytest.raises(ListedAlready):
        await catalogue.change_item(item, VISIT, actor=await make_staff(programme), at=NOW)


async def test_a_closed_activity_is_offered_no_more_until_it_is_opened_again() -> None:
    enrolment = await make_enrolment()
    programme = await programme_of(enrolment)
    item, staff = await _add(programme), await make_staff(programme)

    await catalogue.close_item(item, actor=staff, at=NOW)
    closed = await enrolments.catalogue(enrolment)
    await catalogue.reopen_item(item, actor=staff, at=NOW)

    assert closed == []
    assert [one.id for one in await enrolments.catalogue(enrolment)] == [item.id]


async def test_closing_twice_is_told() -> None:
    programme = await make_programme()
    item, staff = await _add(programme), await make_staff(programme)
    await catalogue.close_item(item, actor=staff, at=NOW)

    with pytest.raises(WrongState):
        await catalogue.close_item(item, actor=staff, at=NOW)
    await catalogue.reopen_item(item, actor=staff, at=NOW)
    with pytest.raises(WrongState):
        await catalogue.reopen_item(item, actor=staff, at=NOW)


async def test_an_assessor_does_not_edit_the_catalogue() -> None:
    programme = await make_programme()

    with pytest.raises(NotAllowed):
        await catalogue.add_item(programme, VISIT, actor=await make_assessor(programme), at=NOW)


async def test_staff_see_closed_ones_last_and_how_often_each_was_chosen() -> None:
    enrolment = await make_enrolment()
    programme = await programme_of(enrolment)
    await make_activity(enrolment, title="Café")
    await make_activity(enrolment, ActivityState.WITHDRAWN, title="Ambassador")
    closed, staff = await _add(programme, replace(VISIT, title=Bilingual("A", "A"))), await make_staff(programme)
    await catalogue.close_item(closed, actor=staff, at=NOW)

    listed = await queries.items(programme.id, actor=staff)

    assert [(one.item.title_en, one.chosen) for one in listed] == [("Ambassador", 0), ("Café", 1), ("A", 0)]


async def test_the_command_line_brings_words_up_to_date_that_nobody_changed() -> None:
    programme = await make_programme()
    item = await setup.list_activity(programme, VISIT, at=NOW)

    again = await setup.list_activity(programme, NEWS, at=NOW)

    assert (again.id, again.about_en) == (item.id, "News.")


@pytest.mark.parametrize("title", ["Study visit", "Study Visit", "Visit to a workplace"])
async def test_the_command_line_leaves_what_staff_changed_as_they_left_it(title: str) -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    item = await setup.list_activity(programme, VISIT, at=NOW)
    changed = replace(VISIT, title=Bilingual("Besök", title), about=Bilingual("Vårt.", "Ours."))
    await catalogue.change_item(item, changed, actor=staff, at=NOW)
    await catalogue.close_item(item, actor=staff, at=NOW)

    await setup.list_activity(programme, NEWS, at=NOW)

    rows = await CatalogueItem.filter(programme_id=programme.id)
    assert [(row.title_en, row.about_en, row.is_open) for row in rows] == [(title, "Ours.", False)]


async def test_the_command_line_leaves_what_staff_listed_under_the_same_title() -> None:
    programme = await make_programme()
    await _add(programme)

    await setup.list_activity(programme, NEWS, at=NOW)

    assert [row.about_en for row in await CatalogueItem.filter(programme_id=programme.id)] == ["Visit a workplace."]


async def test_the_command_line_lists_in_one_programme_what_staff_of_another_changed() -> None:
    programme, other = await make_programme(), await make_programme("BE")
    item = await setup.list_activity(programme, VISIT, at=NOW)
    renamed = replace(VISIT, title=Bilingual("Besök", "Visit"))
    await catalogue.change_item(item, renamed, actor=await make_staff(programme), at=NOW)

    listed = await setup.list_activity(other, VISIT, at=NOW)

    assert (listed.programme_id, listed.title_en) == (other.id, "Study visit")


async def test_the_command_line_lists_class_theme_and_points_too() -> None:
    item = await setup.list_activity(await make_programme(), VISIT, at=NOW)

    assert (item.class_code, item.theme, item.points) == ("A", "Language", 20)
