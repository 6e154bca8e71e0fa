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
        ('groups', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('want', reconvene.base.fields.MemberText(blank=True, default='', help_text='What I want')),
                ('best_result', reconvene.base.fields.MemberText(blank=True, default='', help_text='The best that could come of it')),
                ('obstacle', reconvene.base.fields.MemberText(blank=True, default='', help_text='What in me or my week gets in the way; visible to nobody else, ever')),
                ('if_cue', reconvene.base.fields.MemberText(blank=True, default='', help_text='If ... (when, where or with whom)')),
                ('then_action', reconvene.base.fields.MemberText(blank=True, default='', help_text='then I ...')),
                ('sign', reconvene.base.fields.MemberText(blank=True, default='', help_text='How I will notice that it works')),
                ('first_on', models.DateField(blank=True, null=True)),
                ('is_for_keeping', models.BooleanField(default=False, help_text='Made at the reconvene, for the eight weeks after it')),
                ('half_way', models.CharField(blank=True, choices=[('keep', 'KEEP'), ('shrink', 'SHRINK'), ('swap', 'SWAP')], max_length=8)),
                ('made_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.cycle')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('cycle', 'person', 'is_for_keeping'), name='one_current_plan_per_member')],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('day', models.PositiveSmallIntegerField(help_text='7 or 21')),
                ('came_up', models.CharField(choices=[('no', 'NO'), ('once', 'ONCE'), ('more', 'MORE')], max_length=5)),
                ('did_it', models.CharField(blank=True, choices=[('fully', 'FULLY'), ('partly', 'PARTLY'), ('not', 'NOT'), ('swapped', 'SWAPPED')], max_length=8)),
                ('decided_by', models.CharField(blank=True, choices=[('moment_came', 'MOMENT_CAME'), ('remembered', 'REMEMBERED'), ('felt_able', 'FELT_ABLE'), ('no_time', 'NO_TIME'), ('wrong_occasion', 'WRONG_OCCASION'), ('someone_above', 'SOMEONE_ABOVE'), ('no_longer_matters', 'NO_LONGER_MATTERS'), ('other', 'OTHER')], max_length=20)),
                ('happened', reconvene.base.fields.MemberText(blank=True, default='', help_text='What happened, in a sentence')),
                ('tell_a_colleague', reconvene.base.fields.MemberText(blank=True, default='')),
                ('shared_at', models.DateTimeField(help_text='Since when the buddy sees it', null=True)),
                ('answered_at', models.DateTimeField()),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.cycle')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='check_ins', to='practice.plan')),
            ],
            options={
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('cycle', 'person', 'day'), name='one_check_in_per_day')],
            },
        ),
        migrations.CreateModel(
            name='Practice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('laid_out_for', models.DateTimeField(help_text='When the reconvene was to begin, as the messages were laid out')),
                ('seen_at', models.DateTimeField(help_text='When the person last answered, came by, or asked for messages')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.cycle')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cycle', 'person'), name='one_practice_per_member')],
            },
        ),
        migrations.CreateModel(
            name='PracticeReport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('planned', reconvene.base.fields.MemberText(blank=True, default='')),
                ('did', reconvene.base.fields.MemberText(blank=True, default='')),
                ('happened', reconvene.base.fields.MemberText(blank=True, default='')),
                ('surprised', reconvene.base.fields.MemberText(blank=True, default='')),
                ('private_notes', reconvene.base.fields.MemberText(blank=True, default='', help_text='Never shown')),
                ('times', models.CharField(blank=True, choices=[('never', 'NEVER'), ('once', 'ONCE'), ('few', 'FEW'), ('often', 'OFTEN')], max_length=5)),
                ('weeks', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, help_text='Of the four, those in which it was done', size=None)),
                ('saved_at', models.DateTimeField()),
                ('shown_at', models.DateTimeField(help_text='Since when the group sees it', null=True)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.cycle')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cycle', 'person'), name='one_report_per_member')],
            },
        ),
        migrations.CreateModel(
            name='Buddy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('talked_at', models.DateTimeField(help_text='When `person` said that the two have talked', null=True)),
                ('buddy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.cycle')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cycle', 'person'), name='one_buddy_per_member')],
            },
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', reconvene.base.fields.MemberText(blank=True, default='')),
                ('written_at', models.DateTimeField()),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.cycle')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['written_at', 'id'],
                'indexes': [models.Index(fields=['cycle', 'person'], name='journal_of_member')],
            },
        ),
    ]
