"""Whether a key may do what an action needs: its scope, then its person's role.

Named in the settings, so it must not import views or viewsets: it is loaded while they are.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal import permissions, tenancy
from portal.api import apart
from portal.errors import Refused
from portal.models import ApiKey

# What changes who may do what, or what is looked after: more than acting within it.
ADMINISTERS = frozenset({
    "site.manage", "credentials.manage", "member.manage", "key.manage", "platform.manage",
    "threshold.manage", "webhook.manage", "sandbox.make", "export.ask", "window.correct",
})  # fmt: skip


class KeyScope(PermissionDenied):
    """The key was made for less than this."""

    code = "key-scope"


class KeyOfSites(PermissionDenied):
    """The key (or its person) is limited to sites, and this is of the whole customer."""

    code = "key-of-sites"


class KeyOfNetworks(PermissionDenied):
    """The key was made for other addresses than the caller's."""

    code = "key-of-networks"


class KeyOfSandbox(PermissionDenied):
    """A test key touches its sandbox alone, also where its person may more."""

    code = "key-of-sandbox"


class CustomerNeeded(Refused):
    """A customer comes from the key or from what the address names, never from a body."""

    code = "customer-needed"


class Needs(BasePermission):
    """Asks the policy for what `view.needs` names for the action; one not named is refused."""

    def has_permission(self, request: Request, view: Any) -> bool:
        need = view.needs.get(view.action)
        if need is None:
            return False
        _demand_scope(request, need)
        _keep_apart(request, view, need)
        if view.customer_id is None:
            permissions.demand_staff(request.user, need)
        else:
            if _of_a_row(view) and not permissions.may(request.user, need):
                view.row()  # what they may not see is not there, before they may not do it
            permissions.demand(request.user, need)
        if view.limit is not None and not (view.site_path or view.for_all):
            raise KeyOfSites
        return True


class NeedsAtHome(Needs):
    """Asks within the key's own customer and leaves it again: what is done is done outside it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        need, home = view.needs[view.action], request.auth.customer_id
        _demand_scope(request, need)
        if home is None:
            permissions.demand_staff(request.user, need)
            return True
        with tenancy.transaction(home):
            permissions.demand(request.user, need)
            of_sites = permissions.visible_sites(request.user) is not None
        if of_sites or request.auth.site_ids is not None:
            raise KeyOfSites
        return True


def _keep_apart(request: Request, view: Any, need: str) -> None:
    if not apart.allowed(request.auth, view, method=str(request.method), need=need):
        raise KeyOfSandbox


def _of_a_row(view: Any) -> bool:
    return "pk" in view.kwargs and not view.for_all


def reaches(request: Request, need: str) -> bool:
    """Whether the key was made for as much as an action needs. Also for what a service asks of its
    person beside what the address needs."""
    scope = request.auth.scope
    if scope == ApiKey.Scope.READ and request.method not in SAFE_METHODS:
        return False
    return need not in ADMINISTERS or scope == ApiKey.Scope.ADMINISTER


def _demand_scope(request: Request, need: str) -> None:
    if not reaches(request, need):
        raise KeyScope
