"""Work for machines: this table is the truth, whatever delivers it; and the speech models chosen for it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tortoise import Model, fields
from tortoise.expressions import Q

from models.states import LONGEST_WAITS, JobRank, JobState

if TYPE_CHECKING:
    from models.tables.people import Person

PREPARE = "prepare"
"""The kind of job that makes something playable of an upload."""
CONVERT = "convert"
"""The kind of job that makes a second playable copy, for browsers that cannot play the first."""
TRANSCRIBE = "transcribe"
"""The kind of job that turns speech into text."""
TRANSLATE = "translate"
"""The kind of job that turns speech into English text, once there is a transcript."""


LONGEST_MODEL = 60


class Job(Model):
    """One piece of work. `attempt` fences: only the attempt that holds the row may beat or finish it.

    The lowest `rank` comes first, then the shortest `length_seconds` of sound, then the oldest. `workers_lost` counts
    those that fell silent, `started_at` is of the latest attempt, and `model` the speech model that it used.
    """

    id = fields.UUIDField(primary_key=True)
    kind = fields.CharField(max_length=40)
    dedupe_key = fields.CharField(max_length=120, unique=True)
    subject = fields.CharField(max_length=60)
    arguments: dict[str, Any] = fields.JSONField(default=dict, db_default="{}")
    status = fields.CharEnumField(JobState, max_length=20)
    attempt = fields.IntField(default=0, db_default=0)
    max_attempts = fields.IntField(default=5, db_default=5)
    rank = fields.IntEnumField(JobRank, default=JobRank.DRAFT, db_default=JobRank.DRAFT.value)
    length_seconds = fields.FloatField(default=0.0, db_default=0.0)
    run_at: datetime = fields.DatetimeField()
    lease_until: datetime | None = fields.DatetimeField(null=True)
    worker = fields.CharField(max_length=80, default="", db_default="")
    workers_lost = fields.IntField(default=0, db_default=0)
    model = fields.CharField(max_length=LONGEST_MODEL, default="", db_default="")
    progress = fields.FloatField(default=0.0, db_default=0.0)
    cancel_requested = fields.BooleanField(default=False, db_default=False)
    error_code = fields.CharField(max_length=60, default="", db_default="")
    error_detail = fields.TextField(default="", db_default="")
    created_at: datetime = fields.DatetimeField()
    started_at: datetime | None = fields.DatetimeField(null=True)
    finished_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "job"
        indexes = (("kind", "status", "run_at"), ("subject",))


def overdue(at: datetime) -> Q:
    """Say what has waited for too long at a moment."""
    return Q(*(Q(rank=rank, created_at__lt=at - longest) for rank, longest in LONGEST_WAITS.items()), join_type="OR")


class SpeechModel(Model):
    """The model that staff chose for a language, or with an empty `language` for all others."""

    id = fields.IntField(primary_key=True)
    language = fields.CharField(max_length=8, unique=True)
    model = fields.CharField(max_length=LONGEST_MODEL)
    changed_by: fields.ForeignKeyRelation["Person"] = fields.ForeignKeyField(
        "models.Person", related_name="speech_models", on_delete=fields.RESTRICT
    )
    changed_at: datetime = fields.DatetimeField()

    changed_by_id: UUID

    class Meta:
        table = "speech_model"
