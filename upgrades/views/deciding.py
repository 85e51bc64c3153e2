"""What is decided on a job before it runs: one POST each, one service call each."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import clock
from portal.permissions import needs
from upgrades.services import jobs, runs
from upgrades.views.finding import booking_of, job_of, to_job
from upgrades.views.shown import page
from upgrades.views.slots import move_form, moved


@require_POST
@needs("job.submit")
def submit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = job_of(request, pk, "job.submit")
    jobs.submit(job, by=request.user, at=clock.now())
    return to_job(request, job, _("Submitted. Somebody else must approve it now."))


@require_POST
@needs("job.approve")
def approve(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Of the plan that was on the page: its digest comes back with the approval."""
    job = job_of(request, pk, "job.approve")
    digest = request.POST.get("digest", "")
    jobs.approve(
        job, by=request.user, at=clock.now(), digest=digest, word=bool(request.POST.get("word"))
    )
    return to_job(request, job, _("Approved. Its windows are booked."))


@require_POST
@needs("job.approve")
def reject(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = job_of(request, pk, "job.approve")
    jobs.reject(job, by=request.user, reason=request.POST.get("reason", ""), at=clock.now())
    return to_job(request, job, _("Rejected. Whoever asked for it is told why."))


@require_POST
@needs("job.submit")
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = job_of(request, pk, "job.submit")
    jobs.withdraw(job, by=request.user, at=clock.now())
    return to_job(request, job, _("Withdrawn. Its windows are free again."))


@require_POST
@needs("job.submit")
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = job_of(request, pk, "job.submit")
    jobs.cancel(job, by=request.user, reason=request.POST.get("reason", ""), at=clock.now())
    return to_job(request, job, _("Cancelled. Its windows are free again."))


@require_POST
@needs("job.run")
def start(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin to prepare now; the windows themselves never open early."""
    job = runs.start(job_of(request, pk, "job.run"), by=request.user, at=clock.now())
    if job.state == job.State.RUNNING:
        return to_job(request, job, _("Started."))
    return to_job(request, job, _("Not started: the approval is void. The reason stands below."))


@require_POST
@needs("job.submit")
def move(request: HttpRequest, pk: uuid.UUID, window: int) -> HttpResponse:
    """Move a booking to one of the slots that were offered."""
    booking, at = booking_of(request, pk, window, "job.submit"), clock.now()
    form = move_form(request, booking, at, request.POST)
    if not form.is_valid():
        return page(request, booking.job, moving={window: form}, status=422)
    return to_job(request, booking.job, moved(request, booking, form, at))
