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
            name='ObserverQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.cycle')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cycle', 'person'), name='one_observer_question_per_cycle')],
            },
        ),
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('batch', models.PositiveSmallIntegerField()),
                ('seen', models.CharField(choices=[('less', 'LESS'), ('same', 'SAME'), ('better', 'BETTER'), ('cannot_say', 'CANNOT_SAY')], max_length=10)),
                ('words', reconvene.base.fields.MemberText(blank=True, default='')),
                ('key', models.UUIDField(help_text='Of the form that was sent, so that it counts once')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='observations', to='surveys.observerquestion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('question', 'key'), name='one_observation_per_form')],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('moment', models.CharField(choices=[('t0', 'JOINING'), ('t1', 'AFTER_FIRST'), ('t2', 'AFTER_RECONVENE'), ('t3', 'TWELVE_WEEKS')], max_length=2)),
                ('pseudonym', models.CharField(help_text='Of the person in this cycle; keeps answers of one cycle together', max_length=64)),
                ('voice', models.CharField(help_text='Alias of the person over all cycles, so that each counts once in a measurement', max_length=64)),
                ('group_pseudonym', models.CharField(help_text='Only to count groups for the disclosure rule', max_length=64)),
                ('answers', models.JSONField(default=dict)),
                ('own_words', reconvene.base.fields.MemberText(blank=True, default='', help_text='One sentence that its author alone can find again, by the pseudonym; no measure reads it')),
                ('week_of', models.DateField(help_text='Monday of the week, so that no session can be recognised by its time')),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pseudonym', 'moment'), name='answered_once_per_moment')],
            },
        ),
    ]
