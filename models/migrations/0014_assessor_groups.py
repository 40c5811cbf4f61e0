"""Two readers who disagree, the convener, meetings of the assessor group with minutes, and decisions told later.

Only new tables: of the old ones only descriptions change. The checks are made by rebuilding the new tables, which loses
what is unique over several columns: those come last.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.states import ReflectionState
from models.tables.assessments import Decision, SettledBy
from models.tables.people import RoleKind
from tortoise.fields.base import OnDelete
from tortoise.migrations.constraints import CheckConstraint
from uuid import uuid4
from tortoise import fields


class Describe(ops.AlterField):
    """Note what changed in a field's description; the column is a string of the same length as before."""

    async def database_forward(self, app_label, old_state, new_state, state_editor=None):
        """Leave the column alone: altering it would make the whole table anew."""

    async def database_backward(self, app_label, old_state, new_state, state_editor=None):
        """Leave the column alone here too."""


UNIQUE_AGAIN = ("UNIQUE INDEX meeting_case_once ON meeting_case (meeting_id, version_id)",)


async def refuse_changes(apps, schema_editor):
    """Run as Python because a trigger's own semicolons would split a migration's SQL."""
    if schema_editor.client.capabilities.dialect == "postgres":
        await schema_editor.client.execute_script(
            "CREATE FUNCTION minutes_are_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'minutes are never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$;"
            "CREATE TRIGGER meeting_stays_closed BEFORE UPDATE OR DELETE ON meeting FOR EACH ROW "
            "WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION minutes_are_never_changed()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        await schema_editor.client.execute_query(
            f"CREATE TRIGGER meeting_closed_no_{verb.lower()} BEFORE {verb} ON meeting WHEN OLD.closed_at IS NOT NULL "
            "BEGIN SELECT RAISE(ABORT, 'minutes are never changed'); END"
        )


async def allow_changes(apps, schema_editor):
    if schema_editor.client.capabilities.dialect == "postgres":
        await schema_editor.client.execute_script("DROP FUNCTION minutes_are_never_changed() CASCADE")
        return
    for verb in ("update", "delete"):
        await schema_editor.client.execute_query(f"DROP TRIGGER meeting_closed_no_{verb}")


