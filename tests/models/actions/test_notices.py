"""Who is told of what, once, in the transaction of what happened; and what nobody is told."""

from datetime import timedelta
from typing import Any

import pytest
from tortoise import Tortoise

from models.actions import activities, assessments, claims, decisions, handing_in, jobs, notices, reminders
from models.actions.study_dates import grant_extension
from models.errors import WrongState
from models.permissions import Actor
from models.queries import notices as queries
from models.queries.people import actor_of
from models.states import ActivityState, ApplicationState, JobState, MediaState, ReflectionState
from models.tables import Enrolment, Job, Letter, Notice, Person, Reflection, Role
from models.tables.notices import How, NoticeKind, Topic
from tests.factories import (
    KI,
    NOW,
    at_noon,
    edition,
    make_activity,
    make_application,
    make_assessor,
    make_enrolment,
    make_evidence,
    make_finished_enrolment,
    make_media,
    make_person,
    make_programme,
    make_reflection,
    make_staff,
    move_on,
    programme_of,
    reload_reflection,
    running_job,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(hours=1)


async def _told(actor: Actor) -> list[NoticeKind]:
    """List what somebody was told, oldest first."""
    return [notice.kind for notice in reversed(await queries.own_notices(actor))]


async def test_student_is_told_that_a_piece_was_returned_and_later_accepted() -> None:
    reflection = await make_reflection(state=ReflectionState.RETURNED)
    assessor = await actor_of(await Person.get(id=reflection.assessor_id))

    await move_on(reflection, ReflectionState.ACCEPTED, assessor=assessor, at=LATER)

    student = await student_of(reflection.enrolment)
    assert await _told(student) == [NoticeKind.RETURNED, NoticeKind.ACCEPTED]


async def test_notice_names_the_activity_and_never_what_somebody_wrote() -> None:
    reflection = await make_reflection(state=ReflectionState.RETURNED)

    (notice,) = await queries.own_notices(await student_of(reflection.enrolment))

    assert notice.subject_id == reflection.id
    assert notice.arguments == {"name": {"sv": "Language café (sv)", "en": "Language café"}}


async def test_decision_that_is_refused_tells_nobody() -> None:
    reflection = await make_reflection(state=ReflectionState.IN_ASSESSMENT)
    other = await make_assessor(await programme_of(reflection.enrolment), "Henrik")
    await claims.take_over(reflection, actor=other, at=NOW + claims.LEASE)
    late = await actor_of(await Person.get(id=reflection.assessor_id))

    with pytest.raises(WrongState):
        await assessments.accept(reflection, actor=late, at=NOW + claims.LEASE)

    assert await _told(await student_of(reflection.enrolment)) == []


async def test_first_of_two_readers_decides_and_nobody_is_told() -> None:
    two = edition("two", reflection=KI.reflection.model_copy(update={"readers": 2}))
    programme = await make_programme("TWO", two)
    first, second = await make_assessor(programme, "Astrid"), await make_assessor(programme, "Henrik")
    reflection = await make_reflection(await make_enrolment(programme), ReflectionState.IN_ASSESSMENT, assessor=first)
    before = await Notice.all().count()

    await assessments.accept(reflection, actor=first, at=LATER)
    told_after_the_first = await Notice.all().count() - before
    await claims.claim(await reload_reflection(reflection), actor=second, at=LATER)
    await assessments.accept(await reload_reflection(reflection), actor=second, at=LATER)

    assert told_after_the_first == 0
    assert await _told(await student_of(reflection.enrolment)) == [NoticeKind.ACCEPTED]


async def test_every_assessor_of_the_programme_is_told_that_work_waits_but_not_its_student() -> None:
    programme = await make_programme()
    assessors = [await make_assessor(programme), await make_assessor(programme, "Henrik")]
    elsewhere = await make_assessor(await make_programme("BE"))
    student = await make_assessor(programme, "Robin")
    enrolment = await make_enrolment(programme, student)

    await make_reflection(enrolment, ReflectionState.SUBMITTED)

    assert [await _told(one) for one in (*assessors, elsewhere, student)] == [
        [NoticeKind.WORK_WAITS],
        [NoticeKind.WORK_WAITS],
        [],
        [],
    ]


async def test_work_that_waits_no_more_is_among_nobodys_notices() -> None:
    programme = await make_programme()
    assessor, other = await make_assessor(programme), await make_assessor(programme, "Henrik")
    reflection = await make_reflection(await make_enrolment(programme), ReflectionState.SUBMITTED)

    await claims.claim(reflection, actor=assessor, at=LATER)
    while_read = await _told(other)
    await claims.release(await reload_reflection(reflection), actor=assessor, at=LATER)

    assert (while_read, await _told(other)) == ([], [NoticeKind.WORK_WAITS])


async def test_hand_in_that_is_sent_twice_is_told_once() -> None:
    programme = await make_programme()
    assessor = await make_assessor(programme)
    reflection = await make_reflection(await make_enrolment(programme))
    student = await student_of(reflection.enrolment)

    for _ in range(2):
        await handing_in.submit(reflection, revision=1, actor=student, at=LATER)

    assert await _told(assessor) == [NoticeKind.WORK_WAITS]


async def test_whose_claim_a_colleague_took_over_is_told_without_a_name() -> None:
    reflection = await make_reflection(state=ReflectionState.IN_ASSESSMENT)
    reader = await actor_of(await Person.get(id=reflection.assessor_id))
    colleague = await make_assessor(await programme_of(reflection.enrolment), "Henrik")

    await claims.take_over(reflection, actor=colleague, at=NOW + claims.LEASE)

    notice = await Notice.get(kind=NoticeKind.TAKEN_OVER)
    assert (notice.person_id, "Henrik" in str(notice.arguments)) == (reader.person_id, False)
    assert await _told(colleague) == []


@pytest.mark.parametrize(
    ("state", "decide", "kind"),
    [
        (ActivityState.PROPOSED, decisions.approve, NoticeKind.ACTIVITY_APPROVED),
        (ActivityState.PROPOSED, decisions.decline, NoticeKind.ACTIVITY_DECLINED),
        (ActivityState.REPORTED, decisions.confirm, NoticeKind.ACTIVITY_CONFIRMED),
        (ActivityState.REPORTED, decisions.send_back, NoticeKind.ACTIVITY_SENT_BACK),
        (ActivityState.DONE, decisions.reopen, NoticeKind.ACTIVITY_REOPENED),
    ],
)
async def test_student_is_told_what_staff_decide_about_an_activity(state, decide, kind) -> None:  # type: ignore[no-untyped-def]
    activity = await make_activity(state=state)
    staff = await make_staff(await programme_of(activity.enrolment))

    await decide(activity, "Because of the dates.", actor=staff, at=LATER)

    told = await queries.own_notices(await student_of(activity.enrolment))
    assert [notice.kind for notice in told] == [kind]
    assert "dates" not in str(told[0].arguments)


@pytest.mark.parametrize("state", [ActivityState.PROPOSED, ActivityState.REPORTED])
async def test_staff_are_told_that_an_activity_waits_until_it_is_decided(state: ActivityState) -> None:
    enrolment = await make_enrolment()
    staff = await make_staff(await programme_of(enrolment))

    activity = await make_activity(enrolment, state)

    assert NoticeKind.ACTIVITY_WAITS in await _told(staff)
    await decisions.decline(activity, "No.", actor=staff, at=LATER)
    assert await _told(staff) == []


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (ApplicationState.APPROVED, NoticeKind.APPLICATION_APPROVED),
        (ApplicationState.DECLINED, NoticeKind.APPLICATION_DECLINED),
    ],
)
async def test_student_is_told_what_became_of_an_application(state: ApplicationState, kind: NoticeKind) -> None:
    application = await make_application(state=state)

    assert kind in await _told(await student_of(application.enrolment))


