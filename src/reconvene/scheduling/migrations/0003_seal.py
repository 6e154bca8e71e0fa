import reconvene.scheduling.models
from django.db import migrations, models


class Migration(migrations.Migration):
    """Sessions that are there keep an empty seal: their entries lie in calendars without one."""

    dependencies = [
        ('scheduling', '0002_pairs'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='seal',
            field=models.CharField(default='', max_length=32),
        ),
        migrations.AlterField(
            model_name='session',
            name='seal',
            field=models.CharField(default=reconvene.scheduling.models.new_seal, help_text='Seals the UIDs of its entries; empty where they were sent before there were seals', max_length=32),
        ),
    ]
