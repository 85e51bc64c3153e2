"""The web server's entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from portal.services import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
database.refuse_dangerous_role()
# What was imported stays for good: the collector need not walk it again whenever a page makes
# many objects, which took a third of the time of a large one.
gc.collect()
gc.freeze()
