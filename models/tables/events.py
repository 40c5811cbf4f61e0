"""Everything that happened, append-only and chained by hash."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import Model, fields

from models.tables.people import Person


class Event(Model):
    """Who did what to what, and when. Triggers in the database refuse to change or delete a row."""

    id = fields.IntField(primary_key=True)
    at: datetime = fields.DatetimeField()
    actor: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="events", null=True, on_delete=fields.RESTRICT
    )
    subject_kind = fields.CharField(max_length=40)
    subject_id = fields.CharField(max_length=60)
    move = fields.CharField(max_length=60)
    facts: dict[str, Any] = fields.JSONField()
    previous_hash = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64, unique=True)

    actor_id: UUID | None

    class Meta:
        table = "event"
        indexes = (("subject_kind", "subject_id"),)
