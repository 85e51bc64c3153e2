"""The web server's entry point."""

import os

from django.core.wsgi import get_wsgi_application

from portal.services import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
database.refuse_dangerous_role()
