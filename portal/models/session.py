from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.module_loading import import_string


class Session(AbstractBaseSession):
    """A browser that somebody is signed in with, or that has begun to sign in.

    Its key opens it, so it is never shown. What is beside it is copied from the session itself
    whenever that is kept: whose it is, and what the person may recognise it by.
    """

    user = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=60, blank=True, default="")
    address = models.CharField(max_length=60, blank=True, default="")  # shortened
    tie_id = models.UUIDField(null=True)  # of the company's account that it was made with

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The store that opens sessions of this model, by its name: it imports the model itself."""
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")
