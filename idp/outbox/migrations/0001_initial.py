# Messages to the outside, and when each chore is due next.

import idp.core.clock
import idp.core.fields
import idp.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ChoreRun',
            fields=[
                ('name', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('next_run_at', models.DateTimeField(default=idp.core.clock.now)),
                ('last_done_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=idp.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('receiver', models.CharField(blank=True, default='', max_length=255)),
                ('order_key', models.CharField(blank=True, default='', max_length=128)),
                ('payload', idp.core.fields.EncryptedTextField(null=True)),
                ('created_at', models.DateTimeField(default=idp.core.clock.now)),
                ('next_attempt_at', models.DateTimeField(default=idp.core.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, default='', max_length=200)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('dead_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('dead_at__isnull', True), ('delivered_at__isnull', True)), fields=['next_attempt_at'], name='outbox_due'), models.Index(condition=models.Q(('dead_at__isnull', True), ('delivered_at__isnull', True), models.Q(('order_key', ''), _negated=True)), fields=['order_key', 'id'], name='outbox_in_order')],
            },
        ),
    ]
