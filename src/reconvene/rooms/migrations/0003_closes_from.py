from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
        ('rooms', '0002_last_change'),
        ('scheduling', '0002_pairs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='room',
            name='closes_from',
            field=models.DateTimeField(help_text='Before this the session does not end by itself, so nobody looks; nothing before the host begins', null=True),
        ),
        migrations.AddIndex(
            model_name='room',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['closes_from'], name='rooms_to_close'),
        ),
    ]
