"""The certificate's rules as the phone meets them: refused in words of the person's language, and nothing twice."""

import json
import sqlite3
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from models.permissions import Actor
from models.tables import RoleKind
from tests.webapp.endpoints.stage import OT, STUDY_END, TODAY, YESTERDAY, Stage, Student, words
from tests.webapp.server import Visitor


@pytest.fixture(scope="module")
def assessor(stage: Stage) -> Actor:
    return stage.colleague("Astrid", RoleKind.ASSESSOR, OT)[1]


@pytest.fixture(scope="module")
def staff(stage: Stage) -> tuple[Visitor, Actor]:
    return stage.colleague("Ingrid", RoleKind.STAFF, OT)


def hand_in(student: Student, times: int) -> list[UUID]:
    """Hand so many reflections in."""
    made = [student.reflection("written", text=words(200)) for _ in range(times)]
    for reflection in made:
        student.submit(reflection).raise_for_status()
    return made


def final(student: Student) -> tuple[int, Any]:
    """Begin the final reflection."""
    answer = student.post(
        "/api/v1/reflections",
        json={
            "enrolment": str(student.enrolment_id),
            "format": "written",
            "language": "en",
        },
    )
    return answer.status_code, answer.json()


def message(body: Any) -> str:
    return str(body["error"]["message"])


def rows(stage: Stage, query: str, *values: object) -> list[tuple[Any, ...]]:
    database = sqlite3.connect(stage.settings.database_file)
    try:
        return database.execute(query, [str(value) for value in values]).fetchall()
    finally:
        database.close()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The final reflection opens when you have handed in 3 reflections. Handed in so far: 2."),
        ("sv", "Slutreflektionen öppnas när du har lämnat in 3 reflektioner. Inlämnade hittills: 2."),
    ],
)
def test_the_final_reflection_is_refused_before_three_reflections_are_handed_in(
    stage: Stage, language: str, sentence: str
) -> None:
    student = stage.student(language=language)
    hand_in(student, 2)
    student.reflection("written", text=words(200))

    refused = final(student)

    assert refused == (422, {"error": {"code": "rule_says", "message": sentence}})
    assert (
        rows(stage, "SELECT id FROM reflection WHERE kind = 'final' AND enrolment_id = ?", student.enrolment_id) == []
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The final reflection opens when you have completed 3 activities. Completed so far: 0."),
        ("sv", "Slutreflektionen öppnas när du har genomfört 3 aktiviteter. Genomförda hittills: 0."),
    ],
)
def test_the_final_reflection_is_refused_before_three_activities_are_done(
    stage: Stage, language: str, sentence: str
) -> None:
    student = stage.student(language=language)

    status, body = final(student)

    assert (status, message(body)) == (422, sentence)


def test_the_final_reflection_opens_after_three_and_is_in_english_only(stage: Stage) -> None:
    student = stage.student()
    hand_in(student, 3)
    wanted = {"id": str(uuid4()), "enrolment": str(student.enrolment_id), "format": "written"}

    in_swedish = student.post("/api/v1/reflections", json=wanted | {"language": "sv"})
    as_posts = student.post("/api/v1/reflections", json=wanted | {"format": "posts", "language": "en"})
    status, body = final(student)

    assert (in_swedish.status_code, in_swedish.json()["error"]["code"]) == (422, "no_such_format")
    assert (as_posts.status_code, as_posts.json()["error"]["code"]) == (422, "no_such_format")
    assert (status, body["kind"], body["languages"]) == (201, "final", ["en"])
    assert body["deadline"] == (STUDY_END - timedelta(weeks=4)).isoformat()


@pytest.mark.parametrize(
    ("language", "begin"),
    [("en", "The final reflection had to be handed in by "), ("sv", "Slutreflektionen skulle ha lämnats in senast ")],
)
def test_the_final_reflection_is_refused_after_the_deadline_and_allowed_after_an_extension(
    stage: Stage, staff: tuple[Visitor, Actor], language: str, begin: str
) -> None:
    student = stage.student(language=language, study_end=TODAY + timedelta(days=27))
    hand_in(student, 3)
    too_late = final(student)
    stage.extend(student.enrolment_id, TODAY, staff[1])

    allowed = final(student)

    assert too_late[0] == 422
    assert message(too_late[1])[: len(begin)] == begin
    assert allowed[0] == 201
    assert allowed[1]["deadline"] == TODAY.isoformat()


