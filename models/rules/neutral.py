"""Says about a student what the rules say to one: programme staff read the same facts, and nobody calls them you."""

from models.rules.results import RequirementProgress
from models.rules.sentences import TABLE, Sentence

_SAYS_MORE = {"eligibility", "reflections", "final"}


def neutral(sentence: Sentence) -> Sentence:
    """Say the same about a student; a sentence that speaks to nobody stays as it is."""
    id_ = f"neutral_{sentence.id}"
    return Sentence(id_, sentence.arguments) if id_ in TABLE else sentence


def standing_words(requirement: RequirementProgress) -> Sentence | None:
    """Say what a name and two numbers do not; None where they say everything."""
    return neutral(requirement.sentence) if requirement.kind in _SAYS_MORE else None
