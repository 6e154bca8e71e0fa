import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import reconvene.base.fields
import reconvene.base.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('guides', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Strategy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('situation', reconvene.base.fields.MemberText(blank=True, default='', help_text='When ...')),
                ('doing', reconvene.base.fields.MemberText(blank=True, default='', help_text='doing ...')),
                ('led_to', reconvene.base.fields.MemberText(blank=True, default='', help_text='led to ...')),
                ('because', reconvene.base.fields.MemberText(blank=True, default='', help_text='because ...')),
                ('works_when', reconvene.base.fields.MemberText(blank=True, default='')),
                ('not_when', reconvene.base.fields.MemberText(blank=True, default='', help_text='Watch out for ...')),
                ('first_step', reconvene.base.fields.MemberText(blank=True, default='')),
                ('tried', models.PositiveIntegerField(default=0)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('believed', models.PositiveIntegerField(default=0)),
                ('helped', models.PositiveIntegerField(default=0)),
                ('partly', models.PositiveIntegerField(default=0)),
                ('is_tried_by_others', models.BooleanField(default=False, help_text='Whether anybody but its authors has said that they tried it')),
                ('groups', models.PositiveIntegerField(default=1)),
                ('waiting_tried', models.PositiveIntegerField(default=0, help_text='Evidence of groups that counts once enough people stand behind it')),
                ('waiting_helped', models.PositiveIntegerField(default=0)),
                ('waiting_partly', models.PositiveIntegerField(default=0)),
                ('waiting_groups', models.PositiveIntegerField(default=0)),
                ('lower', models.FloatField(default=0.0, help_text='Lower end of the share helped, for the order; set by playbook.actions.reorder')),
                ('published_on', models.DateField(help_text='The first day of the month, so that no session can be recognised')),
                ('review_on', models.DateField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('retired_on', models.DateField(help_text='The month in which it left the search: it became another, or helps no more', null=True)),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('doing', config='english', weight='A'), '||', django.contrib.postgres.search.SearchVector('situation', 'led_to', 'because', 'works_when', 'not_when', 'first_step', config='english', weight='B'), django.contrib.postgres.search.SearchConfig('english')), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('became', models.ForeignKey(help_text='The wording that took its place', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='earlier', to='playbook.strategy')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guides.topic')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search'], name='strategy_search'), models.Index(models.F('organisation'), models.F('topic'), models.OrderBy(models.F('lower'), descending=True), models.F('id'), condition=models.Q(('retired_on', None), ('withdrawn_at', None)), name='strategy_topic'), models.Index(models.F('organisation'), models.OrderBy(models.F('lower'), descending=True), models.F('id'), condition=models.Q(('retired_on', None), ('withdrawn_at', None)), name='strategy_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('tried__gte', django.db.models.expressions.CombinedExpression(models.F('helped'), '+', models.F('partly')))), name='helped_only_who_tried')],
            },
        ),
        migrations.CreateModel(
            name='AuthorKey',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='author_keys', to='playbook.strategy')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TopicSize',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('strategies', models.PositiveIntegerField()),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='guides.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'topic'), name='one_size_per_topic')],
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('helped', models.CharField(blank=True, choices=[('yes', 'YES'), ('partly', 'PARTLY'), ('no', 'NO')], help_text='Empty once taken back', max_length=6)),
                ('counted_as', models.CharField(blank=True, default='', help_text="What the strategy's counters took it for; empty for not at all", max_length=6)),
                ('works_when', reconvene.base.fields.MemberText(blank=True, default='')),
                ('not_when', reconvene.base.fields.MemberText(blank=True, default='')),
                ('told_on', models.DateField(help_text='The first day of the month')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trials', to='playbook.strategy')),
            ],
            options={
                'ordering': ['-told_on', 'id'],
                'constraints': [models.UniqueConstraint(fields=('strategy', 'digest'), name='one_trial_per_person')],
            },
        ),
        migrations.CreateModel(
            name='Following',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('told_for', models.DateField(help_text='The first day of the month in which it was looked at last')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='guides.topic')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'told_for'], name='following_due')],
                'constraints': [models.UniqueConstraint(fields=('person', 'topic'), name='one_following_per_topic')],
            },
        ),
    ]
