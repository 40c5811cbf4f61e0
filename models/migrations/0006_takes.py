"""Takes of several segments, a second playable copy, and the time at which a student pressed “Hand in”.

Only new columns: no table is made anew, so no index and no constraint is lost.
"""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from models.states import ReflectionState


class Describe(ops.AlterField):
    """Note what changed in a field's description; the column is a string of the same length as before."""

    async def database_forward(self, app_label, old_state, new_state, state_editor=None):
        """Leave the column alone: altering it would make the whole table anew."""

    async def database_backward(self, app_label, old_state, new_state, state_editor=None):
        """Leave the column alone here too."""


INDEXES = (
    "INDEX upload_of_owner ON upload (owner_id)",
    "INDEX upload_of_take ON upload (take_id)",
)


class Migration(migrations.Migration):
    dependencies = [("models", "0005_rule_set_checks")]

    operations = [
        ops.AlterModelOptions(
            name='MediaItem',
            options={'table': 'media_item', 'app': 'models', 'constraints': [CheckConstraint(check="(purpose = 'evidence') = (activity_id IS NOT NULL) AND (purpose = 'evidence') = (reflection_id IS NULL)", name='media_for_one_subject')], 'pk_attr': 'id', 'table_description': "A file. It has its upload's or its take's id. Only what we made of it (`playable_key` and so on) is ever served."},
        ),
        ops.AddField(
            model_name='MediaItem',
            name='alternate_key',
            field=fields.CharField(default='', db_default='', max_length=200),
        ),
        ops.AddField(
            model_name='MediaItem',
            name='alternate_type',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
        ops.AddField(
            model_name='MediaItem',
            name='peaks',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='MediaItem',
            name='segments',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='MediaItem',
            name='trim_end_seconds',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='MediaItem',
            name='trim_start_seconds',
            field=fields.FloatField(null=True),
        ),
        Describe(
            model_name='Reflection',
            name='state',
            field=fields.CharEnumField(description='DRAFT: draft\nSUBMITTED: submitted\nIN_ASSESSMENT: in_assessment\nRETURNED: returned\nTAKEN_BACK: taken_back\nACCEPTED: accepted', enum_type=ReflectionState, max_length=20),
        ),
        ops.AddField(
            model_name='Upload',
            name='segment',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Upload',
            name='take_id',
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name='Version',
            name='handed_in_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        # Until now everything was pressed with the server listening.
        ops.RunSQL(
            ";".join(
                (
                    "UPDATE version SET handed_in_at = frozen_at WHERE frozen_at IS NOT NULL",
                    *(f"CREATE {index}" for index in INDEXES),
                )
            ),
            ";".join(f"DROP {index.split(' ON ')[0]}" for index in INDEXES),
        ),
    ]
