import django.db.models.deletion
import reconvene.base.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('programmes', '0001_programmes'),
    ]

    dependencies = [
        ('groups', '0001_initial'),
        ('guides', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Roster',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('filename', models.CharField(max_length=255)),
                ('matched', models.JSONField(default=list, help_text='Ids of people')),
                ('unknown', models.JSONField(default=list, help_text='[row number, what stands there, code of the reason]')),
                ('uploaded_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rosters', to='groups.programme')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('category', models.CharField(max_length=80)),
                ('added_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='guides.topic')),
            ],
            options={
                'ordering': ['category', 'name'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='one_course_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('added_at', models.DateTimeField()),
                ('passed_at', models.DateTimeField(null=True)),
                ('invited_at', models.DateTimeField(null=True)),
                ('joined_at', models.DateTimeField(null=True)),
                ('declined_at', models.DateTimeField(null=True)),
                ('half', models.CharField(blank=True, choices=[('first', 'FIRST'), ('later', 'LATER')], max_length=8)),
                ('planned', models.PositiveSmallIntegerField(default=0, help_text="Of a pilot drawn by group: the group's number; 0: none")),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='groups.programme')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('invited_at', None), ('joined_at', None), ('passed_at', None)), fields=['programme'], name='participants_to_invite')],
                'constraints': [models.UniqueConstraint(fields=('programme', 'person'), name='once_in_a_programme')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeTopic',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='groups.programme')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='guides.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'topic'), name='one_row_per_topic_of_a_programme')],
            },
        ),
    ]
