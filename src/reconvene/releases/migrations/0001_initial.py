import django.db.models.deletion
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
            name='Report',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('milestone_on', models.DateField()),
                ('k', models.PositiveSmallIntegerField(default=8, help_text='People that stood behind every figure; may be raised, never lowered')),
                ('published_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'ordering': ['-milestone_on'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'milestone_on'), name='one_report_per_milestone')],
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('opened_at', models.DateTimeField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='openings', to='releases.report')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LedgerLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('book', models.CharField(max_length=60)),
                ('table', models.CharField(max_length=60)),
                ('cell', models.CharField(blank=True, max_length=300)),
                ('place', models.PositiveIntegerField(help_text='In the order in which they were published')),
                ('members', models.BinaryField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='releases.report')),
            ],
            options={
                'ordering': ['place'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'place'), name='one_ledger_line_per_place')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=40)),
                ('value', models.JSONField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='releases.report')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('report', 'key'), name='one_figure_per_key')],
            },
        ),
        migrations.CreateModel(
            name='ThresholdChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('k', models.PositiveSmallIntegerField()),
                ('was', models.PositiveSmallIntegerField(help_text='In force when it was proposed')),
                ('proposed_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at', None), ('refused_at', None)), fields=('organisation',), name='one_open_threshold_change'), models.CheckConstraint(condition=models.Q(('confirmed_at', None), ('refused_at', None), _connector='OR'), name='confirmed_or_refused'), models.CheckConstraint(condition=models.Q(('k__gt', models.F('was'))), name='threshold_is_raised')],
            },
        ),
        migrations.CreateModel(
            name='LedgerNumber',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('alias', models.CharField(max_length=64)),
                ('number', models.PositiveIntegerField()),
                ('group', models.PositiveIntegerField(help_text="Number of a person's latest group; null for a group", null=True)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'alias'), name='one_ledger_number_per_alias'), models.UniqueConstraint(fields=('organisation', 'number'), name='one_alias_per_ledger_number')],
            },
        ),
    ]
