"""The chain over the trail: links and seals. Written by makemigrations of Django 5.2.19."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0012_upstream_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('event_id', models.UUIDField(unique=True)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('last', models.BigIntegerField()),
                ('head', models.CharField(max_length=64)),
                ('settled', models.BigIntegerField()),
                ('token', models.TextField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
    ]
