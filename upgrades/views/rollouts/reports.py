"""A rollout's report on paper: asked for, how far it is, and the file. For staff alone."""

import uuid

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.permissions import needs
from upgrades.models import RolloutReport
from upgrades.services.rollouts import reports
from upgrades.views.documents import asked
from upgrades.views.rollouts.pages import named, reports_shown as shown


@require_POST
@needs("rollout.view")
def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`language` and `paper` as for any paper; a worker makes it."""
    reports.ask(named(pk), by=request.user, at=clock.now(), **asked(request, request.POST))
    return redirect(reverse("upgrades:rollout", kwargs={"pk": pk}) + "#reports")


@require_safe
@needs("rollout.view")
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The part of the rollout's page that says how far its reports are."""
    found = named(pk)
    page = {"rollout": found, **shown(found)}
    return render(request, "upgrades/parts/rollout_reports.html", page)


@require_safe
@needs("rollout.view")
def file(request: HttpRequest, pk: uuid.UUID, report: uuid.UUID) -> StreamingHttpResponse:
    row = get_object_or_404(RolloutReport, pk=report, rollout=pk)
    headers = {
        "Content-Language": row.language,
        "Content-Length": str(row.size),
        "Content-Disposition": content_disposition_header(
            False, f"rollout-{row.rollout_id.hex[:8]}-report-{row.language}.pdf"
        ) or "inline",
    }  # fmt: skip
    pieces = reports.open_file(row)
    return StreamingHttpResponse(pieces, content_type="application/pdf", headers=headers)
