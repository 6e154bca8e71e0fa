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
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('subject_id', models.UUIDField(help_text='The row it is about; the kind says of which model')),
                ('due_at', models.DateTimeField()),
                ('not_after', models.DateTimeField(help_text='Worth nothing later than this; dropped then')),
                ('is_counted', models.BooleanField(default=False, help_text='Counts towards the caps of the practice weeks')),
                ('collapse_key', models.CharField(blank=True, help_text='Of those about one row with the same key, only the newest waits', max_length=40)),
                ('leased_until', models.DateTimeField(null=True)),
                ('held_until', models.DateTimeField(help_text="Not before: outside the person's hours, over the cap, or the mail server was away", null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('channel', models.CharField(blank=True, db_default='', default='', help_text='How it went, or has to go; empty: as the person wants it by then', max_length=10)),
                ('sent_at', models.DateTimeField(null=True)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('dropped_because', models.CharField(blank=True, max_length=30)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(models.F('organisation'), models.F('is_counted'), models.Case(models.When(held_until=None, then='due_at'), default='held_until'), condition=models.Q(('dropped_at', None), ('sent_at', None)), name='notices_waiting'), models.Index(models.F('organisation'), models.Case(models.When(sent_at=None, then='dropped_at'), default='sent_at'), condition=models.Q(('dropped_at', None), ('sent_at', None), _negated=True), name='notices_settled')],
                'constraints': [models.UniqueConstraint(fields=('person', 'kind', 'subject_id', 'due_at'), name='one_notice_per_cause'), models.UniqueConstraint(condition=models.Q(('dropped_at', None), ('sent_at', None), models.Q(('collapse_key', ''), _negated=True)), fields=('person', 'subject_id', 'collapse_key'), name='one_waiting_notice_per_key')],
            },
        ),
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('address', models.EmailField(help_text='Where it was sent; another address of the person is not concerned', max_length=254)),
                ('kind', models.CharField(choices=[('permanent', 'Permanent'), ('temporary', 'Temporary'), ('complaint', 'Complaint')], max_length=10)),
                ('status', models.CharField(blank=True, help_text='Enhanced status code of RFC 3463, like 5.1.1', max_length=12)),
                ('returned_at', models.DateTimeField()),
                ('mended_at', models.DateTimeField(help_text='When the person said that the address takes mail again', null=True)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bounces', to='notices.notice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('notice', 'kind'), name='one_bounce_per_notice_and_kind')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('muted_at', models.DateTimeField(null=True)),
                ('hour', models.PositiveSmallIntegerField(default=9)),
                ('wants_plan_by_mail', models.BooleanField(default=False)),
                ('channel', models.CharField(default='mail', max_length=10)),
                ('phone', reconvene.base.fields.SecretText(blank=True, default='')),
                ('lost_channel', models.CharField(blank=True, default='', max_length=10)),
                ('lost_because', models.CharField(blank=True, default='', max_length=20)),
                ('lost_at', models.DateTimeField(null=True)),
                ('digest_stopped_at', models.DateTimeField(help_text='Of L&D: since when they want no mail on Mondays', null=True)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='preference', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PushKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public', models.CharField(help_text='Uncompressed point, base64url: what browsers ask for', max_length=100)),
                ('private', reconvene.base.fields.SecretText(blank=True, default='')),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_push_key')],
            },
        ),
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=200)),
                ('stopped_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('stopped_by', models.ForeignKey(help_text='Empty: the command line, or a clock', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-stopped_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('organisation',), name='one_stop_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('kind', models.CharField(max_length=40)),
                ('became', models.CharField(help_text='sent, or why it was dropped', max_length=30)),
                ('channel', models.CharField(blank=True, default='', help_text='By which it was sent; empty before there were several', max_length=10)),
                ('count', models.PositiveIntegerField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'day', 'kind', 'became', 'channel'), name='one_tally_per_day_kind_fate_and_channel')],
            },
        ),
        migrations.CreateModel(
            name='Browser',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('address', reconvene.base.fields.SecretText(blank=True, default='')),
                ('key', reconvene.base.fields.SecretText(blank=True, default='')),
                ('secret', reconvene.base.fields.SecretText(blank=True, default='')),
                ('mark', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='browsers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['added_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'mark'), name='one_row_per_browser')],
            },
        ),
        migrations.CreateModel(
            name='ChatAccess',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=10)),
                ('secret', reconvene.base.fields.SecretText(blank=True, default='')),
                ('given_at', models.DateTimeField()),
                ('refused_at', models.DateTimeField(null=True)),
                ('refused_because', models.CharField(blank=True, default='', max_length=40)),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind'), name='one_access_per_chat')],
            },
        ),
    ]
