"""Django's PostgreSQL backend, which asks less often whether its connection is still there (`base.py`)."""
