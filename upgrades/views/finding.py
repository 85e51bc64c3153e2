"""The rows that a page's address names, if this person may do that there; else 404 or 403."""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from appliances.models import BaseHold, Site
from appliances.site_queries import Rows, knowing
from portal import permissions
from upgrades.models import Booking, JobStep, MaintenanceWindow, UpgradeJob
from upgrades.queries import ALL, Whose


def whose(request: HttpRequest) -> Whose:
    """The rows of this page: all customers' on staff's lists, else the customer's visible ones."""
    if getattr(request, "customer", None) is None:
        return ALL
    return Whose(sites=permissions.visible_sites(request.user))


def site_of(request: Any, pk: uuid.UUID, action: str, *, rows: Rows | None = None) -> Site:
    """`rows`: sets of rows of which the site is to know whether it has any."""
    sites = knowing(Site.objects.all(), rows) if rows else Site.objects.all()
    found: Site = _allowed(request, get_object_or_404(sites, pk=pk), action, "pk")
    found.customer = request.customer
    return found


def job_of(request: Any, pk: uuid.UUID, action: str = "job.view") -> UpgradeJob:
    found: UpgradeJob = _allowed(
        request, get_object_or_404(UpgradeJob.objects.with_site(), pk=pk), action
    )
    found.customer = found.site.customer = request.customer
    return found


def step_of(request: HttpRequest, pk: uuid.UUID, seq: int, action: str) -> JobStep:
    """A step by its number in the job."""
    job = job_of(request, pk, action)
    step = get_object_or_404(JobStep.objects.with_names(), job=job, seq=seq)
    step.job = job
    return step


def booking_of(request: HttpRequest, pk: uuid.UUID, window: int, action: str) -> Booking:
    job = job_of(request, pk, action)
    standing = Booking.objects.exclude(state__in=["CANCELLED", "LAPSED"])
    booking = get_object_or_404(standing, job=job, window=window)
    booking.job, booking.site = job, job.site
    return booking


def hold_of(request: HttpRequest, pk: uuid.UUID, hold: uuid.UUID, action: str) -> BaseHold:
    """An appliance's lock, on the page of a job at its site."""
    job = job_of(request, pk, action)
    return get_object_or_404(BaseHold, pk=hold, appliance__site_id=job.site_id)


def window_of(request: HttpRequest, pk: uuid.UUID, action: str) -> MaintenanceWindow:
    found = get_object_or_404(MaintenanceWindow.objects.select_related("site"), pk=pk)
    return _allowed(request, found, action)


def to_job(request: Any, job: UpgradeJob, said: str = "") -> HttpResponse:
    """Back to the job's page, saying what was done."""
    if said:
        notices.success(request, said)
    return redirect("upgrades:job", slug=request.customer.slug, pk=job.pk)


def to_site(request: Any, site: Site, said: str = "") -> HttpResponse:
    if said:
        notices.success(request, said)
    return redirect("upgrades:site", slug=request.customer.slug, pk=site.pk)


def _allowed(request: HttpRequest, found: Any, action: str, site: str = "site_id") -> Any:
    permissions.demand(request.user, action, site_id=getattr(found, site))
    return found
