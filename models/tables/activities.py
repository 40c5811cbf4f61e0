"""What a student did: activities, from a catalogue or proposed, with the dates on which they took place."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.states import ActivityState
from models.tables.enrolments import Enrolment
from models.tables.people import Person
from models.tables.programmes import Programme

if TYPE_CHECKING:
    from models.tables.media import MediaItem
    from models.tables.reflections import Reflection


class Place(StrEnum):
    """Where an activity takes place."""

    SWEDEN = "sweden"
    ABROAD = "abroad"


class Mode(StrEnum):
    """How one takes part; a fact of its own beside the place."""

    ONSITE = "onsite"
    ONLINE = "online"
    HYBRID = "hybrid"


class CatalogueItem(Model):
    """An activity that a programme has selected as one that counts."""

    id = fields.IntField(primary_key=True)
    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "models.Programme", related_name="catalogue", on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=60)
    title_sv = fields.CharField(max_length=200)
    title_en = fields.CharField(max_length=200)
    about_sv = fields.TextField()
    about_en = fields.TextField()
    place = fields.CharEnumField(Place, max_length=20)
    mode = fields.CharEnumField(Mode, max_length=20)
    class_code = fields.CharField(max_length=60, default="", db_default="")
    theme = fields.CharField(max_length=60, default="", db_default="")
    points: int | None = fields.IntField(null=True)
    is_open = fields.BooleanField(default=True, db_default=True)

    programme_id: int

    class Meta:
        table = "catalogue_item"


class Activity(Model):
    """One activity of one student. Titles are copied, so that a later change of the catalogue changes no record."""

    id = fields.UUIDField(primary_key=True)
    enrolment: fields.ForeignKeyRelation[Enrolment] = fields.ForeignKeyField(
        "models.Enrolment", related_name="activities", on_delete=fields.RESTRICT
    )
    catalogue_item: fields.ForeignKeyNullableRelation[CatalogueItem] = fields.ForeignKeyField(
        "models.CatalogueItem", related_name="activities", null=True, on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=60)
    title_sv = fields.CharField(max_length=200)
    title_en = fields.CharField(max_length=200)
    about = fields.TextField(default="", db_default="")
    place = fields.CharEnumField(Place, max_length=20)
    mode = fields.CharEnumField(Mode, max_length=20)
    class_code = fields.CharField(max_length=60, default="", db_default="")
    theme = fields.CharField(max_length=60, default="", db_default="")
    points: int | None = fields.IntField(null=True)
    attendance_percent: int | None = fields.IntField(null=True)
    state = fields.CharEnumField(ActivityState, max_length=20)
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="activities_decided", null=True, on_delete=fields.RESTRICT
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)
    decision_note = fields.TextField(default="", db_default="")
    created_at: datetime = fields.DatetimeField()
    changed_at: datetime = fields.DatetimeField()

    enrolment_id: UUID
    catalogue_item_id: int | None
    decided_by_id: UUID | None
    occasions: fields.ReverseRelation["Occasion"]
    reflections: fields.ReverseRelation["Reflection"]
    evidence: fields.ReverseRelation["MediaItem"]
    sign_offs: fields.ReverseRelation["SignOff"]
    precedent: fields.BackwardOneToOneRelation["Precedent"]

    class Meta:
        table = "activity"
        constraints = (
            CheckConstraint(check="state <> 'declined' OR decision_note <> ''", name="activity_declined_with_reason"),
            CheckConstraint(check="points IS NULL OR points >= 0", name="activity_points_not_negative"),
            CheckConstraint(
                check="attendance_percent IS NULL OR attendance_percent BETWEEN 0 AND 100",
                name="activity_attendance_in_percent",
            ),
        )


class Occasion(Model):
    """A day on which the activity took place."""

    id = fields.UUIDField(primary_key=True)
    activity: fields.ForeignKeyRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="occasions", on_delete=fields.CASCADE
    )
    took_place_on: date = fields.DateField()

    activity_id: UUID

    class Meta:
        table = "occasion"
        unique_together = (("activity", "took_place_on"),)


class Precedent(Model):
    """A decision about what counts, kept with its reason so that the next one is the same. It names no student."""

    id = fields.UUIDField(primary_key=True)
    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "models.Programme", related_name="precedents", on_delete=fields.RESTRICT
    )
    title_sv = fields.CharField(max_length=200)
    title_en = fields.CharField(max_length=200)
    kind = fields.CharField(max_length=60)
    place = fields.CharEnumField(Place, max_length=20)
    mode = fields.CharEnumField(Mode, max_length=20)
    points: int | None = fields.IntField(null=True)
    counts = fields.BooleanField()
    reason = fields.TextField(default="", db_default="")
    is_shared = fields.BooleanField(default=False, db_default=False)
    activity: fields.OneToOneNullableRelation[Activity] = fields.OneToOneField(
        "models.Activity", related_name="precedent", null=True, on_delete=fields.SET_NULL
    )
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="precedents", null=True, on_delete=fields.RESTRICT
    )
    decided_at: datetime = fields.DatetimeField()

    programme_id: int
    activity_id: UUID | None

    class Meta:
        table = "precedent"


class SignOffOutcome(StrEnum):
    """What an outside organiser answered."""

    CONFIRMED = "confirmed"
    DENIED = "denied"


class SignOff(Model):
    """An outside organiser is asked, through a one-time link, whether a student took part.

    The link's secret is kept only as its SHA-256.
    """

    id = fields.UUIDField(primary_key=True)
    activity: fields.ForeignKeyRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="sign_offs", on_delete=fields.RESTRICT
    )
    token_hash = fields.CharField(max_length=64, unique=True)
    organiser = fields.CharField(max_length=200)
    asked_at: datetime = fields.DatetimeField()
    expires_at: datetime = fields.DatetimeField()
    cancelled_at: datetime | None = fields.DatetimeField(null=True)
    outcome = fields.CharEnumField(SignOffOutcome, max_length=20, null=True)
    answered_at: datetime | None = fields.DatetimeField(null=True)
    signed_name = fields.CharField(max_length=200, default="", db_default="")
    signed_role = fields.CharField(max_length=200, default="", db_default="")
    attendance_percent: int | None = fields.IntField(null=True)
    note = fields.TextField(default="", db_default="")

    activity_id: UUID

    class Meta:
        table = "sign_off"
        constraints = (
            CheckConstraint(check="(outcome IS NULL) = (answered_at IS NULL)", name="sign_off_answered_once"),
        )
