from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='held_until',
            field=models.DateTimeField(help_text="Not before: outside the person's hours, over the cap, or the mail server was away", null=True),
        ),
    ]