def test_the_final_reflection_may_still_begin_on_its_last_day(stage: Stage) -> None:
    student = stage.student(study_end=TODAY + timedelta(weeks=4))
    hand_in(student, 3)

    status, body = final(student)

    assert (status, body["deadline"]) == (201, TODAY.isoformat())


def test_a_final_reflection_that_was_begun_in_time_is_not_handed_in_after_the_deadline(stage: Stage) -> None:
    student = stage.student()
    hand_in(student, 3)
    final_id = UUID(final(student)[1]["id"])
    student.save(final_id, text=words(2000))
    stage.move_study_end(student.enrolment_id, TODAY + timedelta(days=1))

    answer = student.submit(final_id)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "rule_says")
    assert student.shape(final_id)["state"] == "draft"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The text has 99 words; at least 100 are needed."),
        ("sv", "Texten har 99 ord; minst 100 krävs."),
    ],
)
def test_too_short_a_text_is_not_handed_in(stage: Stage, language: str, sentence: str) -> None:
    student = stage.student(language=language)
    reflection = student.reflection("written", text=words(99))

    answer = student.submit(reflection)

    assert (answer.status_code, message(answer.json())) == (422, sentence)
    assert student.shape(reflection)["state"] == "draft"


def test_only_the_revision_that_the_student_saw_is_handed_in(stage: Stage) -> None:
    student = stage.student()
    reflection = student.reflection("written", text=words(200))

    answers = [student.submit(reflection, revision).status_code for revision in (0, 2, -1, 10**30)]

    assert answers == [409, 409, 422, 422]
    assert student.shape(reflection)["state"] == "draft"


