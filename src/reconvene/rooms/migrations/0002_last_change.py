from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='room',
            name='last_change',
            field=models.PositiveIntegerField(default=0, help_text='Number of the last event that changed more of the state than who has finished'),
        ),
    ]
