"""Django's command line for the example backend: `python manage.py migrate`, `makemigrations`, `check`."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command; a bad environment gives sentences instead of a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_backend.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as exc:
        sys.exit(str(exc))


if __name__ == "__main__":
    main()
