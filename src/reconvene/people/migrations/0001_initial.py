import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import reconvene.base.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Level',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('rank', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['rank'],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(blank=True, max_length=254, null=True)),
                ('name', models.CharField(blank=True, max_length=160)),
                ('job_title', models.CharField(blank=True, max_length=300)),
                ('function', models.CharField(blank=True, max_length=160)),
                ('site', models.CharField(blank=True, max_length=160)),
                ('country', models.CharField(blank=True, max_length=6)),
                ('time_zone', models.CharField(default='UTC', max_length=60)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None)),
                ('external_id', models.CharField(blank=True, max_length=120, null=True)),
                ('team_size', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('learning', 'LEARNING'), ('sponsor', 'SPONSOR'), ('admin', 'ADMIN'), ('council', 'COUNCIL')], max_length=10), blank=True, default=list, size=None)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='direct_reports', to=settings.AUTH_USER_MODEL)),
                ('level', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.level')),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('time_zone', models.CharField(default='UTC', max_length=60)),
                ('country', models.CharField(blank=True, help_text='ISO code, with a region if holidays need one: DE or DE-BY', max_length=6)),
                ('created_at', models.DateTimeField()),
                ('is_rehearsal', models.BooleanField(default=False, help_text="One host's rehearsal; thrown away when it ends, never counted, never told")),
                ('help_name', models.CharField(blank=True, help_text='Who is there for members who need help; may be somebody outside', max_length=120)),
                ('help_reach', models.CharField(blank=True, help_text='How to reach them, as members read it', max_length=200)),
                ('help_hours', models.CharField(blank=True, help_text='When they can be reached', max_length=120)),
                ('help_person', models.ForeignKey(help_text='Gets the request to contact a member; nobody does when empty', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='level',
            name='organisation',
            field=reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation'),
        ),
        migrations.CreateModel(
            name='KeepApart',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='apart_from', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'other'), name='one_wish_per_pair')],
            },
        ),
        migrations.CreateModel(
            name='DirectoryImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('filename', models.CharField(max_length=255)),
                ('data', models.BinaryField()),
                ('choices', models.JSONField(default=dict)),
                ('mapping', models.JSONField(default=dict)),
                ('level_table', models.JSONField(default=dict)),
                ('uploaded_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(null=True)),
                ('summary', models.JSONField(default=dict)),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='person',
            name='organisation',
            field=reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation'),
        ),
        migrations.AddConstraint(
            model_name='level',
            constraint=models.UniqueConstraint(fields=('organisation', 'rank'), name='one_level_per_rank'),
        ),
        migrations.AddConstraint(
            model_name='level',
            constraint=models.UniqueConstraint(models.F('organisation'), django.db.models.functions.text.Lower('name'), name='one_level_per_name'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['organisation', 'left_at', 'name'], name='person_directory'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(models.F('organisation'), models.Func(models.F('name'), models.Value(' '), models.Value(1), function='split_part', output_field=models.CharField()), name='person_first_name'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('left_at', None)), name='one_active_person_per_address'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.UniqueConstraint(fields=('organisation', 'external_id'), name='one_person_per_external_id'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('manager', models.F('id')), _negated=True), name='nobody_is_their_own_manager'),
        ),
    ]
