from tortoise import migrations
from tortoise.migrations import operations as ops
from models.states import ActivityState, EnrolmentState
from models.tables.activities import Mode, Place, SignOffOutcome
from models.tables.gatherings import AttendanceProof, Part
from models.tables.media import Purpose
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

class Migration(migrations.Migration):
    dependencies = [('models', '0003_append_only_events')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Contact',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('programme', fields.ForeignKeyField('models.Programme', source_field='programme_id', db_constraint=True, to_field='id', related_name='contacts', on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='contact_for', on_delete=OnDelete.RESTRICT)),
                ('deputy', fields.ForeignKeyField('models.Person', source_field='deputy_id', null=True, db_constraint=True, to_field='id', related_name='deputy_for', on_delete=OnDelete.RESTRICT)),
                ('away_from', fields.DateField(null=True)),
                ('away_until', fields.DateField(null=True)),
            ],
            options={'table': 'contact', 'app': 'models', 'unique_together': (('programme', 'person'),), 'pk_attr': 'id', 'table_description': "Who answers for a programme's certificate, and who does while they are away (both days included)."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Gathering',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('kind', fields.CharField(max_length=60)),
                ('forum', fields.CharField(default='', db_default='', max_length=60)),
                ('title_sv', fields.CharField(max_length=200)),
                ('title_en', fields.CharField(max_length=200)),
                ('about_sv', fields.TextField(default='', db_default='', unique=False)),
                ('about_en', fields.TextField(default='', db_default='', unique=False)),
                ('where', fields.CharField(default='', db_default='', max_length=200)),
                ('starts_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('capacity', fields.IntField(null=True)),
                ('code', fields.CharField(max_length=12)),
                ('cancelled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('cancelled_reason', fields.TextField(default='', db_default='', unique=False)),
                ('made_by', fields.ForeignKeyField('models.Person', source_field='made_by_id', db_constraint=True, to_field='id', related_name='gatherings', on_delete=OnDelete.RESTRICT)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'gathering', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A named event of a rule set at a time and a place. Its `kind` is the id of that event, `forum` where it is held.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Invitation',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('gathering', fields.ForeignKeyField('models.Gathering', source_field='gathering_id', db_constraint=True, to_field='id', related_name='invitations', on_delete=OnDelete.CASCADE)),
                ('programme', fields.ForeignKeyField('models.Programme', source_field='programme_id', db_constraint=True, to_field='id', related_name='invitations', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'invitation', 'app': 'models', 'unique_together': (('gathering', 'programme'),), 'pk_attr': 'id', 'table_description': 'A programme whose students may sign up.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Precedent',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('programme', fields.ForeignKeyField('models.Programme', source_field='programme_id', db_constraint=True, to_field='id', related_name='precedents', on_delete=OnDelete.RESTRICT)),
                ('title_sv', fields.CharField(max_length=200)),
                ('title_en', fields.CharField(max_length=200)),
                ('kind', fields.CharField(max_length=60)),
                ('place', fields.CharEnumField(description='SWEDEN: sweden\nABROAD: abroad', enum_type=Place, max_length=20)),
                ('mode', fields.CharEnumField(description='ONSITE: onsite\nONLINE: online\nHYBRID: hybrid', enum_type=Mode, max_length=20)),
                ('points', fields.IntField(null=True)),
                ('counts', fields.BooleanField()),
                ('reason', fields.TextField(default='', db_default='', unique=False)),
                ('is_shared', fields.BooleanField(default=False, db_default=False)),
                ('activity', fields.OneToOneField('models.Activity', source_field='activity_id', null=True, db_constraint=True, to_field='id', related_name='precedent', on_delete=OnDelete.SET_NULL)),
                ('decided_by', fields.ForeignKeyField('models.Person', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='precedents', on_delete=OnDelete.RESTRICT)),
                ('decided_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'precedent', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A decision about what counts, kept with its reason so that the next one is the same. It names no student.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RuleSetDraft',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('based_on', fields.ForeignKeyField('models.RuleSetVersion', source_field='based_on_id', db_constraint=True, to_field='id', related_name='drafts', on_delete=OnDelete.RESTRICT)),
                ('programme', fields.ForeignKeyField('models.Programme', source_field='programme_id', db_constraint=True, to_field='id', related_name='rule_set_drafts', on_delete=OnDelete.RESTRICT)),
                ('document', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('revision', fields.IntField(default=0, db_default=0)),
                ('changed_by', fields.ForeignKeyField('models.Person', source_field='changed_by_id', db_constraint=True, to_field='id', related_name='rule_set_drafts', on_delete=OnDelete.RESTRICT)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'rule_set_draft', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A rule set that staff are working on. Its document may have mistakes, and publishing deletes it.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SignOff',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('activity', fields.ForeignKeyField('models.Activity', source_field='activity_id', db_constraint=True, to_field='id', related_name='sign_offs', on_delete=OnDelete.RESTRICT)),
                ('token_hash', fields.CharField(unique=True, max_length=64)),
                ('organiser', fields.CharField(max_length=200)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('cancelled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('outcome', fields.CharEnumField(null=True, description='CONFIRMED: confirmed\nDENIED: denied', enum_type=SignOffOutcome, max_length=20)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('signed_name', fields.CharField(default='', db_default='', max_length=200)),
                ('signed_role', fields.CharField(default='', db_default='', max_length=200)),
                ('attendance_percent', fields.IntField(null=True)),
                ('note', fields.TextField(default='', db_default='', unique=False)),
            ],
            options={'table': 'sign_off', 'app': 'models', 'pk_attr': 'id', 'table_description': 'An outside organiser is asked, through a one-time link, whether a student took part.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SignUp',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('gathering', fields.ForeignKeyField('models.Gathering', source_field='gathering_id', db_constraint=True, to_field='id', related_name='sign_ups', on_delete=OnDelete.RESTRICT)),
                ('enrolment', fields.ForeignKeyField('models.Enrolment', source_field='enrolment_id', db_constraint=True, to_field='id', related_name='sign_ups', on_delete=OnDelete.RESTRICT)),
                ('part', fields.CharEnumField(description='PRESENTER: presenter\nLISTENER: listener', enum_type=Part, max_length=20)),
                ('topic', fields.CharField(default='', db_default='', max_length=200)),
                ('is_waiting', fields.BooleanField(default=False, db_default=False)),
                ('signed_up_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('cancelled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('wrong_codes', fields.IntField(default=0, db_default=0)),
                ('attended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('proof', fields.CharEnumField(null=True, description='CODE: code\nSTAFF: staff', enum_type=AttendanceProof, max_length=20)),
                ('noted_by', fields.ForeignKeyField('models.Person', source_field='noted_by_id', null=True, db_constraint=True, to_field='id', related_name='attendances_noted', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'sign_up', 'app': 'models', 'unique_together': (('gathering', 'enrolment'),), 'pk_attr': 'id', 'table_description': 'One student at one gathering: in time, waiting or cancelled, and whether they were there.'},
            bases=['Model'],
        ),
        ops.AlterField(
            model_name='Activity',
            name='state',
            field=fields.CharEnumField(description='PROPOSED: proposed\nAPPROVED: approved\nREPORTED: reported\nDONE: done\nDECLINED: declined\nWITHDRAWN: withdrawn', enum_type=ActivityState, max_length=20),
        ),
        ops.AddField(
            model_name='Activity',
            name='attendance_percent',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Activity',
            name='class_code',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
        ops.AddField(
            model_name='Activity',
            name='points',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Activity',
            name='theme',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
        ops.AddConstraint(
            model_name='Activity',
            constraint=CheckConstraint(check='points IS NULL OR points >= 0', name='activity_points_not_negative'),
        ),
        ops.AddConstraint(
            model_name='Activity',
            constraint=CheckConstraint(check='attendance_percent IS NULL OR attendance_percent BETWEEN 0 AND 100', name='activity_attendance_in_percent'),
        ),
        # On SQLite 0002 rebuilt the table without this constraint, and Tortoise drops it as the index that it would have been.
        ops.RunSQL("CREATE UNIQUE INDEX IF NOT EXISTS uid_assessment_version_98ae60 ON assessment (version_id)", ""),
        ops.RemoveConstraint(
            model_name='Assessment',
            name=None,
            fields=['version'],
        ),
        ops.AlterModelOptions(
            name='Assessment',
            options={'table': 'assessment', 'app': 'models', 'unique_together': (('version', 'assessor'),), 'constraints': [CheckConstraint(check="decision <> 'returned' OR comment <> ''", name='assessment_returned_with_comment')], 'pk_attr': 'id', 'table_description': "One reader's decision about one version, with who and when. Never changed."},
        ),
        ops.AddConstraint(
            model_name='Assessment',
            constraint=UniqueConstraint(fields=('version', 'assessor'), name=None),
        ),
        ops.AddField(
            model_name='CatalogueItem',
            name='class_code',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
        ops.AddField(
            model_name='CatalogueItem',
            name='points',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='CatalogueItem',
            name='theme',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
        ops.AlterModelOptions(
            name='Enrolment',
            options={'table': 'enrolment', 'app': 'models', 'unique_together': (('person', 'programme'),), 'pk_attr': 'id', 'table_description': "One student's way to one certificate. Deadlines are derived from the study end, never stored."},
        ),
        ops.AddField(
            model_name='Enrolment',
            name='admitted_date',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Enrolment',
            name='declarations',
            field=fields.JSONField(default=list, db_default='[]', encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Enrolment',
            name='ended_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Enrolment',
            name='ended_by',
            field=fields.ForeignKeyField('models.Person', source_field='ended_by_id', null=True, db_constraint=True, to_field='id', related_name='enrolments_ended', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Enrolment',
            name='ended_reason',
            field=fields.TextField(default='', db_default='', unique=False),
        ),
        ops.AddField(
            model_name='Enrolment',
            name='state',
            field=fields.CharEnumField(default=EnrolmentState.ACTIVE, description='ACTIVE: active\nVOID: void\nDEREGISTERED: deregistered', db_default='active', enum_type=EnrolmentState, max_length=20),
        ),
        ops.AddConstraint(
            model_name='Enrolment',
            constraint=CheckConstraint(check="(state = 'active') = (ended_reason = '')", name='enrolment_ended_with_reason'),
        ),
        ops.AlterField(
            model_name='MediaItem',
            name='purpose',
            field=fields.CharEnumField(description='RECORDING: recording\nPHOTO: photo\nEVIDENCE: evidence', enum_type=Purpose, max_length=20),
        ),
        ops.AlterField(
            model_name='MediaItem',
            name='reflection',
            field=fields.ForeignKeyField('models.Reflection', source_field='reflection_id', null=True, db_constraint=True, to_field='id', related_name='media', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='MediaItem',
            name='activity',
            field=fields.ForeignKeyField('models.Activity', source_field='activity_id', null=True, db_constraint=True, to_field='id', related_name='evidence', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='MediaItem',
            name='pages',
            field=fields.IntField(null=True),
        ),
        ops.AddConstraint(
            model_name='MediaItem',
            constraint=CheckConstraint(check="(purpose = 'evidence') = (activity_id IS NOT NULL) AND (purpose = 'evidence') = (reflection_id IS NULL)", name='media_for_one_subject'),
        ),
        ops.AddField(
            model_name='Programme',
            name='has_international_syllabus',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='RuleSetVersion',
            name='published_by',
            field=fields.ForeignKeyField('models.Person', source_field='published_by_id', null=True, db_constraint=True, to_field='id', related_name='rule_sets_published', on_delete=OnDelete.RESTRICT),
        ),
        ops.AlterField(
            model_name='Upload',
            name='purpose',
            field=fields.CharEnumField(description='RECORDING: recording\nPHOTO: photo\nEVIDENCE: evidence', enum_type=Purpose, max_length=20),
        ),
        ops.AlterField(
            model_name='Upload',
            name='reflection',
            field=fields.ForeignKeyField('models.Reflection', source_field='reflection_id', null=True, db_constraint=True, to_field='id', related_name='uploads', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Upload',
            name='activity',
            field=fields.ForeignKeyField('models.Activity', source_field='activity_id', null=True, db_constraint=True, to_field='id', related_name='uploads', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddConstraint(
            model_name='Upload',
            constraint=CheckConstraint(check="(purpose = 'evidence') = (activity_id IS NOT NULL) AND (purpose = 'evidence') = (reflection_id IS NULL)", name='upload_for_one_subject'),
        ),
    ]
