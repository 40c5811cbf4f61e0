"""The assessor group meets: the agenda, who was there, what was decided, and minutes that stay as they are."""

from datetime import datetime
from uuid import UUID

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.tables.assessments import Decision
from models.tables.people import Person
from models.tables.programmes import Programme
from models.tables.reflections import Version


class Meeting(Model):
    """A meeting of the assessor group of one programme. Once it is closed nothing of it changes.

    `minutes` is the record as JSON, made on closing, and `checksum` its SHA-256 in hex.
    """

    id = fields.UUIDField(primary_key=True)
    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "models.Programme", related_name="meetings", on_delete=fields.RESTRICT
    )
    starts_at: datetime = fields.DatetimeField()
    where = fields.CharField(max_length=200, default="", db_default="")
    called_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="meetings_called", on_delete=fields.RESTRICT
    )
    called_at: datetime = fields.DatetimeField()
    closed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="meetings_closed", null=True, on_delete=fields.RESTRICT
    )
    closed_at: datetime | None = fields.DatetimeField(null=True)
    minutes = fields.TextField(default="", db_default="")
    checksum = fields.CharField(max_length=64, default="", db_default="")

    programme_id: int
    called_by_id: UUID
    closed_by_id: UUID | None
    cases: fields.ReverseRelation["MeetingCase"]
    presences: fields.ReverseRelation["MeetingPresence"]

    class Meta:
        table = "meeting"
        constraints = (
            CheckConstraint(check="(closed_at IS NULL) = (checksum = '')", name="meeting_closed_with_minutes"),
        )


class MeetingPresence(Model):
    """Somebody of the group who was at a meeting."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="presences", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="presences", on_delete=fields.RESTRICT
    )

    meeting_id: UUID
    person_id: UUID

    class Meta:
        table = "meeting_presence"
        unique_together = (("meeting", "person"),)


class MeetingCase(Model):
    """One version of a reflection on the agenda, in its order, and what the group decided about it."""

    id = fields.UUIDField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="cases", on_delete=fields.CASCADE
    )
    version: fields.ForeignKeyRelation[Version] = fields.ForeignKeyField(
        "models.Version", related_name="cases", on_delete=fields.RESTRICT
    )
    position = fields.IntField()
    decision = fields.CharEnumField(Decision, max_length=20, null=True)
    reason = fields.TextField(default="", db_default="")
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="cases_decided", null=True, on_delete=fields.RESTRICT
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)

    meeting_id: UUID
    version_id: UUID
    decided_by_id: UUID | None
    shown_drafts: fields.ReverseRelation["ShownDraft"]

    class Meta:
        table = "meeting_case"
        constraints = (
            CheckConstraint(check="(decision IS NULL) = (reason = '')", name="meeting_case_decided_with_reason"),
        )
        unique_together = (("meeting", "version"),)


class ShownDraft(Model):
    """What an assessor had written about a case and chose to show the meeting: a copy, never the private note."""

    id = fields.IntField(primary_key=True)
    case: fields.ForeignKeyRelation[MeetingCase] = fields.ForeignKeyField(
        "models.MeetingCase", related_name="shown_drafts", on_delete=fields.CASCADE
    )
    assessor: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="shown_drafts", on_delete=fields.RESTRICT
    )
    comment = fields.TextField()
    shown_at: datetime = fields.DatetimeField()

    case_id: UUID
    assessor_id: UUID

    class Meta:
        table = "shown_draft"
        unique_together = (("case", "assessor"),)
