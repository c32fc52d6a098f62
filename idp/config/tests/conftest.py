"""What PostgreSQL does joins the run when there is one."""

from django.conf import settings

collect_ignore = ["test_postgresql.py"] if settings.ENVIRONMENT.uses_sqlite else []
