# Remembered consents cover claims that were asked for singly.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('oidc', '0006_spent_assertions'),
    ]

    operations = [
        migrations.AddField(
            model_name='consent',
            name='claims',
            field=models.JSONField(blank=True, default=list),
        ),
    ]
