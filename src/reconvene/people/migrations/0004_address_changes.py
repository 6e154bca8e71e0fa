import django.db.models.deletion
import reconvene.base.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_currency'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='address_changed_at',
            field=models.DateTimeField(blank=True, help_text='Every browser that was signed in before is signed out', null=True),
        ),
        migrations.CreateModel(
            name='AddressChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('was', models.EmailField(max_length=254)),
                ('changed_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(help_text='When the message to the address that it was lay in the outbox', null=True)),
                ('by', models.ForeignKey(help_text='Who brought the file; empty: the command line', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', reconvene.base.models.OrganisationKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
