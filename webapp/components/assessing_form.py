"""What an assessor fills in about a version: the levels by criterion, the comment with kept sentences, notes."""

from models.permissions import Actor
from models.queries.kept_sentences import kept_sentences
from models.rules.pieces import PieceRules
from models.tables import AssessmentDraft, Version
from webapp.components.assessment_text import AssessmentText
from webapp.components.kept_sentences import KeptSentences
from webapp.components.rubric import Rubric


async def assessing_form(
    version: Version, kept: AssessmentDraft | None, rules: PieceRules, *, actor: Actor
) -> AssessmentText:
    """Draw it with what is kept; gives what the decision is made with."""
    text = AssessmentText(version, kept, rules.criteria, actor=actor)
    if rules.criteria:
        with text:
            Rubric(rules.criteria)
    with text.add_slot("sentences"):
        KeptSentences(await kept_sentences(actor))
    return text
