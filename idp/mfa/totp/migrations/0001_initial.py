"""Creates the table of authenticator apps. Written by makemigrations of Django 5.2.19."""

import django.db.models.deletion
import idp.core.clock
import idp.core.fields
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
            name='TotpAuthenticator',
            fields=[
                ('id', models.UUIDField(default=idp.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=64)),
                ('secret', idp.core.fields.EncryptedTextField()),
                ('last_step', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=idp.core.clock.now, editable=False)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='totp_authenticators', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
