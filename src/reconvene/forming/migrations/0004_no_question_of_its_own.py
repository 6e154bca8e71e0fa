from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('forming', '0003_workbench'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='proposal',
            name='key_question',
        ),
    ]
