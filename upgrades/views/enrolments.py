"""A site's place in a rollout: what the customer decides, and what support does for it."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from portal import clock, permissions
from portal.permissions import needs
from upgrades.forms.rollouts import ReasonForm
from upgrades.models import Enrolment
from upgrades.services import enrolments

ACTS = {
    "include": enrolments.include, "reopen": enrolments.reopen, "retry": enrolments.retry,
}  # fmt: skip


@require_POST
@needs("enrolment.decide")
def decline(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = _named(request, pk, "enrolment.decide")
    enrolments.decline(found, reason=_reason(request), by=request.user, at=clock.now())
    return _back(request, found)


@require_POST
@needs("enrolment.manage")
def exclude(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = _named(request, pk, "enrolment.manage")
    enrolments.exclude(found, reason=_reason(request), by=request.user, at=clock.now())
    return _back(request, found)


@require_POST
@needs("enrolment.manage")
def act(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in ACTS:
        raise Http404
    found = _named(request, pk, "enrolment.manage")
    ACTS[verb](found, by=request.user, at=clock.now())
    return _back(request, found)


def _named(request: Any, pk: uuid.UUID, need: str) -> Enrolment:
    """What a customer may see: nothing of a draft, nothing of sites beyond its membership."""
    rows = Enrolment.objects.select_related("rollout__release", "rollout__made_by", "site", "job")
    found = get_object_or_404(rows, pk=pk, rollout__state__in=enrolments.SHOWN)
    permissions.demand(request.user, need, site_id=found.site_id)
    return found


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


def _back(request: Any, found: Enrolment) -> HttpResponse:
    if request.user.is_staff:
        return redirect("upgrades:rollout-sites", pk=found.rollout_id)
    return redirect("upgrades:site", slug=request.customer.slug, pk=found.site_id)
