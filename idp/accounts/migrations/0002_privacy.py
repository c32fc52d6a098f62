"""When the account is erased, since when its use is restricted, whether news may be sent. Written by makemigrations of Django 5.2.19."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='erasure_due_at',
            field=models.DateTimeField(blank=True, db_index=True, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='marketing_allowed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='user',
            name='restricted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
