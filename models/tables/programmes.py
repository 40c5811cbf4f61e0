"""The institution, its programmes and the rule sets that they follow."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tortoise import Model, fields

if TYPE_CHECKING:
    from models.tables.people import Person


LONGEST_CODE = 40


class Institution(Model):
    """Whose installation this is. One row."""

    id = fields.IntField(primary_key=True)
    name_sv = fields.CharField(max_length=200)
    name_en = fields.CharField(max_length=200)
    time_zone = fields.CharField(max_length=60, default="Europe/Stockholm", db_default="Europe/Stockholm")

    class Meta:
        table = "institution"


class RuleSetVersion(Model):
    """One published version of a rule set. Its document never changes."""

    id = fields.IntField(primary_key=True)
    rule_set = fields.CharField(max_length=60)
    version = fields.CharField(max_length=60)
    document = fields.TextField()
    fingerprint = fields.CharField(max_length=64)
    published_at: datetime = fields.DatetimeField()
    published_by: fields.ForeignKeyNullableRelation["Person"] = fields.ForeignKeyField(
        "models.Person", related_name="rule_sets_published", null=True, on_delete=fields.RESTRICT
    )

    class Meta:
        table = "rule_set_version"
        unique_together = (("rule_set", "version"),)


class Programme(Model):
    """A programme of study. New enrolments are pinned to the version it points at."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=LONGEST_CODE, unique=True)
    name_sv = fields.CharField(max_length=200)
    name_en = fields.CharField(max_length=200)
    rule_set: fields.ForeignKeyRelation[RuleSetVersion] = fields.ForeignKeyField(
        "models.RuleSetVersion", related_name="programmes", on_delete=fields.RESTRICT
    )

    has_international_syllabus = fields.BooleanField(default=False, db_default=False)

    rule_set_id: int

    class Meta:
        table = "programme"


class RuleSetDraft(Model):
    """A rule set that staff are working on. Its document may have mistakes, and publishing deletes it."""

    id = fields.UUIDField(primary_key=True)
    based_on: fields.ForeignKeyRelation[RuleSetVersion] = fields.ForeignKeyField(
        "models.RuleSetVersion", related_name="drafts", on_delete=fields.RESTRICT
    )
    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "models.Programme", related_name="rule_set_drafts", on_delete=fields.RESTRICT
    )
    document: dict[str, Any] = fields.JSONField()
    revision = fields.IntField(default=0, db_default=0)
    changed_by: fields.ForeignKeyRelation["Person"] = fields.ForeignKeyField(
        "models.Person", related_name="rule_set_drafts", on_delete=fields.RESTRICT
    )
    changed_at: datetime = fields.DatetimeField()

    based_on_id: int
    programme_id: int

    class Meta:
        table = "rule_set_draft"


class Contact(Model):
    """Who answers for a programme's certificate, and who does while they are away (both days included)."""

    id = fields.IntField(primary_key=True)
    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "models.Programme", related_name="contacts", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyRelation["Person"] = fields.ForeignKeyField(
        "models.Person", related_name="contact_for", on_delete=fields.RESTRICT
    )
    deputy: fields.ForeignKeyNullableRelation["Person"] = fields.ForeignKeyField(
        "models.Person", related_name="deputy_for", null=True, on_delete=fields.RESTRICT
    )
    away_from: date | None = fields.DateField(null=True)
    away_until: date | None = fields.DateField(null=True)

    programme_id: int
    person_id: UUID
    deputy_id: UUID | None

    class Meta:
        table = "contact"
        unique_together = (("programme", "person"),)
