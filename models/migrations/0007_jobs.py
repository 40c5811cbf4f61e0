"""Whose turn a job has, how much sound it is about, when and with which model it was done; a model per language."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.states import JobRank
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0006_takes')]

    initial = False

    operations = [
        ops.CreateModel(
            name='SpeechModel',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('language', fields.CharField(unique=True, max_length=8)),
                ('model', fields.CharField(max_length=60)),
                ('changed_by', fields.ForeignKeyField('models.Person', source_field='changed_by_id', db_constraint=True, to_field='id', related_name='speech_models', on_delete=OnDelete.RESTRICT)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'speech_model', 'app': 'models', 'pk_attr': 'id', 'table_description': 'The model that staff chose for a language, or with an empty `language` for all others.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Job',
            name='length_seconds',
            field=fields.FloatField(default=0.0, db_default=0.0),
        ),
        ops.AddField(
            model_name='Job',
            name='model',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
        ops.AddField(
            model_name='Job',
            name='rank',
            field=fields.IntEnumField(default=JobRank.DRAFT, description='HANDED_IN: 0\nDRAFT: 1', db_default=1, enum_type=JobRank, generated=False),
        ),
        ops.AddField(
            model_name='Job',
            name='started_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Job',
            name='workers_lost',
            field=fields.IntField(default=0, db_default=0),
        ),
        # What waits already gets its turn by the same order.
        ops.RunSQL(
            "UPDATE job SET length_seconds = coalesce((SELECT duration_seconds FROM media_item"
            " WHERE CAST(media_item.id AS VARCHAR(60)) = job.subject), 0) WHERE kind = 'transcribe';"
            "UPDATE job SET rank = 0 WHERE kind = 'transcribe' AND subject IN"
            " (SELECT CAST(recording_id AS VARCHAR(60)) FROM version WHERE frozen_at IS NOT NULL)",
            "",
        ),
    ]
