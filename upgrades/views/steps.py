"""What a person does to a step: one POST each, one service call each."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import clock
from portal.errors import Refused
from portal.permissions import needs
from upgrades.forms.evidence import EvidenceForm
from upgrades.forms.handing import HandOverForm
from upgrades.services import handing, skipping, steps
from upgrades.views.finding import job_of, step_of, to_job
from upgrades.views.shown import page


@require_POST
@needs("step.act")
def confirm(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    """It is done, with what proves it."""
    return _prove(request, pk, seq, steps.confirm, _("Confirmed."))


@require_POST
@needs("step.act")
def accept(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    """It is done although the portal could not see it: on a person's word, with evidence."""
    return _prove(request, pk, seq, steps.accept, _("Accepted with your evidence."))


def _prove(request, pk, seq, act, said):  # type: ignore[no-untyped-def]
    """A refusal of what was typed comes back beside the field; nothing typed is lost."""
    step = step_of(request, pk, seq, "step.act")
    form = EvidenceForm(step, request.POST, request.FILES)
    if not form.is_valid():
        return page(request, step.job, bound=form, status=422)
    values, uploads = form.values(), form.uploads()
    try:
        act(step, values=values, files=uploads, by=request.user, at=clock.now())
    except Refused as refusal:
        if not form.takes(refusal):
            raise
        return page(request, job_of(request, pk), bound=form, status=409)
    return to_job(request, step.job, said)


@require_POST
@needs("step.act")
def report(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    """It does not work."""
    step = step_of(request, pk, seq, "step.act")
    steps.report(step, by=request.user, reason=request.POST.get("reason", ""), at=clock.now())
    return to_job(request, step.job, _("Reported. The step is held; everybody concerned is told."))


@require_POST
@needs("step.act")
def retry(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    step = step_of(request, pk, seq, "step.act")
    steps.retry(step, by=request.user, at=clock.now())
    return to_job(request, step.job, _("It is tried again."))


@require_POST
@needs("step.skip")
def skip(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    """Go on without it; a guard needs a second person's agreement."""
    step = step_of(request, pk, seq, "step.skip")
    skipping.skip(step, by=request.user, reason=request.POST.get("reason", ""), at=clock.now())
    if step.state == step.State.SKIPPED:
        return to_job(request, step.job, _("Skipped."))
    return to_job(request, step.job, _("Asked. A second person must agree."))


@require_POST
@needs("step.act")
def extend(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    """Give the clients more time."""
    step = step_of(request, pk, seq, "step.act")
    hours = request.POST.get("hours", "")
    number = int(hours) if hours.isdecimal() and len(hours) < 5 else 0
    skipping.extend(step, hours=number, by=request.user, at=clock.now())
    return to_job(request, step.job, _("Extended."))


@require_POST
@needs("step.act")
def take(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    step = step_of(request, pk, seq, "step.act")
    handing.take(step, by=request.user, at=clock.now())
    return to_job(request, step.job, _("You hold this step."))


@require_POST
@needs("step.act")
def give_back(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    step = step_of(request, pk, seq, "step.act")
    handing.give_back(step, by=request.user, at=clock.now())
    return to_job(request, step.job, _("Given back: nobody holds it now."))


@require_POST
@needs("step.act")
def hand_over(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    """Offer it to a named person."""
    step = step_of(request, pk, seq, "step.act")
    form = HandOverForm(step, handing.candidates(step.job, by=request.user), request.POST)
    to = form.cleaned_data["to"] if form.is_valid() else None
    note = request.POST.get("note", "")
    handing.hand_over(step, to=to, note=note, by=request.user, at=clock.now())
    return to_job(request, step.job, _("Offered. It is theirs once they accept it."))


@require_POST
@needs("step.act")
def accept_handover(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    step = step_of(request, pk, seq, "step.act")
    handing.accept_handover(step, by=request.user, at=clock.now())
    return to_job(request, step.job, _("You hold this step."))
