"""What students sign up for: presentations, workshops, lectures, ceremonies, and who was there."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.tables.enrolments import Enrolment
from models.tables.people import Person
from models.tables.programmes import Programme


class Gathering(Model):
    """A named event of a rule set at a time and a place. Its `kind` is the id of that event, `forum` where it is held.

    Whoever is there on the day reads a code from the wall; it is kept in plain text, because staff show it again.
    """

    id = fields.UUIDField(primary_key=True)
    kind = fields.CharField(max_length=60)
    forum = fields.CharField(max_length=60, default="", db_default="")
    title_sv = fields.CharField(max_length=200)
    title_en = fields.CharField(max_length=200)
    about_sv = fields.TextField(default="", db_default="")
    about_en = fields.TextField(default="", db_default="")
    where = fields.CharField(max_length=200, default="", db_default="")
    starts_at: datetime = fields.DatetimeField()
    ends_at: datetime = fields.DatetimeField()
    capacity: int | None = fields.IntField(null=True)
    code = fields.CharField(max_length=12)
    cancelled_at: datetime | None = fields.DatetimeField(null=True)
    cancelled_reason = fields.TextField(default="", db_default="")
    made_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="gatherings", on_delete=fields.RESTRICT
    )
    made_at: datetime = fields.DatetimeField()

    made_by_id: UUID
    invitations: fields.ReverseRelation["Invitation"]
    sign_ups: fields.ReverseRelation["SignUp"]

    class Meta:
        table = "gathering"
        constraints = (
            CheckConstraint(check="ends_at > starts_at", name="gathering_ends_after_start"),
            CheckConstraint(check="capacity IS NULL OR capacity >= 1", name="gathering_capacity_from_one"),
        )


class Invitation(Model):
    """A programme whose students may sign up."""

    id = fields.IntField(primary_key=True)
    gathering: fields.ForeignKeyRelation[Gathering] = fields.ForeignKeyField(
        "models.Gathering", related_name="invitations", on_delete=fields.CASCADE
    )
    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "models.Programme", related_name="invitations", on_delete=fields.RESTRICT
    )

    gathering_id: UUID
    programme_id: int

    class Meta:
        table = "invitation"
        unique_together = (("gathering", "programme"),)


class Part(StrEnum):
    """What somebody does at a gathering."""

    PRESENTER = "presenter"
    LISTENER = "listener"


class AttendanceProof(StrEnum):
    """How it is known that somebody was there."""

    CODE = "code"
    STAFF = "staff"


class SignUp(Model):
    """One student at one gathering: in time, waiting or cancelled, and whether they were there."""

    id = fields.UUIDField(primary_key=True)
    gathering: fields.ForeignKeyRelation[Gathering] = fields.ForeignKeyField(
        "models.Gathering", related_name="sign_ups", on_delete=fields.RESTRICT
    )
    enrolment: fields.ForeignKeyRelation[Enrolment] = fields.ForeignKeyField(
        "models.Enrolment", related_name="sign_ups", on_delete=fields.RESTRICT
    )
    part = fields.CharEnumField(Part, max_length=20)
    topic = fields.CharField(max_length=200, default="", db_default="")
    is_waiting = fields.BooleanField(default=False, db_default=False)
    signed_up_at: datetime = fields.DatetimeField()
    cancelled_at: datetime | None = fields.DatetimeField(null=True)
    wrong_codes = fields.IntField(default=0, db_default=0)
    attended_at: datetime | None = fields.DatetimeField(null=True)
    proof = fields.CharEnumField(AttendanceProof, max_length=20, null=True)
    noted_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="attendances_noted", null=True, on_delete=fields.RESTRICT
    )

    gathering_id: UUID
    enrolment_id: UUID

    class Meta:
        table = "sign_up"
        unique_together = (("gathering", "enrolment"),)
        constraints = (
            CheckConstraint(check="(attended_at IS NULL) = (proof IS NULL)", name="sign_up_attended_with_proof"),
        )
