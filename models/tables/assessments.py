"""What an assessor decided about one handed-in version, and what they write before they do and at its places."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint

from models.tables.people import Person
from models.tables.programmes import RuleSetVersion
from models.tables.reflections import Reflection, Version

if TYPE_CHECKING:
    from models.tables.meetings import Meeting


class Decision(StrEnum):
    """The two ways in which a reading can end."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


class Assessment(Model):
    """One reader's decision about one version, with who and when. Never changed.

    `levels` says by criterion which level was given; `rule_set` is the version whose criteria they are.
    """

    id = fields.UUIDField(primary_key=True)
    version: fields.ForeignKeyRelation[Version] = fields.ForeignKeyField(
        "models.Version", related_name="assessments", on_delete=fields.RESTRICT
    )
    assessor: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="assessments", on_delete=fields.RESTRICT
    )
    decision = fields.CharEnumField(Decision, max_length=20)
    comment = fields.TextField(default="", db_default="")
    levels: dict[str, str] | None = fields.JSONField(null=True)
    rule_set: fields.ForeignKeyNullableRelation[RuleSetVersion] = fields.ForeignKeyField(
        "models.RuleSetVersion", related_name="assessments", null=True, on_delete=fields.RESTRICT
    )
    decided_at: datetime = fields.DatetimeField()

    version_id: UUID
    assessor_id: UUID
    rule_set_id: int | None
    comments: fields.ReverseRelation["AssessmentComment"]

    class Meta:
        table = "assessment"
        constraints = (
            CheckConstraint(check="decision <> 'returned' OR comment <> ''", name="assessment_returned_with_comment"),
        )
        unique_together = (("version", "assessor"),)


class Anchor(StrEnum):
    """What a comment is fastened to."""

    SPOKEN = "spoken"
    WRITTEN = "written"
    POST = "post"


class AssessmentComment(Model):
    """What an assessor says about one place of a version. Theirs alone until they decide, and not changed after that.

    SPOKEN: from one second of the recording to another, or one moment, with the words that stood there then. WRITTEN:
    letters of the text from `start_letter` up to but without `end_letter`. POST: a post, by its key.
    """

    id = fields.UUIDField(primary_key=True)
    version: fields.ForeignKeyRelation[Version] = fields.ForeignKeyField(
        "models.Version", related_name="assessment_comments", on_delete=fields.RESTRICT
    )
    assessor: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="assessment_comments", on_delete=fields.RESTRICT
    )
    assessment: fields.ForeignKeyNullableRelation[Assessment] = fields.ForeignKeyField(
        "models.Assessment", related_name="comments", null=True, on_delete=fields.RESTRICT
    )
    anchor = fields.CharEnumField(Anchor, max_length=20)
    start_seconds: float | None = fields.FloatField(null=True)
    end_seconds: float | None = fields.FloatField(null=True)
    start_letter: int | None = fields.IntField(null=True)
    end_letter: int | None = fields.IntField(null=True)
    post_key: UUID | None = fields.UUIDField(null=True)
    quote = fields.TextField(default="", db_default="")
    text = fields.TextField()
    revision = fields.IntField(default=1, db_default=1)
    changed_at: datetime = fields.DatetimeField()

    version_id: UUID
    assessor_id: UUID
    assessment_id: UUID | None

    class Meta:
        table = "assessment_comment"
        constraints = (
            CheckConstraint(check="text <> ''", name="assessment_comment_says_something"),
            CheckConstraint(
                check="(anchor = 'spoken') = (start_seconds IS NOT NULL) "
                "AND (start_seconds IS NULL) = (end_seconds IS NULL) "
                "AND (start_seconds IS NULL OR start_seconds BETWEEN 0 AND end_seconds)",
                name="assessment_comment_at_a_moment",
            ),
            CheckConstraint(
                check="(anchor = 'written') = (start_letter IS NOT NULL) "
                "AND (start_letter IS NULL) = (end_letter IS NULL) "
                "AND (start_letter IS NULL OR (start_letter >= 0 AND start_letter < end_letter))",
                name="assessment_comment_at_letters",
            ),
            CheckConstraint(check="(anchor = 'post') = (post_key IS NOT NULL)", name="assessment_comment_at_a_post"),
        )


