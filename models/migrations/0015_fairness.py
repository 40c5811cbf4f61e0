"""Conflicts of interest, a notice for who was given a piece to assess, and indexes for what is looked up."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.tables.notices import NoticeKind


LOOKED_UP = (
    ("application", "enrolment_id"),
    ("assessment", "assessor_id"),
    ("assessment_comment", "assessment_id"),
    ("assessment_comment", "version_id"),
    ("conflict", "assessor_id"),
    ("correction", "transcript_id"),
    ("extension", "enrolment_id"),
    ("kept_sentence", "owner_id"),
    ("letter", "person_id"),
    ("media_item", "owner_id"),
    ("meeting", "programme_id"),
    ("meeting_case", "version_id"),
    ("notice", "letter_id"),
    ("one_time_link", "person_id"),
    ("post", "photo_id"),
    ("push_subscription", "person_id"),
    ("reflection", "assessor_id"),
    ("role", "programme_id"),
    ("search_text", "reflection_id"),
    ("session", "person_id"),
    ("transcript", "media_id"),
    ("upload", "activity_id"),
    ("upload", "reflection_id"),
    ("version", "recording_id"),
)
"""Nobody indexes what refers to other rows unasked: to find a recording's transcript, all of them were read."""

ONE_EACH = (("settlement", "version_id"), ("timed_decision", "reflection_id"))
"""Their tables were made anew for their checks, and SQLite lost on the way that there is one each."""

INDEXES = (
    *(f"INDEX {table}_by_{column} ON {table} ({column})" for table, column in LOOKED_UP),
    *(f"UNIQUE INDEX {table}_once_for_{column} ON {table} ({column})" for table, column in ONE_EACH),
)


class Describe(ops.AlterField):
    """Note what changed in a field's description; the column is a string of the same length as before."""

    async def database_forward(self, app_label, old_state, new_state, state_editor=None):
        """Leave the column alone: altering it would make the whole table anew."""

    async def database_backward(self, app_label, old_state, new_state, state_editor=None):
        """Leave the column alone here too."""


class Migration(migrations.Migration):
    dependencies = [("models", "0014_assessor_groups")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Conflict",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "enrolment",
                    fields.ForeignKeyField(
                        "models.Enrolment",
                        source_field="enrolment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="conflicts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "assessor",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="assessor_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="conflicts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reason", fields.TextField(unique=False)),
                (
                    "declared_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="declared_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="conflicts_declared",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("declared_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "conflict",
                "app": "models",
                "unique_together": (("enrolment", "assessor"),),
                "pk_attr": "id",
                "table_description": "A conflict of interest: this person assesses nothing of this enrolment, as of a student whose thesis is theirs.",
            },
            bases=["Model"],
        ),
        Describe(
            model_name="Notice",
            name="kind",
            field=fields.CharEnumField(
                description='ACCEPTED: accepted\nRETURNED: returned\nACTIVITY_APPROVED: activity_approved\nACTIVITY_CONFIRMED: activity_confirmed\nACTIVITY_DECLINED: activity_declined\nACTIVITY_SENT_BACK: activity_sent_back\nACTIVITY_REOPENED: activity_reopened\nAPPLICATION_APPROVED: application_approved\nAPPLICATION_DECLINED: application_declined\nFINAL_DUE: final_due\nFILE_REFUSED: file_refused\nEVIDENCE_REFUSED: evidence_refused\nNO_TRANSCRIPT: no_transcript\nWORK_WAITS: work_waits\nTAKEN_OVER: taken_over\nHANDED_OVER: handed_over\nACTIVITY_WAITS: activity_waits\nAPPLICATION_WAITS: application_waits',
                enum_type=NoticeKind,
                max_length=40,
            ),
        ),
        ops.RunSQL(
            ";".join(f"CREATE {index}" for index in INDEXES),
            ";".join(f"DROP {index.split(' ON ')[0].removeprefix('UNIQUE ')}" for index in INDEXES),
        ),
    ]
