"""What the portal keeps of a customer: who of support opened it, and all of it as one file."""

import uuid
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from portal import audit, clock, permissions
from portal.models import AuditEvent, User
from portal.permissions import needs
from portal.services import customer_export, customers
from portal.services.erasing import asking

SHOWN = 50


@require_safe
@needs("customer.export")
def data(request: HttpRequest) -> HttpResponse:
    _whole(request.user)
    opened = AuditEvent.objects.filter(name="staff.opened").order_by("-number")[:SHOWN]
    taken = AuditEvent.objects.filter(name="customer.exported").order_by("-number")[:SHOWN]
    page = {"opened": opened, "taken": taken, "most": SHOWN, "erasure": asking.current()}
    return render(request, "portal/customer_data.html", page)


@require_POST
@needs("customer.export")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The file, written while it is read. That it was asked for stands in the trail before."""
    _whole(request.user)
    at, customer = clock.now(), customers.current()
    audit.record("customer.exported", customer, by=request.user, at=at)
    pieces = customer_export.pack(customer.pk, demand=_still(request.user.pk), at=at)
    name = f"{customer.slug}-{at:%Y-%m-%d}.zip"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


def _whole(user: User) -> None:
    """All of it is for those alone who see all of it."""
    if permissions.visible_sites(user) is not None:
        raise PermissionDenied


def _still(user_id: uuid.UUID) -> Callable[[], None]:
    """Asked anew with every piece: somebody who loses the right meanwhile gets no more."""

    def demand() -> None:
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise Http404
        permissions.demand(user, "customer.export")
        _whole(user)

    return demand
