"""Creates the table of one-time codes. Written by makemigrations of Django 5.2.19."""

import idp.core.clock
import idp.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.UUIDField(default=idp.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('slot', models.CharField(max_length=64)),
                ('address', models.CharField(max_length=64)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=idp.core.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['address', 'created_at'], name='codes_to_address')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('slot',), name='one_open_code')],
            },
        ),
    ]
