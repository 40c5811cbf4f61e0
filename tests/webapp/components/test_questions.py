"""The questions of a reflection: those of the activity's type come before those of every reflection."""

from pathlib import Path

from models.rules.bilingual import Bilingual
from models.rules.primitives import ActivityType
from models.tables import Reflection, ReflectionKind
from tests.factories import KI, make_reflection
from webapp.components.wording import questions_of

CAFE = ActivityType(
    id="language-cafe",
    name=Bilingual("Språkcafé", "Language café"),
    prompt=(Bilingual("Vem mötte du?", "Whom did you meet?"),),
)
RULES = KI.model_copy(update={"types": (CAFE,)})
USUAL = [prompt.en for prompt in KI.reflection.prompts]


async def with_activity(reflection: Reflection) -> Reflection:
    return await Reflection.get(id=reflection.id).select_related("activity")


async def test_the_questions_of_its_type_come_first(database: Path) -> None:
    reflection = await make_reflection()  # On a language café.

    assert questions_of(await with_activity(reflection), RULES) == ["Whom did you meet?", *USUAL]


async def test_other_types_have_the_usual_questions(database: Path) -> None:
    reflection = await make_reflection()

    assert questions_of(await with_activity(reflection), KI) == USUAL


def test_the_final_reflection_has_its_own() -> None:
    reflection = Reflection(kind=ReflectionKind.FINAL, activity=None)

    assert questions_of(reflection, RULES) == [prompt.en for prompt in KI.final.prompts]
