"""Creates the table of what accounts were imported from. Written by makemigrations of Django 5.2.19."""

import django.db.models.deletion
import idp.core.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_privacy'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedAccount',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('row_digest', models.BinaryField()),
                ('imported_at', models.DateTimeField(default=idp.core.clock.now, editable=False)),
            ],
        ),
    ]
