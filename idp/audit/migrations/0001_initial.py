"""Creates the audit trail's table. Written by makemigrations of Django 5.2.19."""

import idp.core.clock
import idp.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='SecurityEvent',
            fields=[
                ('id', models.UUIDField(default=idp.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('event', models.CharField(choices=[('login_succeeded', 'Signed in'), ('login_failed', 'Sign-in failed'), ('session_ended', 'Session ended'), ('logout', 'Signed out'), ('consent_granted', 'Consent granted'), ('consent_denied', 'Consent denied'), ('consent_withdrawn', 'Consent withdrawn'), ('code_replayed', 'Authorization code used twice'), ('refresh_replayed', 'Refresh token used twice'), ('token_revoked', 'Token revoked'), ('client_authentication_failed', 'Client authentication failed'), ('user_created', 'Account created'), ('user_updated', 'Account changed'), ('user_deactivated', 'Account disabled'), ('user_reactivated', 'Account enabled'), ('password_changed', 'Password changed'), ('client_created', 'Client registered'), ('client_changed', 'Client changed'), ('client_disabled', 'Client disabled'), ('key_created', 'Signing key created'), ('key_retired', 'Signing key retired')], max_length=40)),
                ('at', models.DateTimeField(default=idp.core.clock.now)),
                ('pseudonym', models.CharField(blank=True, max_length=64)),
                ('client_id', models.CharField(blank=True, max_length=255)),
                ('sid', models.UUIDField(blank=True, null=True)),
                ('browser', models.CharField(blank=True, max_length=64)),
                ('request_id', models.CharField(blank=True, max_length=64)),
                ('detail', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ('-at', '-id'),
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['pseudonym', '-at'], name='audit_by_person'), models.Index(fields=['event', '-at'], name='audit_by_kind')],
            },
        ),
    ]
