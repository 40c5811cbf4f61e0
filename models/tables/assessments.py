"""What an assessor decided about one handed-in version, and what they have written before they do."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.tables.people import Person
from models.tables.reflections import Version


class Decision(StrEnum):
    """The two ways in which a reading can end."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


class Assessment(Model):
    """One reader's decision about one version, with who and when. Never changed."""

    id = fields.UUIDField(primary_key=True)
    version: fields.ForeignKeyRelation[Version] = fields.ForeignKeyField(
        "models.Version", related_name="assessments", on_delete=fields.RESTRICT
    )
    assessor: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="assessments", on_delete=fields.RESTRICT
    )
    decision = fields.CharEnumField(Decision, max_length=20)
    comment = fields.TextField(default="", db_default="")
    decided_at: datetime = fields.DatetimeField()

    version_id: UUID
    assessor_id: UUID

    class Meta:
        table = "assessment"
        constraints = (
            CheckConstraint(check="decision <> 'returned' OR comment <> ''", name="assessment_returned_with_comment"),
        )
        unique_together = (("version", "assessor"),)


class AssessmentDraft(Model):
    """What one assessor has written about a version and not decided yet, and notes that stay theirs alone."""

    id = fields.UUIDField(primary_key=True)
    version: fields.ForeignKeyRelation[Version] = fields.ForeignKeyField(
        "models.Version", related_name="assessment_drafts", on_delete=fields.CASCADE
    )
    assessor: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="assessment_drafts", on_delete=fields.RESTRICT
    )
    comment = fields.TextField(default="", db_default="")
    note = fields.TextField(default="", db_default="")
    revision = fields.IntField(default=0, db_default=0)
    changed_at: datetime = fields.DatetimeField()

    version_id: UUID
    assessor_id: UUID

    class Meta:
        table = "assessment_draft"
        unique_together = (("version", "assessor"),)
