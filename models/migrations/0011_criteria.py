"""Levels by criterion, kept from the first click and shown under the rules of their time; sentences kept to use again.

Only columns that may be empty are added to tables that are there: nothing is built anew on SQLite.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0010_search')]

    initial = False

    operations = [
        ops.CreateModel(
            name='KeptSentence',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('owner', fields.ForeignKeyField('models.Person', source_field='owner_id', db_constraint=True, to_field='id', related_name='kept_sentences', on_delete=OnDelete.CASCADE)),
                ('text', fields.TextField(unique=False)),
                ('used_count', fields.IntField(default=0, db_default=0)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'kept_sentence', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A sentence that an assessor writes often, theirs alone.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Assessment',
            name='levels',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Assessment',
            name='rule_set',
            field=fields.ForeignKeyField('models.RuleSetVersion', source_field='rule_set_id', null=True, db_constraint=True, to_field='id', related_name='assessments', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='AssessmentDraft',
            name='levels',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
    ]
