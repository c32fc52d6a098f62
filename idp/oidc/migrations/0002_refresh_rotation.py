"""Columns of refresh-token rotation. No refresh token exists before this migration, so the one-off default is never seen."""

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('oidc', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='refreshtoken',
            name='oidc_refresh_family',
        ),
        migrations.AddField(
            model_name='client',
            name='refresh_token_grace_seconds',
            field=models.PositiveIntegerField(default=60),
        ),
        migrations.AddField(
            model_name='client',
            name='refresh_token_max_lifetime_seconds',
            field=models.PositiveIntegerField(default=2592000),
        ),
        migrations.AddField(
            model_name='client',
            name='refresh_token_rotation',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='refreshtoken',
            name='expires',
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='refreshtoken',
            name='generation',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='refreshtoken',
            name='rotated_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='refreshtoken',
            name='rotation_scope',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='refreshtoken',
            name='scope',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='refreshtoken',
            name='successor_key_id',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='refreshtoken',
            name='successor_salt',
            field=models.CharField(blank=True, default='', max_length=43),
        ),
        migrations.AddConstraint(
            model_name='refreshtoken',
            constraint=models.UniqueConstraint(fields=('token_family', 'generation'), name='oidc_refresh_one_per_generation'),
        ),
    ]
