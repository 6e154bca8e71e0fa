import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import reconvene.base.fields
import reconvene.base.models
import reconvene.challenges.rules
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
            name='AskMe',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('offered_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='guides.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('person', 'topic'), name='one_offer_per_topic')],
            },
        ),
        migrations.CreateModel(
            name='Challenge',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', reconvene.base.fields.MemberText(blank=True, default='')),
                ('wants', reconvene.base.fields.MemberText(blank=True, default='', help_text='What I want from the group')),
                ('does_not_want', reconvene.base.fields.MemberText(blank=True, default='', help_text='What I do not want')),
                ('urgency', models.PositiveSmallIntegerField(help_text='How much it gets in the way, 0-10', validators=[django.core.validators.MaxValueValidator(10)])),
                ('start', models.CharField(choices=[('this_week', 'THIS_WEEK'), ('two_weeks', 'TWO_WEEKS'), ('whenever', 'WHENEVER')], default=reconvene.challenges.rules.Start['TWO_WEEKS'], max_length=12)),
                ('has_experience', models.BooleanField(default=False, help_text='Has been through it and could share how')),
                ('names_kept', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, help_text='Names the person chose to keep', size=None)),
                ('raised_at', models.DateTimeField()),
                ('considered_at', models.DateTimeField(help_text='When forming last looked at it; empty: not yet', null=True)),
                ('seated_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guides.topic')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('seated_at', None), ('withdrawn_at', None)), fields=['organisation', 'topic'], name='challenges_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('urgency__lte', 10)), name='urgency_up_to_ten'), models.UniqueConstraint(condition=models.Q(('seated_at', None), ('settled_at', None), ('withdrawn_at', None)), fields=('person', 'topic'), name='one_open_challenge_per_topic')],
            },
        ),
        migrations.CreateModel(
            name='Introduction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(null=True)),
                ('declined_at', models.DateTimeField(null=True)),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='introductions', to='challenges.challenge')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='challenges.askme')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('challenge', 'offer'), name='asked_once_per_challenge')],
            },
        ),
    ]
