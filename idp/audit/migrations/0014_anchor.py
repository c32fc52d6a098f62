"""Where the trail begins, and the event that says so. Written by makemigrations of Django 5.2.19."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0013_chain'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditAnchor',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('last', models.BigIntegerField()),
                ('token', models.TextField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AlterField(
            model_name='securityevent',
            name='event',
            field=models.CharField(choices=[('login_succeeded', 'Signed in'), ('login_failed', 'Sign-in failed'), ('session_ended', 'Session ended'), ('new_device', 'Signed in on a new device'), ('sign_in_disowned', 'Sign-in disowned by the owner'), ('logout', 'Signed out'), ('logout_notice_failed', 'A client could not be told of a sign-out'), ('consent_granted', 'Consent granted'), ('consent_denied', 'Consent denied'), ('consent_withdrawn', 'Consent withdrawn'), ('code_replayed', 'Authorization code used twice'), ('refresh_replayed', 'Refresh token used twice'), ('token_revoked', 'Token revoked'), ('client_authentication_failed', 'Client authentication failed'), ('user_created', 'Account created'), ('contact_verified', 'Address confirmed'), ('user_viewed', 'Account looked at by staff'), ('user_updated', 'Account changed'), ('user_deactivated', 'Account disabled'), ('user_reactivated', 'Account enabled'), ('password_changed', 'Password changed'), ('address_changed', 'Address changed'), ('recovery_begun', 'Recovery begun'), ('factor_added', 'Sign-in method added'), ('factor_renamed', 'Sign-in method renamed'), ('factor_removed', 'Sign-in method removed'), ('recovery_codes_made', 'Recovery codes made'), ('recovery_code_used', 'Recovery code used'), ('factor_refused', 'Second factor refused'), ('upstream_linked', 'Sign-in service connected'), ('upstream_unlinked', 'Sign-in service disconnected'), ('factors_reset', 'Sign-in methods reset'), ('device_remembered', 'Device remembered'), ('device_forgotten', 'Device forgotten'), ('data_exported', 'Data exported'), ('deletion_requested', 'Deletion requested'), ('deletion_cancelled', 'Deletion cancelled'), ('account_erased', 'Account erased'), ('processing_restricted', 'Use of data restricted'), ('restriction_lifted', 'Restriction of use lifted'), ('marketing_allowed', 'News by mail allowed'), ('marketing_withdrawn', 'News by mail no longer allowed'), ('audit_dropped', 'Old events of this trail dropped'), ('client_created', 'Client registered'), ('client_changed', 'Client changed'), ('client_disabled', 'Client disabled'), ('key_created', 'Signing key created'), ('key_retired', 'Signing key retired')], max_length=40),
        ),
    ]
