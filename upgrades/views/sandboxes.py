"""The page of a sandbox: until when it lives, and its end."""

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.models import Customer
from portal.permissions import needs
from portal.services import customers
from upgrades.services import ending


@require_safe
@needs("sandbox.make")
def sandbox(request: HttpRequest) -> HttpResponse:
    row = _current()
    ending.demand_whole(request.user)
    return render(request, "upgrades/sandbox.html", {"ends_at": ending.ends_at(row)})


@require_POST
@needs("sandbox.make")
def end(request: HttpRequest) -> HttpResponse:
    """At once and for good."""
    row = _current()
    ending.end(row, by=request.user, at=clock.common())
    notices.success(request, _("%(name)s has ended. What it held is being erased.") % {
        "name": row.name})  # fmt: skip
    return redirect("portal:start")


def _current() -> Customer:
    row = customers.current()
    if not row.is_sandbox:
        raise Http404
    return row
