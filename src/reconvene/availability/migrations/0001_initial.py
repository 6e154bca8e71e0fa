import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import reconvene.availability.models
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
            name='Connection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('address', reconvene.base.fields.SecretText(blank=True, default='')),
                ('user', models.CharField(blank=True, max_length=200)),
                ('secret', reconvene.base.fields.SecretText(blank=True, default='')),
                ('connected_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('read_again_at', models.DateTimeField(null=True)),
                ('covers_until', models.DateTimeField(null=True)),
                ('tag', models.CharField(blank=True, max_length=200)),
                ('changed', models.CharField(blank=True, max_length=60)),
                ('problem', models.CharField(blank=True, max_length=20)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('writes_since', models.DateTimeField(help_text='Since when its owner wants events written into it', null=True)),
                ('write_problem', models.CharField(blank=True, help_text='Why writing was given up', max_length=20)),
                ('ended_at', models.DateTimeField(help_text='Disconnected; kept for a moment, so that our events can be taken out of it', null=True)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='connections', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['read_again_at'], name='connections_to_be_read')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None), ('person__isnull', False), ('writes_since__isnull', False)), fields=('person',), name='one_calendar_to_write_into')],
            },
        ),
        migrations.CreateModel(
            name='Busy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='busy', to=settings.AUTH_USER_MODEL)),
                ('connection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='busy', to='availability.connection')),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'ends_at'], name='busy_of_person'), models.Index(fields=['ends_at'], name='busy_to_be_forgotten')],
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='busy_starts_before_it_ends'), models.CheckConstraint(condition=models.Q(('connection', None), ('person', None), _negated=True), name='busy_is_of_a_person_or_a_calendar')],
            },
        ),
        migrations.CreateModel(
            name='WorkingHours',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=reconvene.availability.models.usual_weekdays, size=None)),
                ('starts', models.TimeField(default=datetime.time(9, 0))),
                ('ends', models.TimeField(default=datetime.time(17, 0))),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='working_hours', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('starts__lt', models.F('ends'))), name='hours_start_before_they_end')],
            },
        ),
    ]
