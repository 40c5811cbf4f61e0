"""What a machine says in English of the recording behind a transcript: one new table, nothing is altered."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0007_jobs')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Translation',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('transcript', fields.OneToOneField('models.Transcript', source_field='transcript_id', db_constraint=True, to_field='id', related_name='translation', on_delete=OnDelete.CASCADE)),
                ('job_id', fields.UUIDField(unique=True)),
                ('engine', fields.CharField(max_length=60)),
                ('model', fields.CharField(max_length=60)),
                ('speech', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('text', fields.TextField(unique=False)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'translation', 'app': 'models', 'pk_attr': 'id', 'table_description': 'What the machine says in English of the recording behind a transcript, where a word is a whole sentence.'},
            bases=['Model'],
        ),
    ]
