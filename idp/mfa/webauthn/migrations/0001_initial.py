"""Creates the tables of passkeys and of their owners' handles. Written by makemigrations of Django 5.2.19."""

import django.db.models.deletion
import idp.core.clock
import idp.core.ids
import idp.mfa.webauthn.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PasskeyOwner',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='passkey_owner', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('handle', models.CharField(default=idp.mfa.webauthn.models.new_handle, editable=False, max_length=88, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Passkey',
            fields=[
                ('id', models.UUIDField(default=idp.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=64)),
                ('credential_id', models.CharField(max_length=1364, unique=True)),
                ('public_key', models.BinaryField()),
                ('sign_count', models.BigIntegerField(default=0)),
                ('aaguid', models.UUIDField()),
                ('attestation_format', models.CharField(max_length=32)),
                ('transports', models.JSONField(default=list)),
                ('backup_eligible', models.BooleanField()),
                ('backed_up', models.BooleanField()),
                ('is_second_step', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(default=idp.core.clock.now, editable=False)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('copied_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passkeys', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
