"""A claim ends by itself, and what an assessor writes is kept from the first word on."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0008_translations')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AssessmentDraft',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('version', fields.ForeignKeyField('models.Version', source_field='version_id', db_constraint=True, to_field='id', related_name='assessment_drafts', on_delete=OnDelete.CASCADE)),
                ('assessor', fields.ForeignKeyField('models.Person', source_field='assessor_id', db_constraint=True, to_field='id', related_name='assessment_drafts', on_delete=OnDelete.RESTRICT)),
                ('comment', fields.TextField(default='', db_default='', unique=False)),
                ('note', fields.TextField(default='', db_default='', unique=False)),
                ('revision', fields.IntField(default=0, db_default=0)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'assessment_draft', 'app': 'models', 'unique_together': (('version', 'assessor'),), 'pk_attr': 'id', 'table_description': 'What one assessor has written about a version and not decided yet, and notes that stay theirs alone.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Reflection',
            name='claimed_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        # What was being read when this came holds no longer than what is read now.
        ops.RunSQL("UPDATE reflection SET claimed_until = changed_at WHERE state = 'in_assessment'", ""),
    ]
