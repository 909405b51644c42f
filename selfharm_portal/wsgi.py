"""What granian serves; a plain WSGI application, so any other server can."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from selfharm_portal import embedded_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selfharm_portal.settings")

if settings.EMBEDDED_DATABASE:
    embedded_database.start(settings.EMBEDDED_DATABASE)

application = get_wsgi_application()
