"""Taking records out."""

from datetime import date

import pytest

from models.actions import exports
from models.errors import NotAllowed
from models.states import ApplicationState
from models.tables import Event, RoleKind
from tests.factories import (
    NOW,
    make_actor,
    make_application,
    make_assessor,
    make_finished_enrolment,
    make_programme,
    make_staff,
)

pytestmark = pytest.mark.usefixtures("database")


async def test_the_worklist_has_one_row_for_each_certificate_of_the_programme() -> None:
    programme, other = await make_programme(), await make_programme("BE")
    staff = await make_staff(programme, "Sten")
    enrolment = await make_finished_enrolment(programme, await make_actor("Robin"))
    await make_application(enrolment, ApplicationState.APPROVED, staff=staff)
    await make_application(await make_finished_enrolment(programme))
    await make_application(
        await make_finished_enrolment(other, await make_actor("Elsewhere")), ApplicationState.APPROVED
    )

    rows = await exports.export_worklist(programme, actor=staff, at=NOW)

    assert [(row.certificate_number, row.name, row.approved_by, row.approved_date) for row in rows] == [
        (1, "Robin", "Sten", date(2026, 3, 2))
    ]


async def test_an_export_is_recorded_with_its_number_of_rows() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)

    await exports.export_worklist(programme, actor=staff, at=NOW)

    event = await Event.get(move="export_worklist")
    assert (event.actor_id, event.subject_id, event.facts) == (staff.person_id, str(programme.id), {"rows": 0})


async def test_only_staff_of_the_programme_take_its_worklist_out() -> None:
    programme = await make_programme()
    others = [
        await make_assessor(programme),
        await make_staff(await make_programme("BE")),
        await make_actor("Ada", (RoleKind.ADMINISTRATOR, None)),
        await make_actor(),
    ]

    for actor in others:
        with pytest.raises(NotAllowed):
            await exports.export_worklist(programme, actor=actor, at=NOW)

    assert await Event.all().count() == 0
