from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('releases', '0002_topics_by_slug'),
    ]

    operations = [
        migrations.AddField(
            model_name='opening',
            name='times',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='opening',
            name='way',
            field=models.CharField(choices=[('page', 'read'), ('csv', 'taken as CSV'), ('xlsx', 'taken as Excel file'), ('pdf', 'taken as PDF'), ('demand', 'read in the demand map'), ('case', 'read in a business case'), ('case_file', 'taken in a file of a business case'), ('gate', 'read at a gate')], default='page', max_length=9),
        ),
    ]
