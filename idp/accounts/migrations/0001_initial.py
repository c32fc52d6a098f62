"""Creates the table of accounts. Written by makemigrations of Django 5.2.19."""

import idp.accounts.fields
import idp.core.clock
import idp.core.fields
import idp.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=idp.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('email', idp.accounts.fields.EmailAddressField(blank=True, null=True)),
                ('email_index', idp.core.fields.BlindIndexField(editable=False, label='accounts.email', max_length=64, null=True, of='email', unique=True)),
                ('email_verified', models.BooleanField(default=False)),
                ('email_verified_at', models.DateTimeField(blank=True, null=True)),
                ('phone_number', idp.accounts.fields.PhoneNumberField(blank=True, null=True)),
                ('phone_number_index', idp.core.fields.BlindIndexField(editable=False, label='accounts.phone', max_length=64, null=True, of='phone_number', unique=True)),
                ('phone_number_verified', models.BooleanField(default=False)),
                ('phone_number_verified_at', models.DateTimeField(blank=True, null=True)),
                ('role', models.CharField(choices=[('client', 'Client'), ('vendor', 'Vendor'), ('staff', 'Staff'), ('admin', 'Administrator'), ('editor', 'Editor'), ('support', 'Support'), ('assistant', 'Assistant'), ('moderator', 'Moderator'), ('super_client', 'Super client'), ('super_vendor', 'Super vendor'), ('super_staff', 'Super staff'), ('super_admin', 'Super administrator'), ('super_editor', 'Super editor'), ('super_support', 'Super support'), ('super_assistant', 'Super assistant'), ('super_moderator', 'Super moderator')], default='client', max_length=20)),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('auth_provider', models.CharField(choices=[('email', 'E-mail'), ('phone', 'Phone'), ('google', 'Google'), ('facebook', 'Facebook')], default='email', max_length=10)),
                ('member_id', models.CharField(blank=True, max_length=32, null=True, unique=True)),
                ('name', models.CharField(blank=True, max_length=255)),
                ('given_name', models.CharField(blank=True, max_length=100)),
                ('family_name', models.CharField(blank=True, max_length=100)),
                ('middle_name', models.CharField(blank=True, max_length=100)),
                ('nickname', models.CharField(blank=True, max_length=100)),
                ('preferred_username', models.CharField(blank=True, max_length=100)),
                ('profile', models.CharField(blank=True, max_length=2000)),
                ('picture', models.CharField(blank=True, max_length=2000)),
                ('website', models.CharField(blank=True, max_length=2000)),
                ('gender', models.CharField(blank=True, max_length=50)),
                ('birthdate', models.CharField(blank=True, max_length=10)),
                ('zoneinfo', models.CharField(blank=True, max_length=64)),
                ('locale', models.CharField(blank=True, max_length=35)),
                ('address', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(default=idp.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=idp.core.clock.now, editable=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('email_index__isnull', False), ('phone_number_index__isnull', False), _connector='OR'), name='accounts_user_has_identifier'), models.CheckConstraint(condition=models.Q(models.Q(('email__isnull', True), ('email_index__isnull', True)), models.Q(('email__isnull', False), ('email_index__isnull', False)), _connector='OR'), name='accounts_user_email_with_index'), models.CheckConstraint(condition=models.Q(models.Q(('phone_number__isnull', True), ('phone_number_index__isnull', True)), models.Q(('phone_number__isnull', False), ('phone_number_index__isnull', False)), _connector='OR'), name='accounts_user_phone_with_index'), models.CheckConstraint(condition=models.Q(('email_verified', False), ('email_index__isnull', False), _connector='OR'), name='accounts_user_email_verified_is_there'), models.CheckConstraint(condition=models.Q(('phone_number_verified', False), ('phone_number_index__isnull', False), _connector='OR'), name='accounts_user_phone_verified_is_there')],
            },
        ),
    ]
