"""What a rule set asks before it lets somebody in or apply, as a script meets it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from models.actions import setup
from models.rules.bilingual import Bilingual
from models.rules.ruleset import RuleSet
from models.tables import CatalogueItem, Enrolment
from models.tables.activities import Mode, Place
from tests.webapp.endpoints.stage import STUDY_END, TODAY, Stage, Student, now
from webapp.sites.reading import site
from webapp.sites.setting_up import apply

BEGAN = TODAY - timedelta(days=400)
ONE_LECTURE = {
    "id": "one-lecture",
    "version": "1",
    "valid_from": "2020-01-01",
    "name": {"sv": "En föreläsning", "en": "One lecture"},
    "certificate_name": {"sv": "Intyg", "en": "Certificate"},
    "own_proposals": False,
    "requirement": [{"id": "activities", "kind": "count", "minimum": 1}],
    "eligibility": {
        "declaration": [
            {
                "id": "registered",
                "at": "application",
                "text": {"sv": "Jag är registrerad.", "en": "I am registered."},
            }
        ]
    },
}


@pytest.fixture(scope="module")
def stage_with_rules(stage: Stage) -> Stage:
    """The application with a programme of LU-Soc, and one whose only requirement is a lecture."""

    async def set_up() -> None:
        await apply(site("lu-soc"), at=now())
        rules = await setup.publish(RuleSet.model_validate(ONE_LECTURE), at=now())
        programme = await setup.set_up_programme("ONE", Bilingual("Ett", "One"), rules, at=now())
        words = Bilingual("Föreläsning", "Lecture")
        listed = setup.ListedActivity("lecture", words, words, Place.SWEDEN, Mode.ONSITE)
        await setup.list_activity(programme, listed, at=now())

    stage.do(set_up)
    return stage


def enrol(student: Student, programme: str, **more: Any) -> httpx.Response:
    """Enrol in a programme, with what its rules ask for."""
    wanted = {"id": str(student.enrolment_id), "programme": programme, "study_end_date": STUDY_END.isoformat()}
    return student.post("/api/v1/enrolments", json=wanted | more)


def test_whoever_says_when_the_studies_began_and_confirms_what_is_asked_is_enrolled(stage_with_rules: Stage) -> None:
    student = stage_with_rules.student(enrolled=False)

    answer = enrol(student, "SAM-SOC", admitted_date=BEGAN.isoformat(), declarations=["enrolled"])

    assert answer.status_code == 201
    assert _kept(stage_with_rules, student.enrolment_id) == (BEGAN, ["enrolled"])


@pytest.mark.parametrize(
    ("programme", "more", "words"),
    [
        ("SAM-SOC", {"declarations": ["enrolled"]}, "Say when the studies in the programme began"),
        ("SAM-SOC", {"admitted_date": BEGAN.isoformat()}, "Confirm this first: I am enrolled at the university"),
        (
            "SAM-INT",
            {"admitted_date": BEGAN.isoformat(), "declarations": ["enrolled"]},
            "You cannot enrol for this certificate.",
        ),
    ],
    ids=["no admission", "no declaration", "not for this programme"],
)
def test_an_enrolment_that_the_rules_do_not_allow_is_refused_in_words(
    programme: str, more: dict[str, Any], words: str, stage_with_rules: Stage
) -> None:
    answer = enrol(stage_with_rules.student(enrolled=False), programme, **more)

    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith(words)


def test_what_is_confirmed_on_applying_is_asked_for_and_kept(stage_with_rules: Stage) -> None:
    student = stage_with_rules.student(enrolled=False)
    enrol(student, "ONE").raise_for_status()
    student.items = stage_with_rules.do(_lectures)
    student.activity()
    wanted = {"id": str(uuid4()), "enrolment": str(student.enrolment_id)}

    without = student.post("/api/v1/applications", json=wanted)
    with_it = student.post("/api/v1/applications", json=wanted | {"declarations": ["registered"]})

    assert without.json()["error"]["message"] == "Confirm this first: I am registered."
    assert with_it.status_code == 201
    assert _kept(stage_with_rules, student.enrolment_id) == (None, ["registered"])


async def _lectures() -> list[int]:
    return [item.id for item in await CatalogueItem.filter(programme__code="ONE")]


def _kept(stage: Stage, enrolment_id: UUID) -> tuple[date | None, list[str]]:
    async def read() -> Enrolment:
        return await Enrolment.get(id=enrolment_id)

    row = stage.do(read)
    return row.admitted_date, row.declarations
