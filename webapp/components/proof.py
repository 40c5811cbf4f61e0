"""What shows that an activity took place, in one line."""

from models.rules.ruleset import RuleSet
from models.states import MediaState
from models.tables import Activity
from models.tables.activities import SignOffOutcome
from webapp.components.activity_facts import asks_for_evidence
from webapp.i18n import _, plural


def proof_words(activity: Activity, rule_set: RuleSet) -> str:
    """Say how many days and files there are and what an organiser answered; all of that comes loaded.

    That there is no evidence is said where the rules ask for it.
    """
    days = len(list(activity.occasions))
    files = sum(one.state is MediaState.READY for one in activity.evidence)
    answers = {one.outcome for one in activity.sign_offs}
    words = [plural("{count} day", "{count} days", days)] if days else []
    if files:
        words.append(plural("{count} file of evidence", "{count} files of evidence", files))
    elif asks_for_evidence(activity.kind, rule_set):
        words.append(_("no evidence yet"))
    if SignOffOutcome.CONFIRMED in answers:
        words.append(_("confirmed by the organiser"))
    if SignOffOutcome.DENIED in answers:
        words.append(_("not confirmed by the organiser"))
    return " · ".join(words)
