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
    state = fields.CharEnumField(ActivityState, max_length=20)
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="activities_decided", null=True, on_delete=fields.RESTRICT
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)
    decision_note = fields.TextField(default="", db_default="")
    created_at: datetime = fields.DatetimeField()
    changed_at: datetime = fields.DatetimeField()

    enrolment_id: UUID
    decided_by_id: UUID | None
    occasions: fields.ReverseRelation["Occasion"]
    reflections: fields.ReverseRelation["Reflection"]

    class Meta:
        table = "activity"
        constraints = (
            CheckConstraint(check="state <> 'declined' OR decision_note <> ''", name="activity_declined_with_reason"),
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