async def test_staff_are_told_that_an_application_waits() -> None:
    enrolment = await make_finished_enrolment()
    staff = await make_staff(await programme_of(enrolment))

    await make_application(enrolment)

    assert NoticeKind.APPLICATION_WAITS in await _told(staff)


async def test_student_is_told_of_files_that_cannot_be_used() -> None:
    reflection = await make_reflection()
    activity = await make_activity(reflection.enrolment, ActivityState.APPROVED)

    await make_media(reflection, MediaState.REFUSED)
    await make_evidence(activity, MediaState.REFUSED)

    told = await _told(await student_of(reflection.enrolment))
    assert sorted(told) == [NoticeKind.EVIDENCE_REFUSED, NoticeKind.FILE_REFUSED]


async def test_student_is_told_that_the_machine_gave_up_writing_a_recording_down() -> None:
    reflection = await make_reflection(format_="podcast")
    media = await make_media(reflection)
    job = await running_job("transcribe", media.id)
    await Job.filter(id=job.id).update(attempt=job.max_attempts)

    await jobs.fail(await Job.get(id=job.id), "MemoryError", "no room", at=LATER)

    assert (await Job.get(id=job.id)).status is JobState.FAILED
    assert await _told(await student_of(reflection.enrolment)) == [NoticeKind.NO_TRANSCRIPT]


