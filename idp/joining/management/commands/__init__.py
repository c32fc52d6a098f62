"""Commands an operator runs: `python manage.py rotate_encryption`."""
