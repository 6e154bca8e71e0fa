from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_role_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='currency',
            field=models.CharField(default='EUR', help_text='ISO code of the currency in which members say what something is worth', max_length=3),
        ),
    ]
