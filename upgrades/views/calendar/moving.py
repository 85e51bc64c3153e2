"""A booking on its own page: what stands against it, and where it may go. It is chosen, looked at
once more, and then moved; each step is a page of its own."""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock, permissions
from portal.permissions import needs
from upgrades import queries
from upgrades.forms.jobs import MoveForm
from upgrades.models import Booking
from upgrades.models.job import ENDED
from upgrades.models.purpose import WITH_PURPOSE
from upgrades.services import availability, rebooking
from upgrades.services.agenda import conflicts, entries
from upgrades.services.agenda.entries import Scope
from upgrades.views import planned, slots
from upgrades.views.calendar import choosing
from upgrades.views.finding import whose

NAMED = ("requested_by", "approved_by", *WITH_PURPOSE)
EVERY = tuple(Booking.State.values)
COULD_NOT = 422


@require_safe
@needs("job.view")
def booking(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One booking: when, of what, whether it still fits, and where it may be moved."""
    return _page(request, _find(request, pk, "job.view"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("job.submit")
def move(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """By GET, what a move would change; by POST it is made, as from the job's page."""
    found, at = _find(request, pk, "job.submit"), clock.now()
    given = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and not _movable(found):  # a POST is told why by the service
        return redirect("upgrades:calendar-booking", slug=_slug(request), pk=pk)
    form = slots.move_form(request, found, at, given)
    if not form.is_valid():
        return _page(request, found, form=form, status=COULD_NOT)
    if request.method == "POST":
        notices.success(request, slots.moved(request, found, form, at))
        return redirect("upgrades:calendar-booking", slug=_slug(request), pk=pk)
    start = form.cleaned_data["start"]
    overriding = bool(form.cleaned_data.get("override"))
    refused = next((n for n in form.refused if n.start == start and overriding), None)
    shown = {
        "booking": found, "job": found.job, "site": found.site, "start": start, "form": form,
        "refused": refused, "whole_path": form.cleaned_data.get("whole_path"),
        "override": form.cleaned_data.get("override", ""),
        "keeps": rebooking.keeps_approval(found.job, start, request.user),
    }  # fmt: skip
    return render(request, "upgrades/calendar_move.html", shown)


def _find(request: HttpRequest, pk: uuid.UUID, action: str) -> Booking:
    named = Booking.objects.select_related("site", "job", *(f"job__{each}" for each in NAMED))
    found = get_object_or_404(named, pk=pk)
    permissions.demand(request.user, action, site_id=found.site_id)
    found.job.site, found.customer = found.site, request.customer  # type: ignore[attr-defined]
    found.job.customer = found.site.customer = found.customer
    return found


def _movable(found: Booking) -> bool:
    return found.job.state not in ENDED and found.state in slots.MOVABLE


def _slug(request: Any) -> str:
    return request.customer.slug


def _page(
    request: Any, found: Booking, *, form: MoveForm | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    at, scope = clock.now(), Scope(whose(request), states=EVERY)
    why = conflicts.of([entries.of(found)], scope, at=at).get(found.pk, ())
    may = _movable(found) and request.may("job.submit")
    form = form or (slots.move_form(request, found, at) if may else None)
    shown = {
        "booking": found, "job": found.job, "site": found.site,
        "night": planned.booked(found, found.job.plan, queries.bookings_of(found.job)),
        "ahead": _movable(found),
        "reasons": [availability.told(each, found.site.zone) for each in why],
        "form": form, "groups": choosing.groups(form, request.user.zone) if form else [],
    }  # fmt: skip
    return render(request, "upgrades/calendar_booking.html", shown, status=status)