class AssessmentDraft(Model):
    """What one assessor has written about a version and not decided yet, and notes that stay theirs alone."""

    id = fields.UUIDField(primary_key=True)
    version: fields.ForeignKeyRelation[Version] = fields.ForeignKeyField(
        "models.Version", related_name="assessment_drafts", on_delete=fields.CASCADE
    )
    assessor: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="assessment_drafts", on_delete=fields.RESTRICT
    )
    comment = fields.TextField(default="", db_default="")
    note = fields.TextField(default="", db_default="")
    levels: dict[str, str] | None = fields.JSONField(null=True)
    revision = fields.IntField(default=0, db_default=0)
    changed_at: datetime = fields.DatetimeField()

    version_id: UUID
    assessor_id: UUID

    class Meta:
        table = "assessment_draft"
        unique_together = (("version", "assessor"),)


class KeptSentence(Model):
    """A sentence that an assessor writes often, theirs alone."""

    id = fields.UUIDField(primary_key=True)
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="kept_sentences", on_delete=fields.CASCADE
    )
    text = fields.TextField()
    used_count = fields.IntField(default=0, db_default=0)
    used_at: datetime | None = fields.DatetimeField(null=True)
    created_at: datetime = fields.DatetimeField()

    owner_id: UUID

    class Meta:
        table = "kept_sentence"


class SettledBy(StrEnum):
    """How a piece was decided beside its readers: one of two agreed after all, the convener, or the assessor group."""

    READER = "reader"
    CONVENER = "convener"
    MEETING = "meeting"


class Settlement(Model):
    """What decided about one version where its readers alone did not. What they had said stays as it was."""

    id = fields.UUIDField(primary_key=True)
    version: fields.OneToOneRelation[Version] = fields.OneToOneField(
        "models.Version", related_name="settlement", on_delete=fields.RESTRICT
    )
    settled_by = fields.CharEnumField(SettledBy, max_length=20)
    decision = fields.CharEnumField(Decision, max_length=20)
    comment = fields.TextField(default="", db_default="")
    decided_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="settlements", on_delete=fields.RESTRICT
    )
    meeting: fields.ForeignKeyNullableRelation["Meeting"] = fields.ForeignKeyField(
        "models.Meeting", related_name="settlements", null=True, on_delete=fields.RESTRICT
    )
    decided_at: datetime = fields.DatetimeField()

    version_id: UUID
    decided_by_id: UUID
    meeting_id: UUID | None

    class Meta:
        table = "settlement"
        constraints = (
            CheckConstraint(check="settled_by = 'reader' OR comment <> ''", name="settlement_with_reason"),
            CheckConstraint(
                check="(settled_by = 'meeting') = (meeting_id IS NOT NULL)", name="settlement_of_a_meeting_names_it"
            ),
        )


class TimedDecision(Model):
    """A decision that is made and told at a set time: until then its assessor holds the piece and may withdraw it."""

    id = fields.UUIDField(primary_key=True)
    reflection: fields.OneToOneRelation[Reflection] = fields.OneToOneField(
        "models.Reflection", related_name="timed_decision", on_delete=fields.RESTRICT
    )
    assessor: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="timed_decisions", on_delete=fields.RESTRICT
    )
    decision = fields.CharEnumField(Decision, max_length=20)
    comment = fields.TextField(default="", db_default="")
    levels: dict[str, str] | None = fields.JSONField(null=True)
    tell_at: datetime = fields.DatetimeField()
    made_at: datetime = fields.DatetimeField()

    reflection_id: UUID
    assessor_id: UUID

    class Meta:
        table = "timed_decision"
        constraints = (
            CheckConstraint(
                check="decision <> 'returned' OR comment <> ''", name="timed_decision_returned_with_comment"
            ),
        )