# The last day of the final reflection.


async def test_student_is_reminded_28_and_7_days_before_the_last_day_once_each() -> None:
    enrolment = await make_enrolment()
    deadline = enrolment.study_end_date - timedelta(weeks=4)

    for days_before in (40, 29, 28, 27, 8, 7, 6, 0, -1):
        for _ in range(2):
            await reminders.remind_of_finals(at=at_noon(deadline - timedelta(days=days_before)))

    told = await Notice.filter(person_id=enrolment.person_id).order_by("created_at")
    assert [(notice.kind, (deadline - notice.created_at.date()).days) for notice in told] == [
        (NoticeKind.FINAL_DUE, 28),
        (NoticeKind.FINAL_DUE, 7),
    ]
    assert told[0].arguments == {"day": deadline.isoformat()}


async def test_who_gets_more_time_is_reminded_of_the_new_day() -> None:
    enrolment = await make_enrolment()
    deadline = enrolment.study_end_date - timedelta(weeks=4)
    await reminders.remind_of_finals(at=at_noon(deadline - timedelta(days=7)))
    later = deadline + timedelta(days=60)
    staff = await make_staff(await programme_of(enrolment))

    await grant_extension(enrolment, later, "Illness.", extension_id=enrolment.id, actor=staff, at=at_noon(deadline))
    await reminders.remind_of_finals(at=at_noon(later - timedelta(days=28)))

    days = [notice.arguments["day"] for notice in await Notice.filter(kind=NoticeKind.FINAL_DUE).order_by("created_at")]
    assert days == [deadline.isoformat(), later.isoformat()]


async def test_who_has_handed_it_in_or_is_gone_is_not_reminded() -> None:
    programme = await make_programme()
    handed_in, gone = await make_enrolment(programme), await make_enrolment(programme)
    deadline = gone.study_end_date - timedelta(weeks=4)
    await Reflection.create(
        id=handed_in.id,
        enrolment=handed_in,
        kind="final",
        one_of_its_kind=f"final:{handed_in.id}",
        state=ReflectionState.SUBMITTED,
        first_submitted_at=NOW,
        created_at=NOW,
        changed_at=NOW,
    )
    await Enrolment.filter(id=gone.id).update(state="void", ended_reason="Never came.")

    await reminders.remind_of_finals(at=at_noon(deadline - timedelta(days=7)))

    assert await Notice.all().count() == 0


# Whose they are, and how they want them.


async def test_nobody_sees_or_reads_the_notices_of_others() -> None:
    reflection = await make_reflection(state=ReflectionState.ACCEPTED)
    (notice,) = await queries.own_notices(await student_of(reflection.enrolment))
    stranger = await actor_of(await make_person("Eve"))

    await notices.mark_read([notice.id], actor=stranger, at=LATER)
    await notices.mark_all_read(told_until=LATER, actor=stranger, at=LATER)

    assert await queries.own_notices(stranger) == []
    assert (await Notice.get(id=notice.id)).read_at is None


