"""Creates the table of links to accounts elsewhere. Written by makemigrations of Django 5.2.19."""

import django.db.models.deletion
import idp.core.clock
import idp.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_privacy'),
    ]

    operations = [
        migrations.CreateModel(
            name='UpstreamLink',
            fields=[
                ('id', models.UUIDField(default=idp.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('provider', models.CharField(choices=[('email', 'E-mail'), ('phone', 'Phone'), ('google', 'Google'), ('facebook', 'Facebook')], max_length=10)),
                ('subject_index', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=idp.core.clock.now, editable=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='upstream_links', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'subject_index'), name='accounts_upstream_link_one_owner')],
            },
        ),
    ]
