"""Uploads, the files made of them, and what was said in them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.states import MediaState, UploadState
from models.tables.activities import Activity
from models.tables.people import Person
from models.tables.reflections import Reflection


class Purpose(StrEnum):
    """What an upload is for; it decides which files are accepted."""

    RECORDING = "recording"
    PHOTO = "photo"
    EVIDENCE = "evidence"


_ONE_SUBJECT = "(purpose = 'evidence') = (activity_id IS NOT NULL) AND (purpose = 'evidence') = (reflection_id IS NULL)"

UPLOAD_EXPIRED = "upload_expired"
"""Why a file is refused whose bytes never came."""

JOINED = "\u2060"
"""The text of a correction that joins a word to the one before it, whose text then stands for both. Unicode's word
joiner: nobody types it, and what people type is freed of it."""

REMOVED = "removed"
"""Why evidence is not shown any more: its student took it away. The record of it stays."""


class Upload(Model):
    """The truth about the bytes of one upload: what lies on disk beyond `offset_bytes` does not count.

    A file of its own, or with `take_id` the segment number `segment` of a take: of the `MediaItem` that will have
    that id once its student has decided to use it.
    """

    id = fields.UUIDField(primary_key=True)
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="uploads", on_delete=fields.RESTRICT
    )
    reflection: fields.ForeignKeyNullableRelation[Reflection] = fields.ForeignKeyField(
        "models.Reflection", related_name="uploads", null=True, on_delete=fields.RESTRICT
    )
    activity: fields.ForeignKeyNullableRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="uploads", null=True, on_delete=fields.RESTRICT
    )
    purpose = fields.CharEnumField(Purpose, max_length=20)
    take_id: UUID | None = fields.UUIDField(null=True)
    segment: int | None = fields.IntField(null=True)
    filename = fields.CharField(max_length=255, default="", db_default="")
    size_bytes: int | None = fields.BigIntField(null=True)
    limit_bytes = fields.BigIntField()
    offset_bytes = fields.BigIntField(default=0, db_default=0)
    sha256_expected = fields.CharField(max_length=64, default="", db_default="")
    sha256 = fields.CharField(max_length=64, default="", db_default="")
    state = fields.CharEnumField(UploadState, max_length=20)
    created_at: datetime = fields.DatetimeField()
    expires_at: datetime = fields.DatetimeField()

    owner_id: UUID
    reflection_id: UUID | None
    activity_id: UUID | None

    class Meta:
        table = "upload"
        constraints = (
            CheckConstraint(
                check="offset_bytes BETWEEN 0 AND coalesce(size_bytes, limit_bytes)",
                name="upload_offset_within_size",
            ),
            CheckConstraint(check=_ONE_SUBJECT, name="upload_for_one_subject"),
        )


class MediaItem(Model):
    """A file. It has its upload's or its take's id. Only what we made of it (`playable_key` and so on) is ever served.

    It belongs to a reflection, or as evidence to an activity. A document's `playable_key` is the folder of its
    `pages` pictures. A take's `segments` are its uploads in order, each with `upload`, `size` and `sha256`; its trim
    counts from the start of what they are when joined, and `received_at` is when its student decided to use it.
    """

    id = fields.UUIDField(primary_key=True)
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="media", on_delete=fields.RESTRICT
    )
    reflection: fields.ForeignKeyNullableRelation[Reflection] = fields.ForeignKeyField(
        "models.Reflection", related_name="media", null=True, on_delete=fields.RESTRICT
    )
    activity: fields.ForeignKeyNullableRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="evidence", null=True, on_delete=fields.RESTRICT
    )
    purpose = fields.CharEnumField(Purpose, max_length=20)
    state = fields.CharEnumField(MediaState, max_length=20)
    refusal_code = fields.CharField(max_length=60, default="", db_default="")
    refusal_arguments: dict[str, Any] = fields.JSONField(default=dict, db_default="{}")
    kind = fields.CharField(max_length=10, default="", db_default="")
    original_key = fields.CharField(max_length=200, default="", db_default="")
    playable_key = fields.CharField(max_length=200, default="", db_default="")
    content_type = fields.CharField(max_length=60, default="", db_default="")
    alternate_key = fields.CharField(max_length=200, default="", db_default="")
    alternate_type = fields.CharField(max_length=60, default="", db_default="")
    poster_key = fields.CharField(max_length=200, default="", db_default="")
    waveform_key = fields.CharField(max_length=200, default="", db_default="")
    small_key = fields.CharField(max_length=200, default="", db_default="")
    peaks: list[float] | None = fields.JSONField(null=True)
    has_audio = fields.BooleanField(default=False, db_default=False)
    duration_seconds: float | None = fields.FloatField(null=True)
    width: int | None = fields.IntField(null=True)
    height: int | None = fields.IntField(null=True)
    pages: int | None = fields.IntField(null=True)
    size_bytes: int | None = fields.BigIntField(null=True)
    sha256 = fields.CharField(max_length=64, default="", db_default="")
    received_at: datetime | None = fields.DatetimeField(null=True)
    segments: list[dict[str, Any]] | None = fields.JSONField(null=True)
    trim_start_seconds: float | None = fields.FloatField(null=True)
    trim_end_seconds: float | None = fields.FloatField(null=True)

    owner_id: UUID
    reflection_id: UUID | None
    activity_id: UUID | None
    transcripts: fields.ReverseRelation["Transcript"]

    class Meta:
        table = "media_item"
        constraints = (CheckConstraint(check=_ONE_SUBJECT, name="media_for_one_subject"),)


class Transcript(Model):
    """What the machine heard in a recording. Never changed. At most one for each job."""

    id = fields.UUIDField(primary_key=True)
    media: fields.ForeignKeyRelation[MediaItem] = fields.ForeignKeyField(
        "models.MediaItem", related_name="transcripts", on_delete=fields.CASCADE
    )
    job_id = fields.UUIDField(unique=True)
    language = fields.CharField(max_length=8)
    engine = fields.CharField(max_length=60)
    model = fields.CharField(max_length=60)
    speech: dict[str, Any] = fields.JSONField()
    text = fields.TextField()
    made_at: datetime = fields.DatetimeField()

    media_id: UUID
    corrections: fields.ReverseRelation["Correction"]

    class Meta:
        table = "transcript"


class Translation(Model):
    """What the machine says in English of the recording behind a transcript, where a word is a whole sentence.

    Never changed, and made from the sound: what its student puts right in the transcript is not in it.
    """

    id = fields.UUIDField(primary_key=True)
    transcript: fields.OneToOneRelation[Transcript] = fields.OneToOneField(
        "models.Transcript", related_name="translation", on_delete=fields.CASCADE
    )
    job_id = fields.UUIDField(unique=True)
    engine = fields.CharField(max_length=60)
    model = fields.CharField(max_length=60)
    speech: dict[str, Any] = fields.JSONField()
    text = fields.TextField()
    made_at: datetime = fields.DatetimeField()

    transcript_id: UUID

    class Meta:
        table = "translation"


class Correction(Model):
    """One word that the student put right. The newest for a word holds, and a frozen version shows those before it.

    `text` may be several words, of which some were not heard; empty, the word is left out; JOINED, it belongs to the
    word before. The machine's own word as `text` says that it is right.
    """

    id = fields.IntField(primary_key=True)
    transcript: fields.ForeignKeyRelation[Transcript] = fields.ForeignKeyField(
        "models.Transcript", related_name="corrections", on_delete=fields.CASCADE
    )
    segment = fields.IntField()
    word = fields.IntField()
    text = fields.CharField(max_length=200)
    by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="corrections", on_delete=fields.RESTRICT
    )
    at: datetime = fields.DatetimeField()

    transcript_id: UUID

    class Meta:
        table = "correction"
