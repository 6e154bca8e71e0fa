from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0002_reporting_line'),
        ('people', '0002_role_changes'),
        ('surveys', '0002_while_waiting'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='response',
            name='answered_once_per_moment',
        ),
        migrations.AddField(
            model_name='response',
            name='replaced_in',
            field=models.DateField(help_text='Monday of the week in which other answers replaced these', null=True),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_in', None)), fields=('pseudonym', 'moment'), name='answered_once_per_moment'),
        ),
    ]
