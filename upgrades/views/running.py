"""What is done to a running job as a whole: one POST each, one service call each."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import clock
from portal.permissions import demand, needs
from upgrades.forms.jobs import NoteForm
from upgrades.models import JobNote
from upgrades.services import holds, jobs, runs
from upgrades.views.finding import hold_of, job_of, to_job
from upgrades.views.shown import page


@require_POST
@needs("job.run")
def pause(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = runs.pause(job_of(request, pk, "job.run"), by=request.user, at=clock.now())
    if job.state == job.State.PAUSED:
        return to_job(request, job, _("Paused."))
    return to_job(request, job, _("It pauses at the next safe point."))


@require_POST
@needs("job.run")
def resume(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = runs.resume(job_of(request, pk, "job.run"), by=request.user, at=clock.now())
    return to_job(request, job, _("It goes on."))


@require_POST
@needs("job.halt")
def halt(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    job = job_of(request, pk, "job.halt")
    runs.halt(job, by=request.user, reason=reason, at=clock.now())
    return to_job(request, job, _("Halted. Nothing more is begun; everybody concerned is told."))


@require_POST
@needs("job.run")
def abandon(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    job = job_of(request, pk, "job.run")
    runs.abandon(job, by=request.user, reason=reason, at=clock.now())
    return to_job(request, job, _("Abandoned. What it left behind stands below."))


@require_POST
@needs("job.run")
def end_early(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = runs.end_early(job_of(request, pk, "job.run"), by=request.user, at=clock.now())
    return to_job(request, job, _("It ends after the current hop."))


@require_POST
@needs("job.note")
def note(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A remark for us, or for the customer too."""
    job, staff = job_of(request, pk, "job.note"), request.user.is_staff
    form = NoteForm(request.POST, staff=staff)
    if not form.is_valid():
        return page(request, job, noting=form, status=422)
    given = form.cleaned_data
    if given["audience"] == JobNote.Audience.STAFF:
        demand(request.user, "job.note_staff")
    jobs.note(job, **given, by=request.user, at=clock.now())
    return to_job(request, job, _("Noted."))


@require_POST
@needs("hold.release")
def ask_release(request: HttpRequest, pk: uuid.UUID, hold: uuid.UUID) -> HttpResponse:
    """The first of two people, with the vendor's ticket number."""
    found = hold_of(request, pk, hold, "hold.release")
    ticket = request.POST.get("ticket", "")
    holds.ask_release(found, ticket=ticket, by=request.user, at=clock.now())
    job = job_of(request, pk)
    return to_job(request, job, _("Signed. A second person must agree."))


@require_POST
@needs("hold.release")
def release(request: HttpRequest, pk: uuid.UUID, hold: uuid.UUID) -> HttpResponse:
    """The second person: the appliance may be changed again."""
    found = hold_of(request, pk, hold, "hold.release")
    holds.release(found, by=request.user, at=clock.now())
    return to_job(request, job_of(request, pk), _("The lock is released."))
