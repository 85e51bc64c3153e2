"""Sandboxes and everything else, kept apart: a test key touches its sandbox alone, and a sandbox is
touched by its own keys alone."""

import uuid
from typing import Any

from django.http import Http404
from rest_framework.permissions import SAFE_METHODS

from portal import permissions
from portal.models import Customer


def of_platform(view: Any) -> bool:
    """Whether what a resource shows belongs to no customer."""
    return bool(view.for_all and view.owner == "customer_id")


def allowed(key: Any, view: Any, *, method: str, need: str) -> bool:
    """A test key of staff does nothing to the platform, and reads of it what every member may."""
    if not key.is_test or view.personal or not of_platform(view):
        return True
    return method in SAFE_METHODS and permissions.MAY[need] >= permissions.EVERY_MEMBER


def named(view: Any, key: Any) -> uuid.UUID | None:
    """The customer of a key; for a key of every customer that which the address names, where
    something is made: a real one. A key of one customer may name only its own. What is no id is
    refused later, with the other parameters. Raises Http404."""
    own: uuid.UUID | None = key.customer_id
    given = view.request.query_params.get("customer")
    if view.action not in view.at_customer or given is None:
        return own
    try:
        wanted = uuid.UUID(given)
    except ValueError:
        return own
    real = Customer.across.filter(pk=wanted, rehearses=False, sandbox_shapes=None)
    if wanted != own and (own is not None or not real.exists()):
        raise Http404
    return wanted
