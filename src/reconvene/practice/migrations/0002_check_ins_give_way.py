from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0002_reporting_line'),
        ('people', '0002_role_changes'),
        ('practice', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='checkin',
            name='one_check_in_per_day',
        ),
        migrations.AddField(
            model_name='checkin',
            name='replaced_at',
            field=models.DateTimeField(help_text='Since when other taps count instead', null=True),
        ),
        migrations.AddConstraint(
            model_name='checkin',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('cycle', 'person', 'day'), name='one_check_in_per_day'),
        ),
    ]
