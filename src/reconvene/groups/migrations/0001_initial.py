import django.contrib.postgres.fields
import django.db.models.deletion
import reconvene.base.fields
import reconvene.base.models
import reconvene.groups.rules
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('challenges', '0001_initial'),
        ('guides', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='A bird; hints at nothing', max_length=40)),
                ('key_question', reconvene.base.fields.MemberText(blank=True, default='', help_text='How can we ... so that ...?')),
                ('formed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('called_by', models.ForeignKey(help_text='Who called it, when nobody was matched', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guides.topic')),
            ],
        ),
        migrations.CreateModel(
            name='Cycle',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('started_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('again', 'AGAIN'), ('new_topic', 'NEW_TOPIC'), ('new_group', 'NEW_GROUP'), ('finish', 'FINISH'), ('merged', 'MERGED')], max_length=12)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guides.topic')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cycles', to='groups.group')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'number'), name='cycles_are_numbered'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('group',), name='one_running_cycle_per_group')],
            },
        ),
        migrations.CreateModel(
            name='Pact',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('session_kind', models.CharField(max_length=10)),
                ('agreed_at', models.DateTimeField()),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pacts', to='groups.cycle')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cycle', 'session_kind', 'person'), name='one_agreement_per_session')],
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('smallest', models.PositiveSmallIntegerField(default=3)),
                ('largest', models.PositiveSmallIntegerField(default=6)),
                ('level_distance', models.PositiveSmallIntegerField(default=1)),
                ('gap_shortest', models.PositiveSmallIntegerField(default=25, help_text='Days')),
                ('gap_longest', models.PositiveSmallIntegerField(default=35, help_text='Days')),
                ('session_minutes', models.PositiveSmallIntegerField(default=90)),
                ('is_on_site', models.BooleanField(default=False)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('is_open', models.BooleanField(default=False, help_text='The one programme that is always on')),
                ('kind', models.CharField(choices=[('rolling', 'ROLLING'), ('wave', 'WAVE'), ('pilot', 'PILOT'), ('course', 'COURSE'), ('onboarding', 'ONBOARDING')], default=reconvene.groups.rules.ProgrammeKind['ROLLING'], max_length=12)),
                ('recipe', models.CharField(blank=True, help_text='Slug of the recipe it was started from', max_length=40)),
                ('functions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), blank=True, default=list, help_text='Audience; empty: all', size=None)),
                ('sites', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), blank=True, default=list, size=None)),
                ('levels', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, help_text='Ranks', size=None)),
                ('emphasis', models.CharField(default='balanced', help_text='A key of rules.EMPHASES', max_length=12)),
                ('promise_days', models.PositiveSmallIntegerField(default=10, help_text='Working days from need to first session')),
                ('is_reviewed', models.BooleanField(default=False, help_text='Each proposal waits until L&D releases it')),
                ('signs_up_until', models.DateField(blank=True, help_text='The last day of the sign-up', null=True)),
                ('formed_at', models.DateTimeField(help_text='When its sign-up was over and its groups were formed', null=True)),
                ('randomised_by', models.CharField(blank=True, help_text='Of a pilot: group or person', max_length=8)),
                ('seed', models.PositiveIntegerField(help_text='Of the draw, so that it can be done again', null=True)),
                ('drawn_at', models.DateTimeField(null=True)),
                ('second_by', models.DateField(blank=True, help_text='Of a pilot: the day on which the later half begins at the latest', null=True)),
                ('second_began_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('largest__lte', 6), ('smallest__gte', 3), ('smallest__lte', models.F('largest'))), name='group_size_in_range'), models.CheckConstraint(condition=models.Q(('session_minutes__in', [60, 75, 90])), name='session_minutes_known'), models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('organisation',), name='one_open_programme'), models.CheckConstraint(condition=models.Q(('is_open', False), models.Q(('ended_at', None), ('kind', reconvene.groups.rules.ProgrammeKind['ROLLING'])), _connector='OR'), name='open_programme_never_ends'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='programme_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('signs_up_until', None), ('signs_up_until__gte', models.F('starts_on')), _connector='OR'), name='sign_up_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', (reconvene.groups.rules.ProgrammeKind['WAVE'], reconvene.groups.rules.ProgrammeKind['PILOT'], reconvene.groups.rules.ProgrammeKind['COURSE'])), _negated=True), ('signs_up_until__isnull', False), _connector='OR'), name='who_gathers_has_a_last_day')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('seat', models.PositiveSmallIntegerField()),
                ('times_hosted', models.PositiveSmallIntegerField(default=0)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('challenge', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='challenges.challenge')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='groups.group')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(help_text="The group's; here for the database's own rule", on_delete=django.db.models.deletion.PROTECT, related_name='+', to='groups.programme')),
            ],
            options={
                'ordering': ['seat'],
                'constraints': [models.CheckConstraint(condition=models.Q(('seat__gte', 1), ('seat__lte', 6)), name='six_seats_at_most'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('group', 'seat'), name='one_person_per_seat'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('group', 'person'), name='one_seat_per_person'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('programme', 'person'), name='one_live_group_per_programme'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('challenge',), name='one_live_seat_per_challenge')],
            },
        ),
        migrations.AddField(
            model_name='group',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='groups.programme'),
        ),
        migrations.AddConstraint(
            model_name='group',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('organisation', 'name'), name='one_live_group_per_name'),
        ),
    ]
