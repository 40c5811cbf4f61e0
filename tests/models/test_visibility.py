"""Lists show exactly what single pages allow, and nobody but the student sees what was not handed in."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from models.errors import NotAllowed
from models.permissions import Actor, open_activity_moves
from models.queries import enrolments, media, people, reflections
from models.states import APPROVE_ACTIVITY, MediaState, ReflectionState
from models.tables import Activity, Application, Enrolment, MediaItem, Reflection, RoleKind, Upload, Version
from tests.models.world import World

PEOPLE = (
    "student",
    "fellow student",
    "student elsewhere",
    "student who assesses",
    "assessor",
    "other assessor",
    "assessor elsewhere",
    "staff",
    "staff elsewhere",
    "administrator",
    "nobody",
)
READERS = ("student who assesses", "assessor", "other assessor", "staff")


async def _opened(rows: Any, get: Callable[..., Awaitable[Any]], actor: Actor) -> list[UUID]:
    """Open the single page of every row in the database."""
    allowed = []
    for id_ in await rows.all().values_list("id", flat=True):
        try:
            await get(id_, actor=actor)
        except NotAllowed:
            continue
        allowed.append(id_)
    return sorted(allowed)


def _ids(rows: list[Any]) -> list[UUID]:
    return sorted(row.id for row in rows)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_list_of_enrolments_is_what_the_pages_allow(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await enrolments.enrolments_of_staff(actor)

    assert _ids(listed) == await _opened(Enrolment, enrolments.enrolment, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_list_of_activities_is_what_the_pages_allow(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await enrolments.all_activities(actor)

    assert _ids(listed) == await _opened(Activity, enrolments.activity, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_list_of_applications_is_what_the_pages_allow(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await enrolments.applications(actor)

    assert _ids(listed) == await _opened(Application, enrolments.application, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_list_of_reflections_is_what_the_pages_allow(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await reflections.all_reflections(actor)

    assert _ids(listed) == await _opened(Reflection, reflections.reflection, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_list_of_files_is_what_the_pages_allow(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await media.all_media(actor)

    assert _ids(listed) == await _opened(MediaItem, media.media, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_only_ready_files_are_served(name: str, world: World) -> None:
    actor = world.people[name]

    served = await _opened(MediaItem, media.media_to_serve, actor)

    assert served == _ids([item for item in await media.all_media(actor) if item.state is MediaState.READY])


@pytest.mark.parametrize("name", PEOPLE)
async def test_uploads_are_their_owners_alone(name: str, world: World) -> None:
    actor = world.people[name]

    allowed = await _opened(Upload, media.upload, actor)

    assert allowed == _ids(await Upload.filter(owner_id=actor.person_id))


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_transcript_is_for_those_who_may_see_the_file(name: str, world: World) -> None:
    actor = world.people[name]

    allowed = await _opened(MediaItem, media.transcript, actor)

    assert allowed == await _opened(MediaItem, media.media, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_other_lists_of_reflections_hold_nothing_more(name: str, world: World) -> None:
    actor = world.people[name]
    allowed = set(await _opened(Reflection, reflections.reflection, actor))

    listed = {row.id for row in await reflections.queue(actor)}
    listed |= {row.version.reflection_id for row in await reflections.decided_by(actor)}
    for enrolment in await Enrolment.all():
        listed |= {row.id for row in await reflections.reflections_of(enrolment.id, actor=actor)}

    assert listed - allowed == set()


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_activities_of_an_enrolment_hold_nothing_more(name: str, world: World) -> None:
    actor = world.people[name]
    allowed = set(await _opened(Activity, enrolments.activity, actor))

    listed = [row.id for one in await Enrolment.all() for row in await enrolments.activities(one, actor=actor)]

    assert set(listed) - allowed == set()


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_proposals_listed_are_those_one_can_decide(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await enrolments.proposals(actor)

    decidable = [
        row
        for row in await Activity.all().select_related("enrolment")
        if APPROVE_ACTIVITY in open_activity_moves(actor, row)
    ]
    assert _ids(listed) == _ids(decidable)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_queue_holds_what_waits_in_ones_programmes_and_never_ones_own(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await reflections.queue(actor)

    waiting = Reflection.filter(state__in=(ReflectionState.SUBMITTED, ReflectionState.IN_ASSESSMENT))
    expected = [
        row
        for row in await waiting.select_related("enrolment")
        if actor.is_in(RoleKind.ASSESSOR, row.enrolment.programme_id) and row.enrolment.person_id != actor.person_id
    ]
    assert _ids(listed) == _ids(expected)


@pytest.mark.parametrize("name", READERS)
async def test_a_draft_that_was_never_handed_in_is_the_students_alone(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await reflections.all_reflections(actor)

    foreign = [row for row in listed if row.enrolment.person_id != actor.person_id]
    assert [row for row in foreign if row.state is ReflectionState.DRAFT] == []
    assert len(foreign) > 3


@pytest.mark.parametrize("name", READERS)
async def test_the_second_version_of_a_returned_reflection_is_the_students_until_it_is_handed_in(
    name: str, world: World
) -> None:
    versions = await reflections.versions(world.podcast, actor=world.people[name])

    assert [version.number for version in versions] == [1]


async def test_the_student_sees_the_second_version(world: World) -> None:
    versions = await reflections.versions(world.podcast, actor=world.people["student"])

    assert [version.number for version in versions] == [2, 1]


@pytest.mark.parametrize("name", READERS)
async def test_readers_see_exactly_the_files_of_handed_in_versions_of_others(name: str, world: World) -> None:
    actor = world.people[name]

    listed = [item for item in await media.all_media(actor) if item.owner_id != actor.person_id]

    frozen = await Version.filter(
        frozen_at__isnull=False,
        reflection__enrolment__programme_id__in=[programme_id for _, programme_id in actor.roles],
    ).prefetch_related("posts", "reflection__enrolment")
    shown = {
        file_id
        for version in frozen
        if version.reflection.enrolment.person_id != actor.person_id
        for file_id in [version.recording_id, *(post.photo_id for post in version.posts)]
        if file_id
    }
    assert {item.id for item in listed} == shown
    assert len(shown) > 5


@pytest.mark.parametrize("name", ["administrator", "nobody"])
async def test_who_has_no_programme_sees_nothing(name: str, world: World) -> None:
    actor = world.people[name]

    seen = [
        await enrolments.enrolments_of_staff(actor),
        await enrolments.all_activities(actor),
        await enrolments.applications(actor),
        await reflections.all_reflections(actor),
        await media.all_media(actor),
        await reflections.queue(actor),
        await enrolments.proposals(actor),
    ]

    assert seen == [[]] * 7


async def test_ones_files_of_a_reflection_leave_out_only_uploads_that_never_ended(world: World) -> None:
    draft = await Reflection.filter(enrolment_id=world.enrolment.id, media__state=MediaState.REFUSED).first()
    assert draft is not None
    await MediaItem.filter(reflection_id=draft.id, state=MediaState.RECEIVING).update(
        state=MediaState.REFUSED, refusal_code="upload_expired"
    )

    listed = await media.media_of_reflection(draft.id, actor=world.people["student"])

    refused = [item.refusal_code for item in listed if item.state is MediaState.REFUSED]
    assert refused == ["broken_file"]


async def test_only_an_administrator_lists_people(world: World) -> None:
    listed = await people.everybody(world.people["administrator"])

    assert len(listed) > 10
    for name in PEOPLE:
        if name != "administrator":
            with pytest.raises(NotAllowed):
                await people.everybody(world.people[name])


async def test_one_enrols_where_one_is_not_enrolled(world: World) -> None:
    offered = await enrolments.programmes_to_enrol_in(world.people["student"])

    assert [programme.code for programme in offered] == ["BE"]
