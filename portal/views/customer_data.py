"""What the portal keeps of a customer: who of support opened it, and all of it as one file."""

import uuid

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal import clock
from portal.models import AuditEvent, DataExport
from portal.permissions import needs
from portal.services import customers
from portal.services.erasing import asking
from portal.services.exporting import asking as exporting

SHOWN = 50


@require_safe
@needs("customer.export")
def data(request: HttpRequest) -> HttpResponse:
    exporting.demand_whole(request.user)
    opened = AuditEvent.objects.filter(name="staff.opened").order_by("-number")[:SHOWN]
    taken = AuditEvent.objects.filter(name="customer.exported").order_by("-number")[:SHOWN]
    page = {
        "opened": opened, "taken": taken, "most": SHOWN, "erasure": asking.current(),
        "exports": exporting.latest(), "now": clock.now(),
    }  # fmt: skip
    return render(request, "portal/customer_data.html", page)


@require_POST
@needs("export.ask")
def export(request: HttpRequest) -> HttpResponse:
    """Ask for all of it: a worker makes the file, which is then fetched from the page."""
    exporting.ask(by=request.user, at=clock.now())
    notices.success(request, _("Asked for. The file is here as soon as it is made."))
    return redirect("portal:customer-data", slug=customers.current().slug)


@require_GET  # a look at its head would be told as if all of it had been taken
@needs("customer.export")
def fetch(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The file, while it is kept."""
    exporting.demand_whole(request.user)
    row = get_object_or_404(DataExport.objects, pk=pk)
    pieces = exporting.fetch(row, by=request.user, at=clock.now())
    name = exporting.file_name(row, customers.current().slug)
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Content-Length": str(row.size),
    }
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
