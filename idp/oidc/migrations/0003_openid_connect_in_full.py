# What OpenID Connect in full records: client keys, token shapes, logout addresses, requested claims.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('oidc', '0002_refresh_rotation'),
    ]

    operations = [
        migrations.AddField(
            model_name='accesstoken',
            name='requested_claims',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='authorizationcode',
            name='requested_claims',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='client',
            name='access_token_format',
            field=models.CharField(default='opaque', max_length=8),
        ),
        migrations.AddField(
            model_name='client',
            name='backchannel_logout_session_required',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='client',
            name='backchannel_logout_uri',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='client',
            name='client_assertion_audience',
            field=models.CharField(default='issuer_or_token_endpoint', max_length=32),
        ),
        migrations.AddField(
            model_name='client',
            name='default_acr_values',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='client',
            name='default_max_age',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='client',
            name='jwks',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='client',
            name='jwks_uri',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='client',
            name='previous_client_secret',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='client',
            name='previous_client_secret_until',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='client',
            name='token_endpoint_auth_signing_alg',
            field=models.CharField(blank=True, default='', max_length=8),
        ),
        migrations.AddField(
            model_name='client',
            name='userinfo_signed_response_alg',
            field=models.CharField(blank=True, default='', max_length=8),
        ),
        migrations.AddField(
            model_name='refreshtoken',
            name='requested_claims',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
