"""What granian serves; a plain WSGI application, so any other server can."""

import os
import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from selfharm_portal import embedded_database, environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selfharm_portal.settings")

try:
    if settings.EMBEDDED_DATABASE:
        embedded_database.start(settings.EMBEDDED_DATABASE)
except environment.Mistake as problem:
    sys.exit(f"A setting is wrong. {problem}")
except embedded_database.StartError as problem:
    sys.exit(f"The database did not start. {problem}")

application = get_wsgi_application()
