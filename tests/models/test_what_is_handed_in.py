"""What is handed in is what the student sees: nothing from another format, and no older take by mistake."""

from datetime import timedelta

import pytest

from models.actions import handing_in, pieces, reflections
from models.queries import media
from models.states import ReflectionState
from models.tables import Upload
from tests.factories import (
    NOW,
    make_assessor,
    make_reflection,
    make_staff,
    make_upload,
    move_on,
    programme_of,
    reload_reflection,
    student_of,
    words,
)

pytestmark = pytest.mark.usefixtures("database")


async def test_a_recording_from_before_the_format_was_changed_was_not_handed_in() -> None:
    reflection = await make_reflection(format_="podcast")
    student, programme = await student_of(reflection.enrolment), await programme_of(reflection.enrolment)
    draft = await reflections.open_draft(reflection)
    await reflections.save_draft(
        reflection, base_revision=draft.revision, format_="written", text=words(1000), actor=student, at=NOW
    )
    await move_on(reflection, ReflectionState.SUBMITTED)

    assert len(await media.all_media(student)) == 1
    assert await media.all_media(await make_assessor(programme)) == []
    assert await media.all_media(await make_staff(programme)) == []


async def test_a_second_take_on_its_way_holds_the_hand_in_back() -> None:
    reflection = await make_reflection(format_="podcast")
    student = await student_of(reflection.enrolment)
    upload = await make_upload(reflection, at=NOW + timedelta(minutes=5))
    await Upload.filter(id=upload.id).update(offset_bytes=1)
    draft = await reflections.open_draft(reflection)

    with pytest.raises(pieces.StillPreparing):
        await handing_in.submit(reflection, revision=draft.revision, actor=student, at=NOW + timedelta(minutes=6))

    assert (await reload_reflection(reflection)).state is ReflectionState.DRAFT