class Migration(migrations.Migration):
    dependencies = [('models', '0013_comments_at_their_place')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Meeting',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('programme', fields.ForeignKeyField('models.Programme', source_field='programme_id', db_constraint=True, to_field='id', related_name='meetings', on_delete=OnDelete.RESTRICT)),
                ('starts_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('where', fields.CharField(default='', db_default='', max_length=200)),
                ('called_by', fields.ForeignKeyField('models.Person', source_field='called_by_id', db_constraint=True, to_field='id', related_name='meetings_called', on_delete=OnDelete.RESTRICT)),
                ('called_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('closed_by', fields.ForeignKeyField('models.Person', source_field='closed_by_id', null=True, db_constraint=True, to_field='id', related_name='meetings_closed', on_delete=OnDelete.RESTRICT)),
                ('closed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('minutes', fields.TextField(default='', db_default='', unique=False)),
                ('checksum', fields.CharField(default='', db_default='', max_length=64)),
            ],
            options={'table': 'meeting', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A meeting of the assessor group of one programme. Once it is closed nothing of it changes.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MeetingCase',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('meeting', fields.ForeignKeyField('models.Meeting', source_field='meeting_id', db_constraint=True, to_field='id', related_name='cases', on_delete=OnDelete.CASCADE)),
                ('version', fields.ForeignKeyField('models.Version', source_field='version_id', db_constraint=True, to_field='id', related_name='cases', on_delete=OnDelete.RESTRICT)),
                ('position', fields.IntField()),
                ('decision', fields.CharEnumField(description='ACCEPTED: accepted\nRETURNED: returned', null=True, enum_type=Decision, max_length=20)),
                ('reason', fields.TextField(default='', db_default='', unique=False)),
                ('decided_by', fields.ForeignKeyField('models.Person', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='cases_decided', on_delete=OnDelete.RESTRICT)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'meeting_case', 'app': 'models', 'unique_together': (('meeting', 'version'),), 'pk_attr': 'id', 'table_description': 'One version of a reflection on the agenda, in its order, and what the group decided about it.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MeetingPresence',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('meeting', fields.ForeignKeyField('models.Meeting', source_field='meeting_id', db_constraint=True, to_field='id', related_name='presences', on_delete=OnDelete.CASCADE)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='presences', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'meeting_presence', 'app': 'models', 'unique_together': (('meeting', 'person'),), 'pk_attr': 'id', 'table_description': 'Somebody of the group who was at a meeting.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ShownDraft',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('case', fields.ForeignKeyField('models.MeetingCase', source_field='case_id', db_constraint=True, to_field='id', related_name='shown_drafts', on_delete=OnDelete.CASCADE)),
                ('assessor', fields.ForeignKeyField('models.Person', source_field='assessor_id', db_constraint=True, to_field='id', related_name='shown_drafts', on_delete=OnDelete.RESTRICT)),
                ('comment', fields.TextField(unique=False)),
                ('shown_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'shown_draft', 'app': 'models', 'unique_together': (('case', 'assessor'),), 'pk_attr': 'id', 'table_description': 'What an assessor had written about a case and chose to show the meeting: a copy, never the private note.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Settlement',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('version', fields.OneToOneField('models.Version', source_field='version_id', db_constraint=True, to_field='id', related_name='settlement', on_delete=OnDelete.RESTRICT)),
                ('settled_by', fields.CharEnumField(description='READER: reader\nCONVENER: convener\nMEETING: meeting', enum_type=SettledBy, max_length=20)),
                ('decision', fields.CharEnumField(description='ACCEPTED: accepted\nRETURNED: returned', enum_type=Decision, max_length=20)),
                ('comment', fields.TextField(default='', db_default='', unique=False)),
                ('decided_by', fields.ForeignKeyField('models.Person', source_field='decided_by_id', db_constraint=True, to_field='id', related_name='settlements', on_delete=OnDelete.RESTRICT)),
                ('meeting', fields.ForeignKeyField('models.Meeting', source_field='meeting_id', null=True, db_constraint=True, to_field='id', related_name='settlements', on_delete=OnDelete.RESTRICT)),
                ('decided_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'settlement', 'app': 'models', 'pk_attr': 'id', 'table_description': 'What decided about one version where its readers alone did not. What they had said stays as it was.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='TimedDecision',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('reflection', fields.OneToOneField('models.Reflection', source_field='reflection_id', db_constraint=True, to_field='id', related_name='timed_decision', on_delete=OnDelete.RESTRICT)),
                ('assessor', fields.ForeignKeyField('models.Person', source_field='assessor_id', db_constraint=True, to_field='id', related_name='timed_decisions', on_delete=OnDelete.RESTRICT)),
                ('decision', fields.CharEnumField(description='ACCEPTED: accepted\nRETURNED: returned', enum_type=Decision, max_length=20)),
                ('comment', fields.TextField(default='', db_default='', unique=False)),
                ('levels', fields.JSONField(null=True)),
                ('tell_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'timed_decision', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A decision that is made and told at a set time: until then its assessor holds the piece and may withdraw it.'},
            bases=['Model'],
        ),
        ops.AddConstraint(
            model_name='TimedDecision',
            constraint=CheckConstraint(check="decision <> 'returned' OR comment <> ''", name='timed_decision_returned_with_comment'),
        ),
        ops.AddConstraint(
            model_name='Meeting',
            constraint=CheckConstraint(check="(closed_at IS NULL) = (checksum = '')", name='meeting_closed_with_minutes'),
        ),
        ops.AddConstraint(
            model_name='MeetingCase',
            constraint=CheckConstraint(check="(decision IS NULL) = (reason = '')", name='meeting_case_decided_with_reason'),
        ),
        ops.AddConstraint(
            model_name='Settlement',
            constraint=CheckConstraint(check="settled_by = 'reader' OR comment <> ''", name='settlement_with_reason'),
        ),
        ops.AddConstraint(
            model_name='Settlement',
            constraint=CheckConstraint(check="(settled_by = 'meeting') = (meeting_id IS NOT NULL)", name='settlement_of_a_meeting_names_it'),
        ),
        Describe(
            model_name='Reflection',
            name='state',
            field=fields.CharEnumField(description='DRAFT: draft\nSUBMITTED: submitted\nIN_ASSESSMENT: in_assessment\nDISPUTED: disputed\nRETURNED: returned\nTAKEN_BACK: taken_back\nACCEPTED: accepted', enum_type=ReflectionState, max_length=20),
        ),
        Describe(
            model_name='Role',
            name='kind',
            field=fields.CharEnumField(description='ASSESSOR: assessor\nCONVENER: convener\nSTAFF: staff\nADMINISTRATOR: administrator', enum_type=RoleKind, max_length=20),
        ),
        ops.AlterModelOptions(
            name='Role',
            options={'table': 'role', 'app': 'models', 'unique_together': (('person', 'kind', 'programme'),), 'pk_attr': 'id', 'table_description': 'One right of a person, held for one programme, or by an administrator for the institution.'},
        ),
        ops.RunSQL(
            ";".join(f"CREATE {index}" for index in UNIQUE_AGAIN),
            ";".join(f"DROP INDEX {index.split(' ON ')[0].split()[-1]}" for index in UNIQUE_AGAIN),
        ),
        ops.RunPython(refuse_changes, allow_changes),
    ]
