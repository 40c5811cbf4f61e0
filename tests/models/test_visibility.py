"""Lists show exactly what single pages allow, and nobody but the student sees what was not handed in."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import pytest

from models.errors import NotAllowed
from models.permissions import Actor, is_active, open_activity_moves
from models.queries import catalogue, enrolments, gatherings, media, people, precedents, reflections, uploads
from models.queries.queue import queue
from models.states import DECLINE_ACTIVITY, ActivityState, EnrolmentState, MediaState, ReflectionState
from models.tables import (
    Activity,
    Application,
    CatalogueItem,
    Enrolment,
    Gathering,
    MediaItem,
    Precedent,
    Programme,
    Reflection,
    RoleKind,
    Transcript,
    Translation,
    Upload,
    Version,
)
from models.tables.media import REMOVED, Purpose
from tests.factories import NOW
from tests.models.world import World

PEOPLE = (
    "student",
    "fellow student",
    "student elsewhere",
    "student who assesses",
    "assessor",
    "other assessor",
    "assessor elsewhere",
    "convener",
    "convener elsewhere",
    "staff",
    "staff elsewhere",
    "administrator",
    "nobody",
)
READERS = ("student who assesses", "assessor", "other assessor", "convener", "staff")


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

    listed = await enrolments.enrolments_of_staff(actor, include_ended=True)

    assert _ids(listed) == await _opened(Enrolment, enrolments.enrolment, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_void_and_ended_enrolments_are_left_out_unless_they_are_asked_for(name: str, world: World) -> None:
    actor = world.people[name]

    everything = await enrolments.enrolments_of_staff(actor, include_ended=True)
    applied = await enrolments.applications(actor, include_ended=True)

    assert _ids(await enrolments.enrolments_of_staff(actor)) == _ids([e for e in everything if is_active(e)])
    assert _ids(await enrolments.applications(actor)) == _ids([a for a in applied if is_active(a.enrolment)])


async def test_staff_have_ended_enrolments_and_their_applications_to_ask_for(world: World) -> None:
    actor = world.people["staff"]

    assert len([e for e in await enrolments.enrolments_of_staff(actor, include_ended=True) if not is_active(e)]) == 2
    applied = await enrolments.applications(actor, include_ended=True)
    assert len([a for a in applied if not is_active(a.enrolment)]) == 2


async def test_the_student_of_an_ended_enrolment_still_reads_their_work_and_the_reason(world: World) -> None:
    actor, ended = world.people["void student"], world.enrolments[EnrolmentState.VOID]

    assert [e.ended_reason for e in await enrolments.own_enrolments(actor)] == ["Enrolled in the wrong faculty."]
    assert (await enrolments.enrolment(ended.id, actor=actor)).ended_by.name == "Sten"
    assert len(await reflections.reflections_of(ended.id, actor=actor)) == 7


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_list_of_activities_is_what_the_pages_allow(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await enrolments.all_activities(actor)

    assert _ids(listed) == await _opened(Activity, enrolments.activity, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_list_of_gatherings_is_what_the_pages_allow(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await gatherings.all_gatherings(actor)

    assert _ids(listed) == await _opened(Gathering, gatherings.gathering, actor)


async def test_gatherings_are_seen_by_the_invited_and_held_by_their_staff(world: World) -> None:
    seen = {name for name in PEOPLE if await gatherings.all_gatherings(world.people[name])}
    held = {name for name in PEOPLE if await gatherings.attendances(world.people[name])}

    assert seen == {"student", "fellow student", "student who assesses", "staff"}
    assert held == {"student who assesses", "staff"}


async def test_who_signed_up_is_seen_by_staff_alone(world: World) -> None:
    staff, student = world.people["staff"], world.people["student"]
    held = await gatherings.gathering(world.sign_up.gathering_id, actor=staff)

    assert len(await gatherings.sign_ups(held, actor=staff)) == 2
    with pytest.raises(NotAllowed):
        await gatherings.sign_ups(held, actor=student)
    with pytest.raises(NotAllowed):
        await gatherings.held_gathering(held.id, actor=student)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_list_of_applications_is_what_the_pages_allow(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await enrolments.applications(actor, include_ended=True)

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

    allowed = await _opened(Upload, uploads.upload, actor)

    assert allowed == _ids(await Upload.filter(owner_id=actor.person_id))


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_transcript_is_for_those_who_may_see_the_file(name: str, world: World) -> None:
    actor = world.people[name]

    allowed = await _opened(MediaItem, media.transcript, actor)

    assert allowed == await _opened(MediaItem, media.media, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_translation_is_for_those_who_may_read_the_transcript(name: str, world: World) -> None:
    actor = world.people[name]
    made = [one async for one in Transcript.all()]
    for one in made:
        await Translation.create(
            id=uuid4(), transcript_id=one.id, job_id=uuid4(), engine="x", model="x", speech={}, text="We.", made_at=NOW
        )

    read = []
    for one in made:
        with suppress(NotAllowed):
            translation = await media.translation(one, actor=actor)
            read.append(translation and translation.transcript_id)

    assert sorted(read) == _ids([one for one in made if one.media_id in await _opened(MediaItem, media.media, actor)])


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_other_lists_of_reflections_hold_nothing_more(name: str, world: World) -> None:
    actor = world.people[name]
    allowed = set(await _opened(Reflection, reflections.reflection, actor))

    listed = {row.id for row in await queue(actor)}
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
async def test_the_decisions_found_are_what_the_pages_allow(name: str, world: World) -> None:
    actor = world.people[name]

    found = []
    for programme in await Programme.all():
        with suppress(NotAllowed):
            found += await precedents.search("", actor=actor, programme_id=programme.id)

    assert _ids(found) == await _opened(Precedent, precedents.precedent, actor)


@pytest.mark.parametrize("name", PEOPLE)
async def test_students_find_only_the_decisions_that_staff_shared(name: str, world: World) -> None:
    actor = world.people[name]

    found = await _opened(Precedent, precedents.precedent, actor)

    if name in {"student", "fellow student"}:
        assert found == [world.shared_precedent.id]
    elif name in READERS:
        assert len(found) > 3
    else:
        assert world.shared_precedent.id not in found


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_whole_catalogue_is_for_the_staff_of_the_programme(name: str, world: World) -> None:
    actor = world.people[name]

    listed = []
    for programme in await Programme.all():
        with suppress(NotAllowed):
            listed += [row.item for row in await catalogue.items(programme.id, actor=actor)]

    assert _ids(listed) == await _opened(CatalogueItem, catalogue.item, actor)
    assert {row.programme_id for row in listed} == set(actor.programmes_as(RoleKind.STAFF))


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_proposals_listed_are_those_one_can_decide(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await enrolments.proposals(actor)

    decidable = [
        row
        for row in await Activity.all().select_related("enrolment")
        if DECLINE_ACTIVITY in open_activity_moves(actor, row)
    ]
    assert _ids(listed) == _ids(decidable)


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_queue_holds_what_waits_in_ones_programmes_and_never_ones_own(name: str, world: World) -> None:
    actor = world.people[name]

    listed = await queue(actor)

    waiting = Reflection.filter(state__in=(ReflectionState.SUBMITTED, ReflectionState.IN_ASSESSMENT))
    expected = [
        row
        for row in await waiting.select_related("enrolment")
        if actor.is_in(RoleKind.ASSESSOR, row.enrolment.programme_id)
        and row.enrolment.person_id != actor.person_id
        and is_active(row.enrolment)
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

    readable = [item for item in await media.all_media(actor) if item.owner_id != actor.person_id]
    listed = [item for item in readable if item.purpose is not Purpose.EVIDENCE]

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


@pytest.mark.parametrize("name", READERS)
async def test_readers_see_all_evidence_of_their_programmes_but_what_was_taken_away(name: str, world: World) -> None:
    actor = world.people[name]

    listed = [item for item in await media.all_media(actor) if item.purpose is Purpose.EVIDENCE]

    programmes = [programme_id for _, programme_id in actor.roles]
    everything = await MediaItem.filter(activity__enrolment__programme_id__in=programmes)
    assert _ids(listed) == _ids(
        [item for item in everything if item.refusal_code != REMOVED or item.owner_id == actor.person_id]
    )
    assert len(listed) > 8


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_evidence_of_an_activity_holds_nothing_more_than_its_pages(name: str, world: World) -> None:
    actor = world.people[name]

    listed = [
        item.media
        for activity in await Activity.all()
        for item in await media.evidence_of_activity(activity.id, actor=actor)
    ]

    opened = await _opened(MediaItem, media.evidence, actor)
    on_their_way = await MediaItem.filter(id__in=opened, state=MediaState.RECEIVING).exclude(owner_id=actor.person_id)
    assert _ids(listed) == sorted(set(opened) - {item.id for item in on_their_way})
    assert set(opened) - set(await _opened(MediaItem, media.media, actor)) == set()
    assert [item for item in listed if item.refusal_code == REMOVED] == []


@pytest.mark.parametrize("name", ["student elsewhere", "assessor elsewhere", "staff elsewhere", "fellow student"])
async def test_evidence_is_nobody_elses(name: str, world: World) -> None:
    with pytest.raises(NotAllowed):
        await media.evidence(world.evidence.id, actor=world.people[name])

    assert await media.evidence_of_activity(world.activities[ActivityState.APPROVED].id, actor=world.people[name]) == []


@pytest.mark.parametrize("name", ["administrator", "nobody"])
async def test_who_has_no_programme_sees_nothing(name: str, world: World) -> None:
    actor = world.people[name]

    seen = [
        await enrolments.enrolments_of_staff(actor, include_ended=True),
        await enrolments.all_activities(actor),
        await enrolments.applications(actor, include_ended=True),
        await reflections.all_reflections(actor),
        await media.all_media(actor),
        await queue(actor),
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
