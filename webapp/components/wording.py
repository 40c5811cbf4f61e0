"""Words for rows that several screens and answers name."""

from media.probe import words_of as words_of_file_refusal
from models.portfolios import piece_rules
from models.rules.ruleset import RuleSet
from models.states import MediaState
from models.tables import MediaItem, Reflection
from models.tables.media import REMOVED, UPLOAD_EXPIRED
from webapp.i18n import _, pick, pick_title


def title_of(reflection: Reflection) -> str:
    """Name a reflection after its activity."""
    return _("Final reflection") if reflection.activity is None else pick_title(reflection.activity)


def questions_of(reflection: Reflection, rule_set: RuleSet) -> list[str]:
    """List what a reflection is asked: first what is asked of its activity's type; its activity comes loaded."""
    type_ = rule_set.type_of(reflection.activity.kind) if reflection.activity is not None else None
    prompts = (*(type_.prompts if type_ else ()), *piece_rules(rule_set, reflection.kind).prompts)
    return [pick(prompt) for prompt in prompts]


def refusal_words(media: MediaItem) -> str | None:
    """Say why a file cannot be used; None when it can, or when that is not known yet."""
    if media.state is not MediaState.REFUSED:
        return None
    if media.refusal_code == UPLOAD_EXPIRED:
        return _("The upload was never finished.")
    if media.refusal_code == REMOVED:
        return _("This file was removed.")
    return _(words_of_file_refusal(media.refusal_code)).format_map(media.refusal_arguments)
