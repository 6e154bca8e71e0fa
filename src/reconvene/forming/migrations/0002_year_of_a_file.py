from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forming', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='simulatedyear',
            name='file_counts',
            field=models.JSONField(default=dict),
        ),
    ]
