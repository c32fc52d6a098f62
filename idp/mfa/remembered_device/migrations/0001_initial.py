"""Creates the table of remembered devices. Written by makemigrations of Django 5.2.19."""

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
            name='RememberedDevice',
            fields=[
                ('id', models.UUIDField(default=idp.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(db_index=True, max_length=64)),
                ('user_agent', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(default=idp.core.clock.now, editable=False)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remembered_devices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'digest'), name='mfa_remembered_once')],
            },
        ),
    ]
