import django.db.models.deletion
import reconvene.base.fields
import reconvene.base.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('challenges', '0001_initial'),
        ('groups', '0001_initial'),
        ('guides', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key_question', reconvene.base.fields.MemberText(blank=True, default='')),
                ('zone', models.CharField(max_length=60)),
                ('first_local', models.CharField(help_text='Wall time in `zone`, 2026-03-03T10:00', max_length=16)),
                ('reconvene_local', models.CharField(max_length=16)),
                ('minutes', models.PositiveSmallIntegerField(default=90)),
                ('place', models.CharField(blank=True, max_length=160)),
                ('reasons', models.JSONField(default=list, help_text='[[code, params], ...] of matching.result.Reason')),
                ('seed', models.BigIntegerField(default=0)),
                ('proposed_at', models.DateTimeField()),
                ('answer_by', models.DateTimeField()),
                ('rounds', models.PositiveSmallIntegerField(default=1, help_text='How often people were asked, the next in line included')),
                ('held_at', models.DateTimeField(help_text="Since when it waits for L&D's release; empty: people were asked at once", null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('dissolved_at', models.DateTimeField(null=True)),
                ('called_by', models.ForeignKey(help_text='Who chose the people, when nobody was matched', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='groups.group')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='groups.programme')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guides.topic')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SimulatedYear',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('headcounts', models.JSONField(default=list)),
                ('assumptions', models.JSONField(default=dict)),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('seeds', models.JSONField(default=list)),
                ('runs', models.JSONField(default=list, help_text="One seed's figures each, as they come")),
                ('k', models.PositiveSmallIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('made_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'ordering': ['-asked_at'],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=12)),
                ('until', models.DateTimeField()),
                ('called_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.group')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'code'), name='one_call_per_code')],
            },
        ),
        migrations.CreateModel(
            name='GroupOffer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('merge', 'MERGE'), ('swap', 'SWAP')], max_length=8)),
                ('offered_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(null=True)),
                ('declined_at', models.DateTimeField(null=True)),
                ('group', models.ForeignKey(help_text='Which offers; when the two become one, it ends', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.group')),
                ('offered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('other', models.ForeignKey(help_text='Which answers; when the two become one, it goes on with all', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.group')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('agreed_at', None), ('declined_at', None)), fields=('group',), name='one_open_offer_per_group'), models.CheckConstraint(condition=models.Q(('group', models.F('other')), _negated=True), name='offer_between_two_groups')],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('reasons', models.JSONField(default=list)),
                ('offers_to_host', models.BooleanField(default=False)),
                ('invited_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('declined_at', models.DateTimeField(null=True)),
                ('lapsed_at', models.DateTimeField(help_text='Not answered in time, or the proposal came to nothing', null=True)),
                ('challenge', models.ForeignKey(help_text='Empty when called by name', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='challenges.challenge')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='forming.proposal')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('declined_at', None), ('lapsed_at', None)), fields=('proposal', 'number'), name='one_holder_per_seat'), models.UniqueConstraint(fields=('proposal', 'person'), name='asked_once_per_proposal'), models.UniqueConstraint(condition=models.Q(('declined_at', None), ('lapsed_at', None)), fields=('challenge',), name='one_held_seat_per_challenge'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 6)), name='six_seats_in_a_proposal')],
            },
        ),
    ]
