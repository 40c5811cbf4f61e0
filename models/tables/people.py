"""People, what they may be, and their sign-ins."""

from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from tortoise import Model, fields

if TYPE_CHECKING:
    from models.tables.programmes import Programme


class RoleKind(StrEnum):
    """What a person can be beside a student (a student is whoever has an enrolment)."""

    ASSESSOR = "assessor"
    CONVENER = "convener"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"


class Person(Model):
    """Somebody who can sign in. The e-mail address is a sign-in name, never a key."""

    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=254, unique=True)
    password_hash = fields.CharField(max_length=200, null=True)
    language = fields.CharField(max_length=2, null=True)
    created_at = fields.DatetimeField()

    roles: fields.ReverseRelation["Role"]

    class Meta:
        table = "person"


class Role(Model):
    """One right of a person, held for one programme, or by an administrator for the institution."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="roles", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(RoleKind, max_length=20)
    programme: fields.ForeignKeyNullableRelation["Programme"] = fields.ForeignKeyField(
        "models.Programme", related_name="roles", null=True, on_delete=fields.RESTRICT
    )
    given_at = fields.DatetimeField()

    person_id: UUID
    programme_id: int | None

    class Meta:
        table = "role"
        unique_together = (("person", "kind", "programme"),)


class Session(Model):
    """One signed-in browser. The cookie's secret is kept only as its SHA-256."""

    id = fields.UUIDField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="sessions", on_delete=fields.CASCADE
    )
    started_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    browser = fields.CharField(max_length=300, default="", db_default="")

    person_id: UUID

    class Meta:
        table = "session"


class OneTimeLink(Model):
    """A link that lets one person choose a password once. Its secret is kept only as its SHA-256."""

    id = fields.IntField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="links", on_delete=fields.CASCADE
    )
    made_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    person_id: UUID

    class Meta:
        table = "one_time_link"
