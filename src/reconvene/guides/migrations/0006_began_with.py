from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('guides', '0005_adapted'),
    ]

    operations = [
        migrations.AddField(
            model_name='ownguide',
            name='began_with',
            field=models.SlugField(blank=True, help_text='The slug of the guide of which it was a copy at first', max_length=80),
        ),
    ]