def test_handing_in_again_after_a_lost_answer_gives_the_same_receipt(stage: Stage) -> None:
    student = stage.student()
    reflection = student.reflection("written", text=words(200))

    answers = [student.submit(reflection, 1) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    receipt = answers[0].json()
    assert answers[1].json() == receipt
    assert (receipt["state"], receipt["version"], len(receipt["checksum"])) == ("submitted", 1, 64)
    assert len(rows(stage, "SELECT id FROM version WHERE reflection_id = ?", reflection)) == 1
    assert len(rows(stage, "SELECT id FROM event WHERE move = 'submit' AND subject_id = ?", reflection)) == 1


def test_what_was_handed_in_is_not_changed_any_more(stage: Stage) -> None:
    student = stage.student()
    reflection = student.reflection("written", text=words(200))
    student.submit(reflection).raise_for_status()

    answer = student.patch(f"/api/v1/reflections/{reflection}", json={"base_revision": 1, "text": "other"})

    assert answer.status_code == 409
    assert student.shape(reflection)["draft"]["text"] == words(200)


def test_a_returned_reflection_opens_as_its_copy_and_is_handed_in_again(stage: Stage, assessor: Actor) -> None:
    student = stage.student()
    reflection = student.reflection("written", text=words(200))
    student.submit(reflection).raise_for_status()
    stage.judge(reflection, assessor, "Say more.")

    returned = student.shape(reflection)
    receipt = student.submit(reflection).json()

    assert (returned["state"], returned["open"]) == ("returned", True)
    assert (returned["draft"]["version"], returned["draft"]["text"]) == (2, words(200))
    assert receipt["version"] == 2


def test_a_recording_that_is_missing_is_said(stage: Stage) -> None:
    student = stage.student()
    reflection = student.reflection("podcast")

    answer = student.submit(reflection)

    assert (answer.status_code, message(answer.json())) == (422, "There is no recording yet.")


def test_saving_over_a_newer_text_overwrites_nothing_and_shows_it(stage: Stage) -> None:
    student = stage.student()
    reflection = student.reflection("written", text="from the phone")

    answer = student.patch(f"/api/v1/reflections/{reflection}", json={"base_revision": 0, "text": "from the desk"})

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "newer_draft"
    assert answer.json()["current"]["draft"]["text"] == "from the phone"
    assert student.shape(reflection)["draft"]["text"] == "from the phone"


def test_enrolling_again_with_the_same_id_changes_nothing(stage: Stage) -> None:
    student = stage.student()

    again = student.enrol(STUDY_END + timedelta(days=100))
    student.enrolment_id = uuid4()
    second = student.enrol()

    assert again.status_code == 201
    assert (second.status_code, second.json()["error"]["code"]) == (422, "already_enrolled")
    assert rows(stage, "SELECT study_end_date FROM enrolment WHERE person_id = ?", student.person_id) == [
        (STUDY_END.isoformat(),)
    ]
    assert len(rows(stage, "SELECT id FROM event WHERE move = 'enrol' AND actor_id = ?", student.person_id)) == 1


def test_the_same_activity_occasion_and_reflection_again_change_nothing(stage: Stage) -> None:
    student = stage.student()
    activity = str(uuid4())
    item = {"id": activity, "enrolment": str(student.enrolment_id), "catalogue_item": student.items[0]}
    day = {"took_place_on": YESTERDAY.isoformat()}
    wanted = {"activity": activity, "format": "written", "language": "en"}

    chosen = [student.post("/api/v1/activities", json=item) for _ in range(2)]
    logged = [student.post(f"/api/v1/activities/{activity}/occasions", json=day) for _ in range(2)]
    student.post(f"/api/v1/activities/{activity}/complete").raise_for_status()
    begun = [student.post("/api/v1/reflections", json=wanted) for _ in range(2)]
    other = student.post("/api/v1/reflections", json=wanted | {"id": str(uuid4()), "format": "podcast"})
    reflection = begun[0].json()["id"]

    assert chosen[0].json() == chosen[1].json() == {"id": activity, "state": "approved"}
    assert logged[0].json() == logged[1].json()
    assert begun[0].json() == begun[1].json() == other.json()
    assert [row[0] for row in rows(stage, "SELECT move FROM event WHERE subject_id = ? ORDER BY id", activity)] == [
        "choose",
        "log_occasion",
        "complete_activity",
    ]
    assert len(rows(stage, "SELECT id FROM event WHERE subject_id = ?", reflection)) == 1


def test_a_proposal_waits_for_staff_and_no_reflection_begins_before_it_is_done(stage: Stage) -> None:
    student = stage.student()
    activity = str(uuid4())
    proposal = {"id": activity, "enrolment": str(student.enrolment_id), "title": "Choir", "about": "A tour."}
    wanted = {"id": str(uuid4()), "activity": activity, "format": "written", "language": "en"}

    proposed = [student.post("/api/v1/activities", json=proposal).json() for _ in range(2)]
    done = student.post(f"/api/v1/activities/{activity}/complete")
    begun = student.post("/api/v1/reflections", json=wanted)

    assert proposed == [{"id": activity, "state": "proposed"}] * 2
    assert done.status_code == 409
    assert (begun.status_code, begun.json()["error"]["code"]) == (422, "activity_not_done")


def test_an_activity_of_another_programmes_catalogue_cannot_be_chosen(stage: Stage) -> None:
    student = stage.student()
    foreign = rows(
        stage, "SELECT max(i.id) FROM catalogue_item i JOIN programme p ON p.id = i.programme_id WHERE p.code <> ?", OT
    )[0][0]

    answer = student.post(
        "/api/v1/activities",
        json={"id": str(uuid4()), "enrolment": str(student.enrolment_id), "catalogue_item": foreign},
    )

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("language", "lacks"),
    [
        ("en", "You lack 2 activities. You lack 3 accepted reflections. Handed in so far: 1. "),
        ("sv", "Du saknar 2 aktiviteter. Du saknar 3 godkända reflektioner. Inlämnade hittills: 1. "),
    ],
)
def test_an_application_is_refused_with_what_is_missing(stage: Stage, language: str, lacks: str) -> None:
    student = stage.student(language=language)
    hand_in(student, 1)

    answer = student.post("/api/v1/applications", json={"id": str(uuid4()), "enrolment": str(student.enrolment_id)})

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "rule_says")
    assert message(answer.json())[: len(lacks)] == lacks
    assert rows(stage, "SELECT id FROM application WHERE enrolment_id = ?", student.enrolment_id) == []


