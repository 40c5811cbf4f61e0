"""Applications for the certificate and the certificates that were issued."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.states import ApplicationState
from models.tables.enrolments import Enrolment
from models.tables.people import Person


class Application(Model):
    """A student asks for the certificate. After a refusal the student may apply again."""

    id = fields.UUIDField(primary_key=True)
    enrolment: fields.ForeignKeyRelation[Enrolment] = fields.ForeignKeyField(
        "models.Enrolment", related_name="applications", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(ApplicationState, max_length=20)
    applied_at: datetime = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="applications_decided", null=True, on_delete=fields.RESTRICT
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)
    reason = fields.TextField(default="", db_default="")

    enrolment_id: UUID
    decided_by_id: UUID | None

    class Meta:
        table = "application"
        constraints = (
            CheckConstraint(
                check="(state = 'submitted') = (decided_by_id IS NULL)", name="application_decided_by_somebody"
            ),
            CheckConstraint(check="state <> 'declined' OR reason <> ''", name="application_declined_with_reason"),
        )


class Certificate(Model):
    """An issued certificate: its number, and the facts as they were on the day of the decision."""

    number = fields.IntField(primary_key=True)
    application: fields.OneToOneRelation[Application] = fields.OneToOneField(
        "models.Application", related_name="certificate", on_delete=fields.RESTRICT
    )
    enrolment: fields.OneToOneRelation[Enrolment] = fields.OneToOneField(
        "models.Enrolment", related_name="certificate", on_delete=fields.RESTRICT
    )
    name = fields.CharField(max_length=200)
    facts: dict[str, Any] = fields.JSONField()
    issued_at: datetime = fields.DatetimeField()

    enrolment_id: UUID

    class Meta:
        table = "certificate"
