"""Reflections and their versions: the draft a student works on, and every frozen version that was handed in."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.states import ReflectionState
from models.tables.activities import Activity
from models.tables.enrolments import Enrolment
from models.tables.people import Person

if TYPE_CHECKING:
    from models.tables.assessments import Assessment, Settlement
    from models.tables.media import MediaItem


_IDS_OF_REFLECTIONS = UUID("6f0c3f0e-4d0b-5a53-9f0b-7a1f5be1c2d4")


class ReflectionKind(StrEnum):
    """After one activity, or the final one."""

    ACTIVITY = "activity"
    FINAL = "final"


def one_of_its_kind(of: Activity | Enrolment) -> str:
    """Name the reflection on an activity, or the final one of an enrolment: there is no second one."""
    kind = ReflectionKind.ACTIVITY if isinstance(of, Activity) else ReflectionKind.FINAL
    return f"{kind}:{of.id}"


def reflection_id_for(of: Activity | Enrolment) -> UUID:
    """Tell the id that a reflection will have, so that a phone can begin it without a network."""
    return uuid5(_IDS_OF_REFLECTIONS, one_of_its_kind(of))


class Reflection(Model):
    """One reflection. At most one per activity and one final per enrolment.

    Its assessor holds it `claimed_until` then, longer while at work; then a colleague may take it.
    """

    id = fields.UUIDField(primary_key=True)
    enrolment: fields.ForeignKeyRelation[Enrolment] = fields.ForeignKeyField(
        "models.Enrolment", related_name="reflections", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(ReflectionKind, max_length=20)
    activity: fields.ForeignKeyNullableRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="reflections", null=True, on_delete=fields.RESTRICT
    )
    one_of_its_kind = fields.CharField(max_length=80, unique=True)
    state = fields.CharEnumField(ReflectionState, max_length=20)
    assessor: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="reflections_claimed", null=True, on_delete=fields.RESTRICT
    )
    claimed_until: datetime | None = fields.DatetimeField(null=True)
    first_submitted_at: datetime | None = fields.DatetimeField(null=True)
    submitted_at: datetime | None = fields.DatetimeField(null=True)
    created_at: datetime = fields.DatetimeField()
    changed_at: datetime = fields.DatetimeField()

    enrolment_id: UUID
    activity_id: UUID | None
    assessor_id: UUID | None
    versions: fields.ReverseRelation["Version"]

    class Meta:
        table = "reflection"
        constraints = (
            CheckConstraint(check="(kind = 'final') = (activity_id IS NULL)", name="reflection_final_has_no_activity"),
            CheckConstraint(
                check="state <> 'in_assessment' OR assessor_id IS NOT NULL",
                name="reflection_in_assessment_has_assessor",
            ),
            CheckConstraint(
                check="(state = 'draft') = (first_submitted_at IS NULL)", name="reflection_draft_was_never_handed_in"
            ),
        )


class Version(Model):
    """One version of a reflection. It is the open draft until it is frozen by handing in. `words` counts its text.

    `handed_in_at` is when its student pressed the button, which counts; `frozen_at` when the server heard of it.
    """

    id = fields.UUIDField(primary_key=True)
    reflection: fields.ForeignKeyRelation[Reflection] = fields.ForeignKeyField(
        "models.Reflection", related_name="versions", on_delete=fields.RESTRICT
    )
    number = fields.IntField()
    revision = fields.IntField(default=0, db_default=0)
    format = fields.CharField(max_length=20)
    language = fields.CharField(max_length=8)
    text = fields.TextField(default="", db_default="")
    words = fields.IntField(default=0, db_default=0)
    recording: fields.ForeignKeyNullableRelation["MediaItem"] = fields.ForeignKeyField(
        "models.MediaItem", related_name="versions", null=True, on_delete=fields.RESTRICT
    )
    changed_at: datetime = fields.DatetimeField()
    handed_in_at: datetime | None = fields.DatetimeField(null=True)
    frozen_at: datetime | None = fields.DatetimeField(null=True)
    checksum = fields.CharField(max_length=64, default="", db_default="")

    reflection_id: UUID
    recording_id: UUID | None
    posts: fields.ReverseRelation["Post"]
    assessments: fields.ReverseRelation["Assessment"]
    settlement: fields.BackwardOneToOneRelation["Settlement"]

    class Meta:
        table = "version"
        constraints = (CheckConstraint(check="number >= 1", name="version_number_from_one"),)
        unique_together = (("reflection", "number"),)


class Post(Model):
    """One post of an Instagram-style report: a photo, its caption, and words for those who cannot see it."""

    id = fields.IntField(primary_key=True)
    key = fields.UUIDField()
    version: fields.ForeignKeyRelation[Version] = fields.ForeignKeyField(
        "models.Version", related_name="posts", on_delete=fields.CASCADE
    )
    position = fields.IntField()
    photo: fields.ForeignKeyNullableRelation["MediaItem"] = fields.ForeignKeyField(
        "models.MediaItem", related_name="posts", null=True, on_delete=fields.RESTRICT
    )
    caption = fields.TextField(default="", db_default="")
    alt_text = fields.TextField(default="", db_default="")

    version_id: UUID
    photo_id: UUID | None

    class Meta:
        table = "post"
        unique_together = (("version", "position"), ("version", "key"))
