import django.contrib.postgres.fields
import django.db.models.deletion
import reconvene.base.fields
import reconvene.base.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('availability', '0001_initial'),
        ('groups', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='feed', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='As it stands in calendar entries', max_length=120)),
                ('site', models.CharField(help_text="As people's sites are written in the directory", max_length=120)),
                ('seats', models.PositiveSmallIntegerField()),
                ('connection', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='place', to='availability.connection')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'site', 'name'), name='one_place_per_name_and_site')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('first', 'FIRST'), ('reconvene', 'RECONVENE')], max_length=10)),
                ('local_start', models.CharField(help_text='2026-03-03T10:00, wall time in `zone`', max_length=16)),
                ('zone', models.CharField(max_length=60)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField(default=90)),
                ('place', models.CharField(blank=True, max_length=160)),
                ('passed', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, help_text='Who asked that somebody else hosts it', size=None)),
                ('sequence', models.PositiveSmallIntegerField(default=0, help_text='Rises with every change, for calendars')),
                ('strikes', models.PositiveSmallIntegerField(default=0, help_text='How often in a row its date came to nothing')),
                ('asked_at', models.DateTimeField(help_text='Since when the members are asked whether they still want to meet', null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='groups.cycle')),
                ('guest_host', models.ForeignKey(help_text='The host of another group who conducts it; no member', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('held', models.ForeignKey(help_text='The listed place that nobody else gets meanwhile', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduling.place')),
                ('host', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('cancelled_at', None), ('ended_at', None)), fields=['starts_at'], name='sessions_ahead')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('cancelled_at', None)), fields=('cycle', 'kind'), name='one_live_session_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='Rsvp',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('answer', models.CharField(choices=[('yes', 'YES'), ('no', 'NO')], max_length=4)),
                ('answered_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rsvps', to='scheduling.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'person'), name='one_answer_per_member')],
            },
        ),
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('owner_id', models.UUIDField(help_text='The person or the place, as the UID of the event says')),
                ('address', reconvene.base.fields.SecretText(blank=True, default='')),
                ('tag', models.CharField(blank=True, max_length=200)),
                ('sequence', models.PositiveSmallIntegerField(null=True)),
                ('again_at', models.DateTimeField(help_text='Not looked at before: a worker has it, or its server was away')),
                ('failing_since', models.DateTimeField(null=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('connection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='availability.connection')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='scheduling.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'connection'), name='one_copy_per_calendar')],
            },
        ),
    ]
