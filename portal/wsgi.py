"""The web server's entry point."""

import gc

from portal.application import application
from portal.services import database

__all__ = ["application"]

database.refuse_dangerous_role()
# What was imported stays for good: the collector need not walk it again whenever a page makes
# many objects, which took a third of the time of a large one.
gc.collect()
gc.freeze()
