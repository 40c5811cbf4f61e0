"""What an assessor decided about one handed-in version, and what they have written before they do."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.tables.people import Person
from models.tables.programmes import RuleSetVersion
from models.tables.reflections import Version


class Decision(StrEnum):
    """The two ways in which a reading can end."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


class Assessment(Model):
    """One reader's decision about one version, with who and when. Never changed.

    `levels` says by criterion which level was given; `rule_set` is the version whose criteria they are.
    """

    id = fields.UUIDField(primary_key=True)
    version: fields.ForeignKeyRelation[Version] = fields.ForeignKeyField(
        "models.Version", related_name="assessments", on_delete=fields.RESTRICT
    )
    assessor: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="assessments", on_delete=fields.RESTRICT
    )
    decision = fields.CharEnumField(Decision, max_length=20)
    comment = fields.TextField(default="", db_default="")
    levels: dict[str, str] | None = fields.JSONField(null=True)
    rule_set: fields.ForeignKeyNullableRelation[RuleSetVersion] = fields.ForeignKeyField(
        "models.RuleSetVersion", related_name="assessments", null=True, on_delete=fields.RESTRICT
    )
    decided_at: datetime = fields.DatetimeField()

    version_id: UUID
    assessor_id: UUID
    rule_set_id: int | None

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
    levels: dict[str, str] | None = fields.JSONField(null=True)
    revision = fields.IntField(default=0, db_default=0)
    changed_at: datetime = fields.DatetimeField()

    version_id: UUID
    assessor_id: UUID

    class Meta:
        table = "assessment_draft"
        unique_together = (("version", "assessor"),)


class KeptSentence(Model):
    """A sentence that an assessor writes often, theirs alone."""

    id = fields.UUIDField(primary_key=True)
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="kept_sentences", on_delete=fields.CASCADE
    )
    text = fields.TextField()
    used_count = fields.IntField(default=0, db_default=0)
    used_at: datetime | None = fields.DatetimeField(null=True)
    created_at: datetime = fields.DatetimeField()

    owner_id: UUID

    class Meta:
        table = "kept_sentence"
