import uuid
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appliances.models import Site
from appliances.site_queries import in_place
from appliances.views.sites import rows_of, site_context
from appliances.views.topology import drawing
from portal import clock
from portal.permissions import needs
from upgrades import queries
from upgrades.forms.windows import WindowForm
from upgrades.models import JobStep, MaintenanceWindow, UpgradeJob
from upgrades.models.job import UNDER_WAY
from upgrades.services import (
    bases_ahead,
    enrolments,
    interims,
    leftovers,
    planning,
    repairing,
    whatif,
    windows,
)
from upgrades.views import drawn, timelines
from upgrades.views.finding import site_of, to_site, window_of
from upgrades.views.whatif import save


@require_safe
@needs("site.view")
def site(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A site with its upgrades: what is available, jobs, windows, what is booked."""
    asked = Site(pk=pk)
    rows = {**rows_of(asked), **_rows_of(asked)}
    return _page(request, site_of(request, pk, "site.view", rows=rows), WindowForm())


@require_safe
@needs("site.view")
def topology(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The drawn site by itself: it follows a run while the page stands open."""
    found = site_of(request, pk, "site.view")
    job = found.jobs.filter(state__in=UNDER_WAY).first()
    shown = site_context(request, found) | _run(found, job)
    return render(request, "upgrades/parts/site_topology.html", shown)


@require_POST
@needs("window.manage")
def window_add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, form = site_of(request, pk, "window.manage"), WindowForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    windows.add(found, **form.values(), by=request.user, at=clock.now())
    return to_site(request, found, _("The window is granted."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("window.manage")
def window_change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Another time than before. Upgrades that would lie outside are shown before it counts."""
    window = window_of(request, pk, "window.manage")
    if request.method != "POST":
        return _change_page(request, window, WindowForm(window=window))
    form = WindowForm(request.POST, window=window)
    if not form.is_valid():
        return _change_page(request, window, form, status=422)
    edit = whatif.ChangeWindow(window.pk, form.values())
    return save(
        request, edit, title=_("Change a window"), back=_windows(window),
        said=_("The window is changed."), carried=list(form.fields), may_keep=True,
    )  # fmt: skip


def _change_page(
    request: HttpRequest, window: MaintenanceWindow, form: WindowForm, *, status: int = 200
) -> HttpResponse:
    shown = {
        "window": window, "site": window.site, "words": windows.describe(window), "form": form,
    }  # fmt: skip
    return render(request, "upgrades/window_change.html", shown, status=status)


@require_POST
@needs("window.manage")
def window_remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Granted no longer. Upgrades that would lie outside are shown before it counts."""
    window = window_of(request, pk, "window.manage")
    return save(
        request, whatif.RemoveWindow(window.pk), title=_("Remove a window"),
        back=_windows(window), said=_("The window is granted no longer."), may_keep=True,
    )  # fmt: skip


def _windows(window: MaintenanceWindow) -> str:
    """Where the site's page shows them."""
    slug, pk = window.customer.slug, window.site_id
    return reverse("upgrades:site", kwargs={"slug": slug, "pk": pk}) + "#windows"


def _page(
    request: HttpRequest, found: Site, form: WindowForm, *, status: int = 200
) -> HttpResponse:
    at = clock.now()
    until = at + timelines.MONTH + timedelta(days=1)
    ahead = list(bases_ahead.with_days(queries.bookings_ahead(found, at)))
    booked = [booking for booking in ahead if booking.starts_at < until]
    granted = windows.granted(found, at, until)
    jobs = queries.jobs_of_site(found)
    shown = site_context(request, found, _rows_of(found))
    page = {
        "jobs": jobs,
        "interim": next(iter(shown["interims"]), None),
        "places": enrolments.shown(shown["enrolments"]),
        "open_job": next((job for job in jobs if job.ended_at is None), None),
        "offer": _offer(found),
        "base_ahead": bases_ahead.of_site(ahead, shown["appliances"], at),
        "half_way": _half_way(found, shown["begun"]),
        "windows": [{"window": row, "words": windows.describe(row)} for row in windows.of(found)],
        "form": form,
        "stranded": windows.stranded(found, at=at, among=ahead),
        "timeline": timelines.of_site(found, booked, granted, at) if granted or booked else None,
        "said": timelines.said(booked) if booked else "",
    }
    shown |= _run(found, next((job for job in jobs if job.state in UNDER_WAY), None)) | page
    return render(request, "upgrades/site.html", shown, status=status)


def _rows_of(found: Site) -> dict[str, QuerySet[Any]]:
    """What few sites have of this app's."""
    return {
        "interims": interims.rows(found.pk),
        "enrolments": enrolments.rows_of([found.pk]),
        "begun": leftovers.rows_at(found),
    }


def _run(found: Site, job: UpgradeJob | None) -> dict[str, Any]:
    """While a job is under way the drawing shows what it does to each appliance."""
    if job is None:
        return {"runs_now": False}
    doing = drawn.doing(JobStep.objects.filter(job=job).open().with_names().in_order())
    return {
        "runs_now": True,
        "drawing": drawing(found, in_place(found), {}, doing),
    }


def _half_way(found: Site, begun: list[UpgradeJob]) -> UpgradeJob | None:
    """The abandoned job whose remains are to be put right before anything else."""
    job = leftovers.left_by(next(iter(begun), None))
    if job is not None:
        job.site = found
    return job if job is not None and repairing.repairable(job) else None


def _offer(found: Site) -> dict[str, Any]:
    """The newest release that can be reached, or why there is none."""
    try:
        known = planning.choices(found)
    except planning.NotKnown as refusal:
        return {"refusal": refusal}
    newest = next((choice for choice in known if choice.hops), None)
    if newest is not None:
        return {"choice": newest, "hops": len(newest.hops)}
    return {"refused": known[0]} if known else {}
