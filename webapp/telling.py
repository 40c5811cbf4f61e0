"""What a notice says, in one sentence, and where it leads; it never says what somebody wrote."""

from datetime import date

from models.errors import N_
from models.tables import Notice
from models.tables.notices import How, NoticeKind, Topic
from webapp.i18n import _, pick, say_date

_K = NoticeKind

_SENTENCES = {
    _K.ACCEPTED: N_("Your reflection on {name} was accepted."),
    _K.RETURNED: N_("Your reflection on {name} came back with comments."),
    _K.ACTIVITY_APPROVED: N_("Your activity {name} was approved."),
    _K.ACTIVITY_CONFIRMED: N_("Your activity {name} was confirmed."),
    _K.ACTIVITY_DECLINED: N_("Your activity {name} was declined; its page says why."),
    _K.ACTIVITY_SENT_BACK: N_("Something is missing in what you reported of {name}; its page says what."),
    _K.ACTIVITY_REOPENED: N_("Your activity {name} was opened again so that you can put something right."),
    _K.APPLICATION_APPROVED: N_("Your application for the certificate was approved."),
    _K.APPLICATION_DECLINED: N_("Your application for the certificate was declined; the page says why."),
    _K.FINAL_DUE: N_("Your final reflection must be handed in by {day} at the latest."),
    _K.FILE_REFUSED: N_("A file of your reflection on {name} could not be used; the page says why."),
    _K.EVIDENCE_REFUSED: N_("A file that you added as evidence of {name} could not be used; the page says why."),
    _K.NO_TRANSCRIPT: N_("The machine could not write down your recording about {name}."),
    _K.WORK_WAITS: N_("A reflection waits to be assessed: {name}."),
    _K.TAKEN_OVER: N_(
        "A colleague has taken over a reflection that you had begun to assess. What you wrote is kept, and only you "
        "see it."
    ),
    _K.HANDED_OVER: N_("A colleague has handed a reflection over to you to assess."),
    _K.ACTIVITY_WAITS: N_("An activity waits for a decision: {name}."),
    _K.APPLICATION_WAITS: N_("An application for the certificate waits for a decision: {name}."),
}

_OF_FINALS = {
    _K.ACCEPTED: N_("Your final reflection was accepted."),
    _K.RETURNED: N_("Your final reflection came back with comments."),
    _K.FILE_REFUSED: N_("A file of your final reflection could not be used; the page says why."),
    _K.NO_TRANSCRIPT: N_("The machine could not write down the recording of your final reflection."),
}

_ADDRESSES = {
    _K.ACCEPTED: "/reflections/{id}",
    _K.RETURNED: "/reflections/{id}",
    _K.ACTIVITY_APPROVED: "/activities/{id}",
    _K.ACTIVITY_CONFIRMED: "/activities/{id}",
    _K.ACTIVITY_DECLINED: "/activities/{id}",
    _K.ACTIVITY_SENT_BACK: "/activities/{id}",
    _K.ACTIVITY_REOPENED: "/activities/{id}",
    _K.APPLICATION_APPROVED: "/",
    _K.APPLICATION_DECLINED: "/",
    _K.FINAL_DUE: "/enrolments/{id}/final",
    _K.FILE_REFUSED: "/reflections/{id}",
    _K.EVIDENCE_REFUSED: "/activities/{id}",
    _K.NO_TRANSCRIPT: "/reflections/{id}",
    _K.WORK_WAITS: "/assess/{id}",
    _K.TAKEN_OVER: "/assess/{id}",
    _K.HANDED_OVER: "/assess/{id}",
    _K.ACTIVITY_WAITS: "/office/activities/{id}",
    _K.APPLICATION_WAITS: "/office/applications/{id}",
}

_TOPICS = {
    Topic.DECISIONS: N_("Decisions on your work"),
    Topic.DEADLINES: N_("Last days that come near"),
    Topic.FILES: N_("Recordings and files that could not be used"),
    Topic.WORK: N_("Reflections that wait to be assessed"),
    Topic.CLAIMS: N_("Work that a colleague took over"),
    Topic.OFFICE: N_("What waits for your decision"),
}

_HOW = {
    How.AT_ONCE: N_("An e-mail at once"),
    How.DAILY: N_("One e-mail a day"),
    How.IN_APP: N_("Only here, no e-mail"),
}


def sentence(notice: Notice) -> str:
    """Say what happened."""
    facts: dict[str, object] = {}
    if "name" in notice.arguments:
        facts["name"] = pick(notice.arguments["name"])
    if "day" in notice.arguments:
        facts["day"] = say_date(date.fromisoformat(notice.arguments["day"]))
    is_final = notice.kind in _OF_FINALS and "name" not in facts
    words = _OF_FINALS[notice.kind] if is_final else _SENTENCES[notice.kind]
    return _(words).format_map(facts)


def address_of(notice: Notice) -> str:
    """Say which page it leads to; whoever has seen that has read it."""
    return _ADDRESSES[notice.kind].format(id=notice.subject_id)


def topic_words(topic: Topic) -> str:
    """Name what a person makes one choice about."""
    return _(_TOPICS[topic])


def how_words(how: How) -> str:
    """Name how one can be told."""
    return _(_HOW[how])