async def test_who_is_not_an_assessor_any_more_sees_nothing_of_the_programme() -> None:
    programme = await make_programme()
    assessor = await make_assessor(programme)
    await make_reflection(await make_enrolment(programme), ReflectionState.SUBMITTED)
    before = await _told(assessor)

    await Role.filter(person_id=assessor.person_id).delete()

    assert before == [NoticeKind.WORK_WAITS]
    assert await _told(await actor_of(await Person.get(id=assessor.person_id))) == []


async def test_reading_takes_notices_off_the_count() -> None:
    reflection = await make_reflection(state=ReflectionState.ACCEPTED)
    student = await student_of(reflection.enrolment)
    (notice,) = await queries.unread(student)

    await notices.mark_read([notice.id], actor=student, at=LATER)

    assert await queries.unread(student) == []
    assert [one.read_at for one in await queries.own_notices(student)] == [LATER]


async def test_all_that_is_on_the_page_is_read_but_not_what_came_after() -> None:
    enrolment = await make_enrolment()
    student = await student_of(enrolment)
    await make_reflection(enrolment, ReflectionState.ACCEPTED)
    await make_reflection(enrolment, ReflectionState.ACCEPTED, at=LATER)

    await notices.mark_all_read(told_until=NOW, actor=student, at=LATER)

    assert [one.created_at for one in await queries.unread(student)] == [LATER]


async def test_usual_is_a_letter_at_once_for_students_and_once_a_day_for_what_waits() -> None:
    programme = await make_programme()
    assessor = await make_assessor(programme)
    reflection = await make_reflection(await make_enrolment(programme), ReflectionState.ACCEPTED, assessor=assessor)

    letters = await Letter.all()

    assert [letter.person_id for letter in letters] == [reflection.enrolment.person_id]


@pytest.mark.parametrize(("how", "count"), [(How.AT_ONCE, 1), (How.DAILY, 0), (How.IN_APP, 0)])
async def test_person_chooses_how_they_are_told(how: How, count: int) -> None:
    reflection = await make_reflection(state=ReflectionState.IN_ASSESSMENT)
    student = await student_of(reflection.enrolment)
    await notices.choose(Topic.DECISIONS, How.IN_APP, on_devices=False, actor=student)
    await notices.choose(Topic.DECISIONS, how, on_devices=False, actor=student)
    assessor = await actor_of(await Person.get(id=reflection.assessor_id))

    await assessments.accept(reflection, actor=assessor, at=LATER)

    assert await Letter.filter(person_id=student.person_id).count() == count
    assert await _told(student) == [NoticeKind.ACCEPTED]


async def test_choices_are_offered_for_what_can_concern_one() -> None:
    programme = await make_programme()
    people = await make_assessor(programme), await make_staff(programme), await student_of(await make_enrolment())

    offered = [list(await queries.choices(one)) for one in people]

    assert offered == [
        [Topic.WORK, Topic.CLAIMS],
        [Topic.OFFICE],
        [Topic.DECISIONS, Topic.DEADLINES, Topic.FILES],
    ]


async def test_activity_that_is_withdrawn_tells_nobody() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)
    before = await Notice.all().count()

    await activities.withdraw(activity, actor=await student_of(activity.enrolment), at=LATER)

    assert await Notice.all().count() == before


async def test_number_of_questions_does_not_grow_with_what_one_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment = await make_enrolment()
    student = await student_of(enrolment)
    asked: list[str] = []
    connection = Tortoise.get_connection("default")
    ask = connection.execute_query

    async def counted(query: str, values: Any = None) -> Any:
        asked.append(query)
        return await ask(query, values)

    counts = []
    for number in range(2):
        for more in range(1 + 20 * number):
            await notices.tell(NoticeKind.FINAL_DUE, enrolment, of=f"{number}:{more}", at=NOW, day="2027-05-03")
        with monkeypatch.context() as patched:
            patched.setattr(connection, "execute_query", counted)
            await queries.own_notices(student)
            await queries.unread(student)
            await queries.choices(student)
        counts.append(len(asked))

    assert len(await queries.own_notices(student)) == 22
    assert counts[0] > 0
    assert counts[1] == 2 * counts[0]
