"""Programs that measure this package, by hand: figures depend on the machine, so no test does it.

Django is set up here, since what they import needs it.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
