"""What people said about the use of their data. Written by makemigrations of Django 5.2.19."""

import django.db.models.deletion
import idp.core.clock
import idp.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentRecord',
            fields=[
                ('id', models.UUIDField(default=idp.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(max_length=40)),
                ('given', models.BooleanField()),
                ('text_version', models.CharField(max_length=40)),
                ('at', models.DateTimeField(default=idp.core.clock.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consent_records', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
