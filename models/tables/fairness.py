"""What keeps judging fair: who must not assess whom."""

from datetime import datetime
from uuid import UUID

from tortoise import Model, fields

from models.tables.enrolments import Enrolment
from models.tables.people import Person


class Conflict(Model):
    """A conflict of interest: this person assesses nothing of this enrolment, as of a student whose thesis is theirs.

    It holds until `withdrawn_at`; the row stays.
    """

    id = fields.UUIDField(primary_key=True)
    enrolment: fields.ForeignKeyRelation[Enrolment] = fields.ForeignKeyField(
        "models.Enrolment", related_name="conflicts", on_delete=fields.RESTRICT
    )
    assessor: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="conflicts", on_delete=fields.RESTRICT
    )
    reason = fields.TextField()
    declared_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="conflicts_declared", on_delete=fields.RESTRICT
    )
    declared_at: datetime = fields.DatetimeField()
    withdrawn_at: datetime | None = fields.DatetimeField(null=True)

    enrolment_id: UUID
    assessor_id: UUID
    declared_by_id: UUID

    class Meta:
        table = "conflict"
        unique_together = (("enrolment", "assessor"),)
