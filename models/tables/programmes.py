"""The institution, its programmes and the rule sets that they follow."""

from datetime import datetime

from tortoise import Model, fields


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

    class Meta:
        table = "rule_set_version"
        unique_together = (("rule_set", "version"),)


class Programme(Model):
    """A programme of study. New enrolments are pinned to the version it points at."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=40, unique=True)
    name_sv = fields.CharField(max_length=200)
    name_en = fields.CharField(max_length=200)
    rule_set: fields.ForeignKeyRelation[RuleSetVersion] = fields.ForeignKeyField(
        "models.RuleSetVersion", related_name="programmes", on_delete=fields.RESTRICT
    )

    rule_set_id: int

    class Meta:
        table = "programme"