def test_whoever_meets_every_rule_applies_once(stage: Stage, assessor: Actor) -> None:
    student = stage.student()
    application = {"id": str(uuid4()), "enrolment": str(student.enrolment_id)}
    pieces = hand_in(student, 3)
    final_id = UUID(final(student)[1]["id"])
    student.save(final_id, text=words(2000))
    student.submit(final_id).raise_for_status()
    for piece in [*pieces, final_id]:
        stage.judge(piece, assessor)

    answers = [student.post("/api/v1/applications", json=application) for _ in range(2)]
    another = student.post("/api/v1/applications", json=application | {"id": str(uuid4())})

    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(201, "submitted")] * 2
    assert (another.status_code, another.json()["error"]["code"]) == (422, "already_applied")
    assert len(rows(stage, "SELECT id FROM application WHERE enrolment_id = ?", student.enrolment_id)) == 1


def test_staff_may_read_an_enrolment_but_not_act_for_the_student(stage: Stage, staff: tuple[Visitor, Actor]) -> None:
    student = stage.student()
    wanted = {"id": str(uuid4()), "enrolment": str(student.enrolment_id)}

    answers = [
        staff[0].post("/api/v1/applications", json=wanted).status_code,
        staff[0].post("/api/v1/activities", json=wanted | {"title": "x", "about": "y"}).status_code,
        staff[0].post("/api/v1/reflections", json=wanted | {"format": "written", "language": "en"}).status_code,
    ]

    assert answers == [404, 404, 404]
    assert rows(stage, "SELECT id FROM activity WHERE enrolment_id = ?", student.enrolment_id) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "\ud800"},
        {"text": "x" * 200_001},
        {"text": None, "base_revision": 10**30},
        {"base_revision": -(10**30)},
        {"posts": [{"id": "7b0a1b0a-0000-4000-8000-000000000000"}] * 2},
        {"posts": [{"id": str(UUID(int=n))} for n in range(51)]},
        {"posts": "all"},
        {"format": "posts", "surprise": True},
        {"language": "de"},
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_and_not_saved(stage: Stage, changes: dict[str, Any]) -> None:
    student = stage.shared_student()
    reflection = student.reflection("written", text="kept")

    answer = student.patch(
        f"/api/v1/reflections/{reflection}",
        content=json.dumps({"base_revision": 1} | changes),
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 422
    assert student.shape(reflection)["draft"]["text"] == "kept"


def test_wishes_that_make_no_sense_are_refused(stage: Stage) -> None:
    student = stage.shared_student()
    activity = {"id": str(uuid4()), "enrolment": str(student.enrolment_id)}
    enrolment = {"id": str(uuid4()), "study_end_date": STUDY_END.isoformat()}
    as_json = {"Content-Type": "application/json"}

    answers = [
        student.post("/api/v1/activities", json=activity | {"catalogue_item": 10**30}),
        student.post("/api/v1/activities", json=activity | {"catalogue_item": -1}),
        student.post("/api/v1/activities", json=activity | {"title": "x" * 201, "about": "y"}),
        student.post("/api/v1/enrolments", json=enrolment | {"programme": "x" * 5000}),
        student.post("/api/v1/enrolments", json=enrolment | {"programme": "\0"}),
        student.post("/api/v1/enrolments", json=enrolment | {"programme": "4BE25", "study_end_date": "9999-12-31"}),
        student.post("/api/v1/enrolments", json=enrolment | {"programme": "4BE25", "study_end_date": "0001-01-01"}),
        student.post("/api/v1/session", content=b'{"email": "\\ud800", "password": "\\ud800"}', headers=as_json),
        student.post("/api/v1/password", content=b'{"link": "\\ud800", "password": "\\ud800"}', headers=as_json),
        student.post("/api/v1/enrolments", content=b"\xff\xfe", headers=as_json),
        student.post("/api/v1/enrolments", content=b"[" * 100_000, headers=as_json),
    ]

    assert {answer.status_code for answer in answers} <= {400, 404, 422}
