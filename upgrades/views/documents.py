"""A job's papers as PDF: the approval sheet, the run-book for the rack, the record at the end."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from portal import clock
from portal.permissions import needs
from upgrades.reports import (
    approval as approvals,
    keeping,
    record as records,
    runbook as runbooks,
)
from upgrades.reports.paper import LANGUAGES, SIZES, Paper, chosen
from upgrades.views.finding import job_of


class Printed(HttpResponse):
    """A paper that is typeset once the view's transaction is over: that takes seconds, in which
    the customer's rows stay free. Django calls `render` after the middleware that opened it."""

    def __init__(self, paper: Paper, after: Callable[[bytes], Any] | None = None) -> None:
        super().__init__(content_type="application/pdf")
        self.headers["Content-Language"] = paper.language
        self.headers["Content-Disposition"] = (
            content_disposition_header(False, f"{paper.name}.pdf") or "inline"
        )
        self.paper, self.after = paper, after

    def render(self) -> "Printed":
        self.content = self.paper.pdf()
        if self.after is not None:
            self.after(self.content)
        return self


@require_GET
@needs("job.view")
def runbook(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The plan as steps to tick, with room to write. Refused for a draft, which has no steps."""
    job = job_of(request, pk)
    return Printed(runbooks.paper(job, at=clock.now(), by=request.user, **asked(request)))


@require_GET
@needs("job.view")
def approval(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is to be agreed to, with room to sign. Refused for a draft."""
    job = job_of(request, pk)
    return Printed(approvals.paper(job, at=clock.now(), by=request.user, **asked(request)))


@require_GET
@needs("job.view")
def record(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was planned, done and proven; its SHA-256 goes into the audit trail."""
    job, at, by = job_of(request, pk), clock.now(), request.user
    paper = records.paper(job, at=at, by=by, **asked(request))
    final = records.is_final(job)

    def after(content: bytes) -> None:
        keeping.note(job, paper, content, final=final, by=by, at=at)

    return Printed(paper, after)


def asked(request: HttpRequest, given: QueryDict | None = None) -> dict[str, str]:
    """`language` and `paper` of the address (or of what is `given`); else the reader's own
    language, and A4."""
    given = request.GET if given is None else given
    own = chosen((translation.get_language() or "en").split("-")[0], LANGUAGES, "en")
    return {
        "language": chosen(given.get("language", ""), LANGUAGES, own),
        "size": chosen(given.get("paper", ""), SIZES, "a4"),
    }
