import django.core.validators
import django.db.models.deletion
import reconvene.base.fields
import reconvene.base.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('playbook', '0001_initial'),
        ('scheduling', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(help_text='Six letters, unlike those of any other open room of the installation', max_length=20)),
                ('saved_state', models.JSONField(help_text='See rooms.state; nothing before the host begins', null=True)),
                ('counter', models.PositiveIntegerField(default=0, help_text='Number of the last event')),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('on_paper_at', models.DateTimeField(help_text='When a member said that the session was held on paper', null=True)),
                ('on_paper_by', models.ForeignKey(help_text='Who said so', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='scheduling.session')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('on_paper_at__isnull', False)), fields=['on_paper_at'], name='rooms_on_paper')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('code',), name='one_open_room_per_code')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('place', models.CharField(max_length=120)),
                ('number', models.BigIntegerField(help_text="Microseconds of the room's clock when it was written, as the device counts them")),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'person', 'place'), name='one_receipt_per_place')],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField()),
                ('admitted_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='rooms.room')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'person'), name='one_presence_per_member')],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('card_key', models.CharField(help_text="A guide's card, or the id of a strategy in the playbook", max_length=60)),
                ('mark', models.CharField(choices=[('new', 'NEW'), ('tried', 'TRIED'), ('would', 'WOULD')], max_length=5)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'person', 'card_key'), name='one_mark_per_card')],
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('written_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('from_table_at', models.DateTimeField(help_text='Typed in by its author for whoever said it, who has not said so yet', null=True)),
                ('when', reconvene.base.fields.MemberText(blank=True, default='')),
                ('doing', reconvene.base.fields.MemberText(blank=True, default='')),
                ('led_to', reconvene.base.fields.MemberText(blank=True, default='')),
                ('because', reconvene.base.fields.MemberText(blank=True, default='')),
                ('watch_out', reconvene.base.fields.MemberText(blank=True, default='')),
                ('works_when', reconvene.base.fields.MemberText(blank=True, default='')),
                ('not_when', reconvene.base.fields.MemberText(blank=True, default='')),
                ('version', models.PositiveIntegerField(default=1, help_text='Rises with every change of the wording')),
                ('settled_at', models.DateTimeField(null=True)),
                ('dropped_at', models.DateTimeField(help_text='The group let go of it', null=True)),
                ('disagreed_at', models.DateTimeField(help_text='The group does not see it alike, and recorded that as a result', null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('counted_at', models.DateTimeField(help_text='It was added to the evidence of a strategy; nothing here says of which', null=True)),
                ('basis', models.CharField(blank=True, choices=[('improves', 'IMPROVES'), ('confirms', 'CONFIRMS')], max_length=8)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('builds_on', models.ForeignKey(help_text='The strategy that it improves or confirms; until the cycle closes', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='playbook.strategy')),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='twins', to='rooms.lesson')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('same_as', models.ForeignKey(help_text="Its author asks that one's author to merge", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rooms.lesson')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('room', 'author', 'client_id'), name='lesson_sent_once'), models.CheckConstraint(condition=models.Q(models.Q(('dropped_at', None), ('settled_at', None)), models.Q(('disagreed_at', None), ('settled_at', None)), models.Q(('disagreed_at', None), ('dropped_at', None)), _connector='OR'), name='one_verdict_per_lesson'), models.CheckConstraint(condition=models.Q(('builds_on', None), models.Q(('counted_at', None), ('published_at', None)), _connector='OR'), name='nothing_leads_from_a_strategy_to_its_group')],
            },
        ),
        migrations.CreateModel(
            name='Idea',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('written_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('from_table_at', models.DateTimeField(help_text='Typed in by its author for whoever said it, who has not said so yet', null=True)),
                ('text', reconvene.base.fields.MemberText(blank=True, default='')),
                ('put_forward_at', models.DateTimeField(help_text='Chosen by its author to be scored', null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='twins', to='rooms.idea')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('same_as', models.ForeignKey(help_text="Its author asks that one's author to merge", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rooms.idea')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('room', 'author', 'client_id'), name='idea_sent_once')],
            },
        ),
        migrations.CreateModel(
            name='Helper',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('invited_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(help_text='Ended by a member before the ten minutes were over', null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='helpers', to='rooms.room')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('room',), name='one_helper_per_room')],
            },
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('came_by', models.CharField(choices=[('code', 'CODE'), ('link', 'LINK')], max_length=4)),
                ('asked_at', models.DateTimeField()),
                ('admitted_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(blank=True, choices=[('left', 'LEFT'), ('sent_away', 'SENT_AWAY'), ('taken', 'TAKEN'), ('closed', 'CLOSED'), ('no_seat', 'NO_SEAT')], max_length=10)),
                ('admitted_by', models.ForeignKey(help_text="Nobody, for a member's own link", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(help_text='Who sent it away', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(help_text='As whom it sits', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='rooms.room')),
            ],
            options={
                'ordering': ['asked_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('admitted_at__isnull', False), ('came_by', 'code'), ('ended_at', None)), fields=('room', 'person'), name='one_device_by_code_per_seat')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('agrees', models.BooleanField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='rooms.lesson')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('lesson', 'person'), name='one_answer_per_lesson')],
            },
        ),
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('written_at', models.DateTimeField()),
                ('text', reconvene.base.fields.MemberText(blank=True, default='')),
                ('whose', models.CharField(choices=[('mine', 'MINE'), ('ours', 'OURS'), ('theirs', 'THEIRS')], max_length=6)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('room', 'author', 'client_id'), name='cause_sent_once')],
            },
        ),
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('written_at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('same_here', 'SAME_HERE'), ('question', 'QUESTION'), ('try_this', 'TRY_THIS')], max_length=10)),
                ('text', reconvene.base.fields.MemberText(blank=True, default='')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'ordering': ['written_at'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('room', 'author', 'client_id'), name='card_sent_once')],
            },
        ),
        migrations.CreateModel(
            name='Addition',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('written_at', models.DateTimeField()),
                ('text', reconvene.base.fields.MemberText(blank=True, default='')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('idea', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='additions', to='rooms.idea')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('room', 'author', 'client_id'), name='addition_sent_once')],
            },
        ),
        migrations.CreateModel(
            name='RoomEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('entered', 'ENTERED'), ('member_left', 'LEFT'), ('begun', 'BEGUN'), ('moved', 'MOVED'), ('turn', 'TURN'), ('paused', 'PAUSED'), ('count', 'COUNT'), ('shared', 'SHARED'), ('closed', 'CLOSED')], max_length=12)),
                ('count', models.PositiveSmallIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='rooms.room')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('room', 'number'), name='events_are_numbered')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('help', models.PositiveSmallIntegerField(null=True, validators=[django.core.validators.MaxValueValidator(5)])),
                ('do', models.PositiveSmallIntegerField(null=True, validators=[django.core.validators.MaxValueValidator(5)])),
                ('evidence', models.CharField(blank=True, choices=[('tried', 'TRIED'), ('seen', 'SEEN'), ('believed', 'BELIEVED')], max_length=8)),
                ('idea', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='rooms.idea')),
                ('lesson', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='rooms.lesson')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'idea'), name='one_score_per_idea'), models.UniqueConstraint(fields=('person', 'lesson'), name='one_score_per_lesson'), models.CheckConstraint(condition=models.Q(('help__lte', 5), ('help', None), _connector='OR'), name='help_up_to_five'), models.CheckConstraint(condition=models.Q(('do__lte', 5), ('do', None), _connector='OR'), name='do_up_to_five'), models.CheckConstraint(condition=models.Q(('idea', None), ('lesson', None), _connector='XOR'), name='scores_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Secret',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=200)),
                ('lesson', models.ForeignKey(help_text='So that its owner knows what the key is for; gone with whoever wrote it', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rooms.lesson')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('outcome', models.CharField(choices=[('again', 'AGAIN'), ('new_topic', 'NEW_TOPIC'), ('new_group', 'NEW_GROUP'), ('finish', 'FINISH')], max_length=12)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.room')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'person'), name='one_vote_per_member')],
            },
        ),
    ]
