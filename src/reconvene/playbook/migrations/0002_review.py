from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('guides', '0001_initial'),
        ('people', '0001_initial'),
        ('playbook', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='strategy',
            index=models.Index(condition=models.Q(('retired_on', None), ('withdrawn_at', None)), fields=['organisation', 'review_on', 'id'], name='strategy_review'),
        ),
    ]
