import django.db.models.deletion
import reconvene.base.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('rollout', '0001_business_cases'),
        ('rollout', '0002_roll_out'),
    ]

    dependencies = [
        ('groups', '0001_initial'),
        ('people', '0001_initial'),
        ('releases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BusinessCase',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('currency', models.CharField(choices=[('EUR', 'Euro'), ('USD', 'US dollar'), ('GBP', 'Pound sterling'), ('CHF', 'Swiss franc'), ('SEK', 'Swedish krona'), ('NOK', 'Norwegian krone'), ('DKK', 'Danish krone'), ('PLN', 'Polish zloty'), ('CZK', 'Czech koruna'), ('CAD', 'Canadian dollar'), ('AUD', 'Australian dollar'), ('INR', 'Indian rupee')], default='EUR', max_length=3)),
                ('rate', models.FloatField(default=1.0, help_text='What one euro buys of the currency; only our defaults are multiplied by it')),
                ('figures', models.JSONField(default=dict, help_text='Own figures: low, likely and high by key')),
                ('keeps_plan', models.BooleanField(default=False, help_text='Whether the planned number of managers stays when another was published')),
                ('seed', models.PositiveIntegerField(help_text='Of chance, so that the same band comes out again')),
                ('version', models.PositiveIntegerField(default=1, help_text='Counts the changes, so that two editors do not overwrite each other')),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('shown_at', models.DateTimeField(help_text='Since when sponsors may read it', null=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'ordering': ['-changed_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('rate__gt', 0)), name='a_euro_buys_something'), models.CheckConstraint(condition=models.Q(('seed__lte', 999999)), name='seed_can_be_typed')],
            },
        ),
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('phase', models.PositiveSmallIntegerField(default=2)),
                ('lines', models.JSONField(default=dict, help_text='go and adjust by measure')),
                ('version', models.PositiveIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('sponsor_signed_at', models.DateTimeField(null=True)),
                ('learning_signed_at', models.DateTimeField(null=True)),
                ('data_from', models.DateField(help_text='What was taken on this day or before says nothing about it; set by the second signature', null=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('learning', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('sponsor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['phase', 'made_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('figures', models.JSONField(help_text='The published values that it rests on, by key')),
                ('has_breach', models.BooleanField(help_text='Whether a serious breach of confidence was known')),
                ('judged_at', models.DateTimeField()),
                ('choice', models.CharField(blank=True, choices=[('extend', 'Extend'), ('adjust', 'Adjust'), ('stop', 'Stop')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judgements', to='rollout.gate')),
                ('judged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='releases.report')),
            ],
            options={
                'ordering': ['judged_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('gate', 'report'), name='one_judgement_per_report')],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('problem', models.CharField(blank=True, help_text='Which business problem it serves', max_length=300)),
                ('starts_on', models.DateField()),
                ('moved', models.JSONField(default=dict, help_text='Days on which phases begin that were typed: ISO date by number')),
                ('managers', models.PositiveIntegerField(help_text='How many there are')),
                ('sector', models.CharField(choices=[('services', 'Services, offices'), ('industry', 'Industry, shifts'), ('public', 'Public service'), ('health', 'Health and care'), ('trade', 'Trade, branches'), ('other', 'Something else')], max_length=10)),
                ('voice', models.CharField(choices=[('council', 'A works council'), ('union', 'A union, no works council'), ('both', 'A works council and a union'), ('none', 'Neither')], max_length=10)),
                ('sites', models.CharField(choices=[('one', 'One site'), ('many', 'Several sites')], max_length=10)),
                ('place', models.CharField(choices=[('site', 'Mostly on site'), ('mixed', 'Some of each'), ('remote', 'Mostly remote')], max_length=10)),
                ('roles', models.JSONField(default=dict, help_text='Names by role')),
                ('readiness', models.JSONField(default=dict, help_text='yes or no by question')),
                ('pilot_people', models.PositiveIntegerField(default=36)),
                ('pilot_groups', models.PositiveIntegerField(default=6)),
                ('has_waitlist', models.BooleanField(default=True)),
                ('beside', models.JSONField(default=dict, help_text='Course and group: what goes first, by topic, where it is not as we propose')),
                ('survey_opened_at', models.DateTimeField(null=True)),
                ('survey_until', models.DateTimeField(null=True)),
                ('survey_closed_at', models.DateTimeField(null=True)),
                ('survey', models.JSONField(default=dict, help_text='What was published of the needs survey, once, when it was closed')),
                ('version', models.PositiveIntegerField(default=1, help_text='Counts the changes, so that two editors do not overwrite each other')),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('shown_at', models.DateTimeField(help_text='Since when sponsors may read it', null=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('programme', models.ForeignKey(help_text='None: the whole organisation', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='groups.programme')),
            ],
            options={
                'ordering': ['-changed_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('managers__lte', 1000000), ('pilot_groups__lte', 2000), ('pilot_people__lte', 10000)), name='pilot_can_be_worked_with')],
            },
        ),
        migrations.CreateModel(
            name='Printout',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('page', 'Page'), ('whole', 'Whole'), ('drawings', 'Drawings'), ('paper', 'Paper')], max_length=10)),
                ('paper', models.CharField(blank=True, help_text='Which paper of the roll-out', max_length=20)),
                ('state', models.CharField(help_text='A hash of what it is made of; another state makes another file', max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('worked_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('matter', models.JSONField(default=dict)),
                ('data', models.BinaryField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='printouts', to='rollout.businesscase')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('report', models.ForeignKey(help_text='Whose figures are in it', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='releases.report')),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='printouts', to='rollout.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'kind', 'state'), name='one_printout_per_state'), models.UniqueConstraint(fields=('project', 'paper', 'state'), name='one_paper_per_state'), models.CheckConstraint(condition=models.Q(models.Q(('case', None), ('kind', 'paper'), ('project__isnull', False)), models.Q(('case__isnull', False), ('paper', ''), ('project', None)), _connector='OR'), name='printout_is_of_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('text', models.TextField(blank=True)),
                ('based_on', models.CharField(help_text='A hash of the generated text when it was changed', max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='rollout.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'kind'), name='one_paper_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='NeedsAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('topics', models.JSONField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='rollout.project')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='gate',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gates', to='rollout.project'),
        ),
        migrations.CreateModel(
            name='RefusedChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('measures', models.JSONField(default=list, help_text='Keys of the measures whose lines would have changed')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused_changes', to='rollout.gate')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'ordering': ['-at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='StoryOffer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('went_well', models.BooleanField()),
                ('reach', models.CharField(max_length=160)),
                ('offered_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['offered_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.PositiveSmallIntegerField()),
                ('week', models.PositiveSmallIntegerField(default=1, help_text='Of the phase, by whose end it should be done')),
                ('key', models.CharField(blank=True, max_length=20)),
                ('text', models.CharField(blank=True, max_length=200)),
                ('due_on', models.DateField(help_text='A day that was typed; otherwise it is worked out', null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='rollout.project')),
            ],
            options={
                'ordering': ['phase', 'week', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('project', 'key'), name='one_task_per_step'), models.CheckConstraint(condition=models.Q(models.Q(('key', ''), ('text__gt', '')), models.Q(('key__gt', ''), ('text', '')), _connector='OR'), name='task_is_ours_or_theirs')],
            },
        ),
        migrations.AddConstraint(
            model_name='gate',
            constraint=models.CheckConstraint(condition=models.Q(('sponsor', None), ('learning', None), models.Q(('sponsor', models.F('learning')), _negated=True), _connector='OR'), name='two_people_sign'),
        ),
    ]
