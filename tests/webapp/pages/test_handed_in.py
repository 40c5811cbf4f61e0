"""What a student, an assessor and staff read about when something was handed in, and whether it can come back."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from models.actions import handing_in, reflections
from models.permissions import Actor
from models.portfolios import time_zone
from models.queries.people import actor_of
from models.tables import Activity, Person, RoleKind, Version
from tests.webapp.endpoints.stage import OT, Stage, Student, now, words
from tests.webapp.server import Visitor
from webapp.i18n import say_time


@pytest.fixture(scope="module")
def student(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture(scope="module")
def assessor(stage: Stage) -> tuple[Visitor, Actor]:
    return stage.colleague("Astrid", RoleKind.ASSESSOR, OT)


@pytest.fixture(scope="module")
def staff(stage: Stage) -> tuple[Visitor, Actor]:
    return stage.colleague("Sten", RoleKind.STAFF, OT)


def handed_in(stage: Stage, student: Student, *, ago: timedelta | None = None) -> tuple[UUID, Version]:
    """Write something three hours ago, and hand it in now; pressed so long ago."""
    activity_id = student.activity()

    async def done() -> tuple[UUID, Version]:
        begun_at = now() - timedelta(hours=3)
        actor = await actor_of(await Person.get(id=student.person_id))
        activity = await Activity.get(id=activity_id).select_related("enrolment")
        reflection = await reflections.start(activity, "written", "en", actor=actor, at=begun_at)
        draft = await reflections.save_draft(reflection, base_revision=0, text=words(200), actor=actor, at=begun_at)
        version = await handing_in.submit(
            reflection,
            revision=draft.revision,
            pressed_seconds_ago=ago.total_seconds() if ago else None,
            actor=actor,
            at=now(),
        )
        return reflection.id, version

    return stage.do(done)


def said(stage: Stage, moment: datetime | None) -> str:
    """Write a moment as pages do."""
    assert moment is not None

    async def zoned() -> str:
        return say_time(moment, await time_zone())

    return stage.do(zoned)


def test_everybody_reads_both_times_when_it_was_pressed_without_a_network(
    stage: Stage, student: Student, assessor: tuple[Visitor, Actor], staff: tuple[Visitor, Actor]
) -> None:
    reflection, version = handed_in(stage, student, ago=timedelta(hours=2))
    pressed, arrived = said(stage, version.handed_in_at), said(stage, version.frozen_at)

    own, desk, office = (
        visitor.get(path).raise_for_status().text
        for visitor, path in (
            (student, f"/reflections/{reflection}"),
            (assessor[0], f"/assess/{reflection}"),
            (staff[0], f"/reflections/{reflection}"),
        )
    )

    words_ = f"(pressed without a network; arrived {arrived})"
    assert f"Handed in on {pressed} {words_}." in own
    assert f"Handed in on {pressed} {words_}." in office
    assert f"{pressed} {words_}" in desk
    assert version.checksum in own


def test_one_time_is_enough_when_it_arrived_at_once(stage: Stage, student: Student) -> None:
    reflection, version = handed_in(stage, student, ago=timedelta(seconds=50))

    own = student.get(f"/reflections/{reflection}").text

    assert f"Handed in on {said(stage, version.handed_in_at)}." in own
    assert "pressed without a network" not in own


def test_only_its_student_is_offered_to_take_it_back_and_only_until_it_is_read(
    stage: Stage, student: Student, assessor: tuple[Visitor, Actor], staff: tuple[Visitor, Actor]
) -> None:
    waiting, _ = handed_in(stage, student)
    read, _ = handed_in(stage, student)
    stage.judge(read, assessor[1], "Say more.")

    pages = [
        student.get(f"/reflections/{waiting}").text,
        student.get(f"/reflections/{read}").text,
        staff[0].get(f"/reflections/{waiting}").text,
        assessor[0].get(f"/assess/{waiting}").text,
    ]

    assert ["Take it back" in page for page in pages] == [True, False, False, False]


def test_what_was_taken_back_is_said_to_be(stage: Stage, student: Student, assessor: tuple[Visitor, Actor]) -> None:
    reflection, version = handed_in(stage, student)
    student.post(f"/api/v1/reflections/{reflection}/take-back").raise_for_status()

    own, desk, home = (
        visitor.get(path).raise_for_status().text
        for visitor, path in (
            (student, f"/reflections/{reflection}"),
            (assessor[0], f"/assess/{reflection}"),
            (student, "/"),
        )
    )

    assert "Taken back" in own
    assert f"Version 1, handed in {said(stage, version.handed_in_at)}" in own
    assert "The student has taken it back." in desk
    assert "Taken back: hand it in again" in home
