"""What people are told, the letters about it, their devices and what they chose: new tables, nothing is altered."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.states import LetterState
from models.tables.notices import How, NoticeKind, Topic
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0011_criteria')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Letter',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('dedupe_key', fields.CharField(unique=True, max_length=200)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='letters', on_delete=OnDelete.CASCADE)),
                ('message_id', fields.CharField(default='', db_default='', max_length=300)),
                ('state', fields.CharEnumField(description='QUEUED: queued\nSENDING: sending\nSENT: sent\nDROPPED: dropped\nGIVEN_UP: given_up', enum_type=LetterState, max_length=20)),
                ('attempts', fields.IntField(default=0, db_default=0)),
                ('run_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('lease_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('error', fields.CharField(default='', db_default='', max_length=500)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('closed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'letter', 'app': 'models', 'indexes': [Index(fields=['state', 'run_at'])], 'pk_attr': 'id', 'table_description': 'An e-mail to one person about one notice, or about those of a day.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Notice',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('dedupe_key', fields.CharField(unique=True, max_length=200)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='notices', on_delete=OnDelete.CASCADE)),
                ('programme', fields.ForeignKeyField('models.Programme', source_field='programme_id', db_constraint=True, to_field='id', related_name='notices', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='ACCEPTED: accepted\nRETURNED: returned\nACTIVITY_APPROVED: activity_approved\nACTIVITY_CONFIRMED: activity_confirmed\nACTIVITY_DECLINED: activity_declined\nACTIVITY_SENT_BACK: activity_sent_back\nACTIVITY_REOPENED: activity_reopened\nAPPLICATION_APPROVED: application_approved\nAPPLICATION_DECLINED: application_declined\nFINAL_DUE: final_due\nFILE_REFUSED: file_refused\nEVIDENCE_REFUSED: evidence_refused\nNO_TRANSCRIPT: no_transcript\nWORK_WAITS: work_waits\nTAKEN_OVER: taken_over\nACTIVITY_WAITS: activity_waits\nAPPLICATION_WAITS: application_waits', enum_type=NoticeKind, max_length=40)),
                ('subject_id', fields.UUIDField()),
                ('arguments', fields.JSONField(default=dict, db_default='{}', encoder=JSON_DUMPS, decoder=loads)),
                ('letter', fields.ForeignKeyField('models.Letter', source_field='letter_id', null=True, db_constraint=True, to_field='id', related_name='notices', on_delete=OnDelete.SET_NULL)),
                ('to_push', fields.BooleanField(default=False, db_default=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('read_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notice', 'app': 'models', 'indexes': [Index(fields=['person_id', 'read_at']), Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'One thing that one person is told: one row for each event and person. `arguments` hold names, never content.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='notice_choices', on_delete=OnDelete.CASCADE)),
                ('topic', fields.CharEnumField(description='DECISIONS: decisions\nDEADLINES: deadlines\nFILES: files\nWORK: work\nCLAIMS: claims\nOFFICE: office', enum_type=Topic, max_length=20)),
                ('how', fields.CharEnumField(description='AT_ONCE: at_once\nDAILY: daily\nIN_APP: in_app', enum_type=How, max_length=20)),
                ('on_devices', fields.BooleanField()),
            ],
            options={'table': 'notice_choice', 'app': 'models', 'unique_together': (('person', 'topic'),), 'pk_attr': 'id', 'table_description': 'How one person wants to be told about one topic, where it is not as usual.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('endpoint', fields.CharField(unique=True, max_length=1000)),
                ('p256dh', fields.CharField(max_length=100)),
                ('auth', fields.CharField(max_length=40)),
                ('language', fields.CharField(max_length=2)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='push_subscriptions', on_delete=OnDelete.CASCADE)),
                ('session', fields.ForeignKeyField('models.Session', source_field='session_id', db_constraint=True, to_field='id', related_name='push_subscriptions', on_delete=OnDelete.CASCADE)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'push_subscription', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A browser that wants to be told while no page is open. It ends with the sign-in that it belongs to.'},
            bases=['Model'],
        ),
    ]
