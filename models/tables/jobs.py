"""Work for machines: this table is the truth, whatever delivers it."""

from datetime import datetime
from typing import Any

from tortoise import Model, fields

from models.states import JobState

PREPARE = "prepare"
"""The kind of job that makes something playable of an upload."""
CONVERT = "convert"
"""The kind of job that makes a second playable copy, for browsers that cannot play the first."""
TRANSCRIBE = "transcribe"
"""The kind of job that turns speech into text."""


class Job(Model):
    """One piece of work. `attempt` fences: only the attempt that holds the row may beat or finish it."""

    id = fields.UUIDField(primary_key=True)
    kind = fields.CharField(max_length=40)
    dedupe_key = fields.CharField(max_length=120, unique=True)
    subject = fields.CharField(max_length=60)
    arguments: dict[str, Any] = fields.JSONField(default=dict, db_default="{}")
    status = fields.CharEnumField(JobState, max_length=20)
    attempt = fields.IntField(default=0, db_default=0)
    max_attempts = fields.IntField(default=5, db_default=5)
    run_at: datetime = fields.DatetimeField()
    lease_until: datetime | None = fields.DatetimeField(null=True)
    worker = fields.CharField(max_length=80, default="", db_default="")
    progress = fields.FloatField(default=0.0, db_default=0.0)
    cancel_requested = fields.BooleanField(default=False, db_default=False)
    error_code = fields.CharField(max_length=60, default="", db_default="")
    error_detail = fields.TextField(default="", db_default="")
    created_at: datetime = fields.DatetimeField()
    finished_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "job"
        indexes = (("kind", "status", "run_at"), ("subject",))
