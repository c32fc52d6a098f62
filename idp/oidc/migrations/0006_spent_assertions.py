# Client assertions that were used, so that each proves its client once.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('oidc', '0005_keys_and_resources'),
    ]

    operations = [
        migrations.CreateModel(
            name='SpentAssertion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jti_digest', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('client', 'jti_digest'), name='oidc_assertion_spent_once')],
            },
        ),
    ]
