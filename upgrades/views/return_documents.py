"""The papers of a return as PDF, typeset after the transaction like those of jobs."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from appliances.views.returns import find
from portal import clock
from portal.permissions import needs
from upgrades.reports.return_papers import PAPERS
from upgrades.views.documents import Printed, asked


@require_GET
@needs("return.view")
def paper(request: HttpRequest, pk: uuid.UUID, kind: str) -> HttpResponse:
    """`kind` is checklist, label or slip. A virtual appliance has a checklist alone."""
    if kind not in PAPERS:
        raise Http404
    row = find(request, pk, "return.view")
    return Printed(PAPERS[kind](row, at=clock.now(), by=request.user, **asked(request)))
