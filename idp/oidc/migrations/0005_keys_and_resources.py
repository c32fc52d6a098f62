# Rotation of signing keys: since when a key is in its state, one key waiting per algorithm, private halves that are erased.
# And the resources a client may ask tokens for, beside its default one (RFC 8707).

import django.utils.timezone
from django.db import migrations, models

import idp.core.fields


class Migration(migrations.Migration):

    dependencies = [
        ('oidc', '0004_client_suspended'),
    ]

    operations = [
        migrations.AddField(
            model_name='client',
            name='allowed_resources',
            field=models.JSONField(blank=True, default=list),
        ),
        # Keys that exist begin their period now.
        migrations.AddField(
            model_name='signingkey',
            name='state_since',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='signingkey',
            name='private_pem',
            field=idp.core.fields.EncryptedTextField(null=True),
        ),
        migrations.AddConstraint(
            model_name='signingkey',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'next')), fields=('algorithm',), name='oidc_one_next_key_per_algorithm'),
        ),
    ]
