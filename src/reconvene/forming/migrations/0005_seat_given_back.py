from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forming', '0004_no_question_of_its_own'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='given_back_at',
            field=models.DateTimeField(help_text='Since when a seat that was given back waits for its next in line, because groups were being formed', null=True),
        ),
    ]
