"""The WSGI application the production server loads in each worker."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_backend.settings")
application = get_wsgi_application()
