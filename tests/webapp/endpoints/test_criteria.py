"""What the pages show of criteria: to students before and after, to assessors, and not to the second of two readers."""

from datetime import timedelta
from uuid import UUID

from babel.dates import format_date

from models.actions import assessments, claims, setup
from models.permissions import Actor
from models.rules.bilingual import Bilingual
from models.rules.ruleset import RuleSet
from models.tables import Enrolment, Reflection, RoleKind, Version
from tests.factories import make_rule_set
from tests.models.criteria import ALL, with_criteria
from tests.webapp.endpoints.stage import OT, TODAY, Stage, Student, now, words
from tests.webapp.server import Visitor

FOLD, STRONG = "What assessors look at", "depth is strong"


def _under(stage: Stage, rules: RuleSet) -> tuple[Student, UUID]:
    """Have a student under these rules write a reflection."""
    student = stage.student()

    async def pinned() -> None:
        await Enrolment.filter(id=student.enrolment_id).update(rule_set=await make_rule_set(rules))

    stage.do(pinned)
    return student, student.reflection("written", words(1000))


def _claim(stage: Stage, reflection_id: UUID, assessor: Actor) -> UUID:
    """Let an assessor take it; gives the id of its version."""

    async def claimed() -> UUID:
        reflection = await Reflection.get(id=reflection_id).select_related("enrolment")
        await claims.claim(reflection, actor=assessor, at=now())
        return (await Version.filter(reflection_id=reflection_id).order_by("-number").first() or Version()).id

    return stage.do(claimed)


def _judge(stage: Stage, reflection_id: UUID, assessor: Actor, levels: dict[str, str], comment: str = "") -> None:
    """Let whoever holds it accept it, or with a comment return it."""

    async def judged() -> None:
        reflection = await Reflection.get(id=reflection_id).select_related("enrolment")
        decide = assessments.return_for_revision if comment else assessments.accept
        await decide(reflection, comment, levels, actor=assessor, at=now())

    stage.do(judged)


def test_student_reads_the_criteria_before_handing_in(stage: Stage) -> None:
    student, piece = _under(stage, with_criteria("page-before"))

    page = student.get(f"/reflections/{piece}").text

    assert FOLD in page
    assert STRONG in page


def test_student_reads_the_criteria_also_before_choosing_a_format(stage: Stage) -> None:
    student, _ = _under(stage, with_criteria("page-choosing"))

    page = student.get(f"/activities/{student.activity()}").text

    assert FOLD in page
    assert STRONG in page


def test_rules_without_criteria_show_none(stage: Stage) -> None:
    student = stage.student()
    piece = student.reflection("written", words(1000))

    assert FOLD not in student.get(f"/reflections/{piece}").text


def test_student_reads_the_levels_after_the_decision_and_still_in_the_next_version(stage: Stage) -> None:
    student, piece = _under(stage, with_criteria("page-after"))
    _, assessor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    student.submit(piece).raise_for_status()
    _claim(stage, piece, assessor)
    _judge(stage, piece, assessor, {"depth": "weak"}, "Go deeper.")

    returned = student.get(f"/reflections/{piece}").text
    student.save(piece, text=words(1100))
    student.submit(piece).raise_for_status()
    _claim(stage, piece, assessor)
    _judge(stage, piece, assessor, ALL)
    accepted = student.get(f"/reflections/{piece}").text

    # Above what comes next, and the first decision again with the version that it is about.
    assert (_levels(returned), _levels(accepted)) == (2, 3)


def _levels(page: str) -> int:
    """Count the lists of levels on a page."""
    return page.count('"data-test":"levels"')


def test_what_is_chosen_is_kept_and_on_the_page_when_it_opens_again(stage: Stage) -> None:
    student, piece = _under(stage, with_criteria("page-kept"))
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    student.submit(piece).raise_for_status()
    path = f"/api/v1/versions/{_claim(stage, piece, actor)}/assessment-draft"

    answer = assessor.put(path, json={"comment": "", "note": "", "levels": {"depth": "strong"}, "revision": 0})

    assert answer.json() == {"comment": "", "note": "", "levels": {"depth": "strong"}, "revision": 1}
    assert '"levels":{"depth":"strong"}' in assessor.get(f"/assess/{piece}").text


def test_odd_levels_are_refused(stage: Stage) -> None:
    student, piece = _under(stage, with_criteria("page-odd"))
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    student.submit(piece).raise_for_status()
    path = f"/api/v1/versions/{_claim(stage, piece, actor)}/assessment-draft"
    odd: list[dict[str, str]] = [{"a": "\0"}, {"a" * 61: "b"}, {"a": ""}, {f"a{n}": "b" for n in range(13)}]

    answers = [assessor.put(path, json={"comment": "", "note": "", "levels": one, "revision": 0}) for one in odd]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422]


def test_second_reader_reads_no_level_of_the_first(stage: Stage) -> None:
    student, piece = _under(stage, with_criteria("page-two", readers=2))
    _, first = stage.colleague("Fia", RoleKind.ASSESSOR, OT)
    second, second_actor = stage.colleague("Sam", RoleKind.ASSESSOR, OT)
    student.submit(piece).raise_for_status()
    _claim(stage, piece, first)
    _judge(stage, piece, first, ALL | {"depth": "strong"})
    _claim(stage, piece, second_actor)

    while_reading = [visitor.get(address).text for visitor, address in _pages(student, second, piece)]
    _judge(stage, piece, second_actor, ALL)
    afterwards = [visitor.get(address).text for visitor, address in _pages(student, second, piece)]

    assert [_levels(page) for page in while_reading] == [0, 0]
    assert [_levels(page) for page in afterwards] == [2, 2]


def test_staff_read_how_pieces_are_judged_beside_what_is_required(stage: Stage) -> None:
    async def set_up() -> None:
        rules = await setup.publish(with_criteria("page-staff", answer_days=21), at=now())
        await setup.set_up_programme("CRITERIA", Bilingual("Program", "Programme"), rules, at=now())

    stage.do(set_up)
    staff, _ = stage.colleague("Malte", RoleKind.STAFF, "CRITERIA")

    page = staff.get("/office/rules/CRITERIA").text

    assert "Depth: Weak (not enough), Clear, Strong." in page
    assert "An assessor answers within 21 days after the hand-in." in page


def _pages(student: Student, second: Visitor, piece: UUID) -> list[tuple[Visitor, str]]:
    return [(student, f"/reflections/{piece}"), (second, f"/assess/{piece}")]


def test_student_reads_by_which_day_an_assessor_answers(stage: Stage) -> None:
    student, piece = _under(stage, with_criteria("page-promise", answer_days=21))
    before = student.get(f"/reflections/{piece}").text
    student.submit(piece).raise_for_status()

    after = student.get(f"/reflections/{piece}").text

    day = format_date(TODAY + timedelta(days=21), "long", locale="en_GB")
    assert "You hear from an assessor by" not in before
    assert f"You hear from an assessor by {day}." in after


def test_student_is_told_that_an_answer_is_late(stage: Stage) -> None:
    student, piece = _under(stage, with_criteria("page-late", answer_days=21))
    student.submit(piece).raise_for_status()
    long_ago = now() - timedelta(days=30)

    async def handed_in_long_ago() -> None:
        await Version.filter(reflection_id=piece).update(handed_in_at=long_ago, frozen_at=long_ago)

    stage.do(handed_in_long_ago)

    assert "It takes longer than promised." in student.get(f"/reflections/{piece}").text
