"""A student in a programme's certificate, with the rule set that was promised."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.states import EnrolmentState
from models.tables.people import Person
from models.tables.programmes import Programme, RuleSetVersion

if TYPE_CHECKING:
    from models.tables.activities import Activity
    from models.tables.certificates import Application
    from models.tables.reflections import Reflection


class Enrolment(Model):
    """One student's way to one certificate. Deadlines are derived from the study end, never stored.

    `admitted_date` is when the studies began, where the rule set asks for it; `declarations` are the ids of what the
    student confirmed on enrolling.
    """

    id = fields.UUIDField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="enrolments", on_delete=fields.RESTRICT
    )
    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "models.Programme", related_name="enrolments", on_delete=fields.RESTRICT
    )
    rule_set: fields.ForeignKeyRelation[RuleSetVersion] = fields.ForeignKeyField(
        "models.RuleSetVersion", related_name="enrolments", on_delete=fields.RESTRICT
    )
    study_end_date: date = fields.DateField()
    admitted_date: date | None = fields.DateField(null=True)
    enrolled_at: datetime = fields.DatetimeField()
    declarations: list[str] = fields.JSONField(default=list, db_default="[]")
    state = fields.CharEnumField(
        EnrolmentState, max_length=20, default=EnrolmentState.ACTIVE, db_default=EnrolmentState.ACTIVE.value
    )
    ended_reason = fields.TextField(default="", db_default="")
    ended_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="enrolments_ended", null=True, on_delete=fields.RESTRICT
    )
    ended_at: datetime | None = fields.DatetimeField(null=True)

    person_id: UUID
    programme_id: int
    rule_set_id: int
    activities: fields.ReverseRelation["Activity"]
    reflections: fields.ReverseRelation["Reflection"]
    extensions: fields.ReverseRelation["Extension"]
    applications: fields.ReverseRelation["Application"]

    class Meta:
        table = "enrolment"
        unique_together = (("person", "programme"),)
        constraints = (
            CheckConstraint(check="(state = 'active') = (ended_reason = '')", name="enrolment_ended_with_reason"),
        )


class Extension(Model):
    """A later final deadline that staff granted to one student. The latest date holds."""

    id = fields.UUIDField(primary_key=True)
    enrolment: fields.ForeignKeyRelation[Enrolment] = fields.ForeignKeyField(
        "models.Enrolment", related_name="extensions", on_delete=fields.RESTRICT
    )
    until_date = fields.DateField()
    reason = fields.TextField()
    granted_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="extensions_granted", on_delete=fields.RESTRICT
    )
    granted_at = fields.DatetimeField()

    enrolment_id: UUID

    class Meta:
        table = "extension"
