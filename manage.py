#!/usr/bin/env python
"""Django's command line for this project: `python manage.py <command>`.

Operators use sync_clients, create_user, ensure_keys and rotate_encryption; the environment decides which provider
they act on. The server itself is `python -m idp.config.serve`.
"""

import os
import sys

from idp.config.env import EnvironmentRefused


def main() -> int:
    """Run one command; the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.config.settings")
    # Files a command makes, such as the embedded database, are for this user only.
    os.umask(0o077)
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # reads the settings

    try:
        execute_from_command_line(sys.argv)
    except EnvironmentRefused as refused:
        sys.stderr.write("".join(f"{problem}\n" for problem in refused.problems))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
