"""Commands an operator runs: `python manage.py create_user …`."""
