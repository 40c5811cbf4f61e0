"""What people are told, the letters that bring it to them, and what they chose."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import Model, fields

from models.states import LetterState
from models.tables.people import Person, RoleKind, Session
from models.tables.programmes import Programme


class NoticeKind(StrEnum):
    """What happened; it says what the subject is, and who is told."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    ACTIVITY_APPROVED = "activity_approved"
    ACTIVITY_CONFIRMED = "activity_confirmed"
    ACTIVITY_DECLINED = "activity_declined"
    ACTIVITY_SENT_BACK = "activity_sent_back"
    ACTIVITY_REOPENED = "activity_reopened"
    APPLICATION_APPROVED = "application_approved"
    APPLICATION_DECLINED = "application_declined"
    FINAL_DUE = "final_due"
    FILE_REFUSED = "file_refused"
    EVIDENCE_REFUSED = "evidence_refused"
    NO_TRANSCRIPT = "no_transcript"
    WORK_WAITS = "work_waits"
    TAKEN_OVER = "taken_over"
    HANDED_OVER = "handed_over"
    ACTIVITY_WAITS = "activity_waits"
    APPLICATION_WAITS = "application_waits"


class Topic(StrEnum):
    """Kinds of notices about which a person makes one choice."""

    DECISIONS = "decisions"
    DEADLINES = "deadlines"
    FILES = "files"
    WORK = "work"
    CLAIMS = "claims"
    OFFICE = "office"


class How(StrEnum):
    """How often a person gets a letter about something; in the application it stands in any case."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    IN_APP = "in_app"


LONGEST_ENDPOINT = 1000

_K, _T = NoticeKind, Topic

TOPICS = {
    **dict.fromkeys((_K.ACCEPTED, _K.RETURNED), _T.DECISIONS),
    **dict.fromkeys((_K.ACTIVITY_APPROVED, _K.ACTIVITY_CONFIRMED, _K.ACTIVITY_DECLINED), _T.DECISIONS),
    **dict.fromkeys((_K.ACTIVITY_SENT_BACK, _K.ACTIVITY_REOPENED), _T.DECISIONS),
    **dict.fromkeys((_K.APPLICATION_APPROVED, _K.APPLICATION_DECLINED), _T.DECISIONS),
    _K.FINAL_DUE: _T.DEADLINES,
    **dict.fromkeys((_K.FILE_REFUSED, _K.EVIDENCE_REFUSED, _K.NO_TRANSCRIPT), _T.FILES),
    _K.WORK_WAITS: _T.WORK,
    **dict.fromkeys((_K.TAKEN_OVER, _K.HANDED_OVER), _T.CLAIMS),
    **dict.fromkeys((_K.ACTIVITY_WAITS, _K.APPLICATION_WAITS), _T.OFFICE),
}
"""What each kind of notice is about."""

USUAL = {
    Topic.DECISIONS: How.AT_ONCE,
    Topic.DEADLINES: How.AT_ONCE,
    Topic.FILES: How.AT_ONCE,
    Topic.WORK: How.DAILY,
    Topic.CLAIMS: How.AT_ONCE,
    Topic.OFFICE: How.DAILY,
}
"""What holds for whoever has chosen nothing."""

PUSHED = frozenset({Topic.DECISIONS, Topic.DEADLINES, Topic.FILES, Topic.CLAIMS})
"""What devices are told for whoever has chosen nothing: what happened to one, not what merely waits."""

AUDIENCE = {Topic.WORK: RoleKind.ASSESSOR, Topic.CLAIMS: RoleKind.ASSESSOR, Topic.OFFICE: RoleKind.STAFF}
"""Who is told as somebody of the programme; everything else is for the student whom it is about."""


class Letter(Model):
    """An e-mail to one person about one notice, or about those of a day.

    `message_id` is fixed before it is sent for the first time, so that a second copy can be known as one. `attempts`
    fences: only the attempt that holds the row may close it.
    """

    id = fields.UUIDField(primary_key=True)
    dedupe_key = fields.CharField(max_length=200, unique=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="letters", on_delete=fields.CASCADE
    )
    message_id = fields.CharField(max_length=300, default="", db_default="")
    state = fields.CharEnumField(LetterState, max_length=20)
    attempts = fields.IntField(default=0, db_default=0)
    run_at: datetime = fields.DatetimeField()
    lease_until: datetime | None = fields.DatetimeField(null=True)
    error = fields.CharField(max_length=500, default="", db_default="")
    created_at: datetime = fields.DatetimeField()
    closed_at: datetime | None = fields.DatetimeField(null=True)

    person_id: UUID
    notices: fields.ReverseRelation["Notice"]

    class Meta:
        table = "letter"
        indexes = (("state", "run_at"),)


class Notice(Model):
    """One thing that one person is told: one row for each event and person. `arguments` hold names, never content.

    `subject_id` is of the reflection, activity, application or enrolment that it leads to. Whoever tells the person's
    devices takes `to_push` away before: they are told once at most.
    """

    id = fields.UUIDField(primary_key=True)
    dedupe_key = fields.CharField(max_length=200, unique=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="notices", on_delete=fields.CASCADE
    )
    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "models.Programme", related_name="notices", on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(NoticeKind, max_length=40)
    subject_id = fields.UUIDField()
    arguments: dict[str, Any] = fields.JSONField(default=dict, db_default="{}")
    letter: fields.ForeignKeyNullableRelation[Letter] = fields.ForeignKeyField(
        "models.Letter", related_name="notices", null=True, on_delete=fields.SET_NULL
    )
    to_push = fields.BooleanField(default=False, db_default=False)
    created_at: datetime = fields.DatetimeField()
    read_at: datetime | None = fields.DatetimeField(null=True)

    person_id: UUID
    programme_id: int
    letter_id: UUID | None

    class Meta:
        table = "notice"
        indexes = (("person_id", "read_at"), ("created_at",))


class NoticeChoice(Model):
    """How one person wants to be told about one topic, where it is not as usual."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="notice_choices", on_delete=fields.CASCADE
    )
    topic = fields.CharEnumField(Topic, max_length=20)
    how = fields.CharEnumField(How, max_length=20)
    on_devices = fields.BooleanField()

    person_id: UUID

    class Meta:
        table = "notice_choice"
        unique_together = (("person", "topic"),)


class PushSubscription(Model):
    """A browser that wants to be told while no page is open. It ends with the sign-in that it belongs to.

    `p256dh` and `auth` are the browser's keys, in base64 for addresses: nobody on the way reads what it is told.
    """

    id = fields.UUIDField(primary_key=True)
    endpoint = fields.CharField(max_length=LONGEST_ENDPOINT, unique=True)
    p256dh = fields.CharField(max_length=100)
    auth = fields.CharField(max_length=40)
    language = fields.CharField(max_length=2)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="push_subscriptions", on_delete=fields.CASCADE
    )
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "models.Session", related_name="push_subscriptions", on_delete=fields.CASCADE
    )
    made_at: datetime = fields.DatetimeField()

    person_id: UUID
    session_id: UUID

    class Meta:
        table = "push_subscription"
