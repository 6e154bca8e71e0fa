import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('guides', '0001_initial'),
        ('people', '0001_initial'),
        ('playbook', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='strategy',
            name='fits',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('situation', 'works_when', config='english'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='strategy',
            index=django.contrib.postgres.indexes.GinIndex(fields=['fits'], name='strategy_fits'),
        ),
        migrations.AddIndex(
            model_name='strategy',
            index=models.Index(condition=models.Q(('retired_on', None), ('withdrawn_at', None)), fields=['organisation', 'review_on', 'id'], name='strategy_review'),
        ),
    ]
