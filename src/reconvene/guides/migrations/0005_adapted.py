import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('guides', '0004_vectors'),
    ]

    operations = [
        migrations.AddField(
            model_name='guideversion',
            name='retired_at',
            field=models.DateTimeField(help_text='Of an adapted guide: from then on the built-in one stood again', null=True),
        ),
        migrations.AddField(
            model_name='ownguide',
            name='adapts',
            field=models.DateField(help_text='When the built-in guide that it adapts was last reviewed, as it was copied or compared', null=True),
        ),
        migrations.AddField(
            model_name='topicarrangement',
            name='guide_title',
            field=models.CharField(blank=True, help_text="Of the organisation's version of the guide, while it stands; goes first", max_length=160),
        ),
        migrations.AddField(
            model_name='topicarrangement',
            name='title',
            field=models.CharField(blank=True, help_text='What a built-in topic is called here; empty: as we call it', max_length=160),
        ),
        migrations.AlterField(
            model_name='ownguide',
            name='topic',
            field=models.ForeignKey(help_text='From when it is first published', null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='own_guides', to='guides.topic'),
        ),
    ]
