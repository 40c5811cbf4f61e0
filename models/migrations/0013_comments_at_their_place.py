"""Comments at their place in what was handed in: one new table, which alone gets its checks; nothing is altered."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint
from models.tables.assessments import Anchor
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0012_telling_people')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AssessmentComment',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('version', fields.ForeignKeyField('models.Version', source_field='version_id', db_constraint=True, to_field='id', related_name='assessment_comments', on_delete=OnDelete.RESTRICT)),
                ('assessor', fields.ForeignKeyField('models.Person', source_field='assessor_id', db_constraint=True, to_field='id', related_name='assessment_comments', on_delete=OnDelete.RESTRICT)),
                ('assessment', fields.ForeignKeyField('models.Assessment', source_field='assessment_id', null=True, db_constraint=True, to_field='id', related_name='comments', on_delete=OnDelete.RESTRICT)),
                ('anchor', fields.CharEnumField(description='SPOKEN: spoken\nWRITTEN: written\nPOST: post', enum_type=Anchor, max_length=20)),
                ('start_seconds', fields.FloatField(null=True)),
                ('end_seconds', fields.FloatField(null=True)),
                ('start_letter', fields.IntField(null=True)),
                ('end_letter', fields.IntField(null=True)),
                ('post_key', fields.UUIDField(null=True)),
                ('quote', fields.TextField(default='', db_default='', unique=False)),
                ('text', fields.TextField(unique=False)),
                ('revision', fields.IntField(default=1, db_default=1)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'assessment_comment', 'app': 'models', 'pk_attr': 'id', 'table_description': 'What an assessor says about one place of a version. Theirs alone until they decide, and not changed after that.'},
            bases=['Model'],
        ),
        ops.AddConstraint(
            model_name='AssessmentComment',
            constraint=CheckConstraint(check="text <> ''", name='assessment_comment_says_something'),
        ),
        ops.AddConstraint(
            model_name='AssessmentComment',
            constraint=CheckConstraint(check="(anchor = 'spoken') = (start_seconds IS NOT NULL) AND (start_seconds IS NULL) = (end_seconds IS NULL) AND (start_seconds IS NULL OR start_seconds BETWEEN 0 AND end_seconds)", name='assessment_comment_at_a_moment'),
        ),
        ops.AddConstraint(
            model_name='AssessmentComment',
            constraint=CheckConstraint(check="(anchor = 'written') = (start_letter IS NOT NULL) AND (start_letter IS NULL) = (end_letter IS NULL) AND (start_letter IS NULL OR (start_letter >= 0 AND start_letter < end_letter))", name='assessment_comment_at_letters'),
        ),
        ops.AddConstraint(
            model_name='AssessmentComment',
            constraint=CheckConstraint(check="(anchor = 'post') = (post_key IS NOT NULL)", name='assessment_comment_at_a_post'),
        ),
    ]
