"""A site's checks in full: each answer with its weight, who answers for it, and what drifted."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances import queries, readiness_queries
from appliances.forms.readiness import Accepted, Remark, WaiverForm
from appliances.models import Difference, Drift, Site, Waiver
from appliances.services import drift, snapshots, waivers
from appliances.views.sites import find
from portal import clock, permissions
from portal.permissions import needs


@require_safe
@needs("site.view")
def checks(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What blocks first, then what is to be watched, then what is good."""
    return _page(request, find(request, pk))


@require_POST
@needs("waiver.give")
def waive(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    site, at, form = find(request, pk, "waiver.give"), clock.now(), WaiverForm(request.POST)
    if not form.is_valid():
        return _page(request, site, form, status=422)
    given = form.cleaned_data
    box = site.appliances.filter(pk=given["appliance"]).first() if given["appliance"] else None
    waivers.give(
        site, given["check"], reason=given["reason"], appliance=box, by=request.user, at=at,
        expires_at=at + timedelta(days=given["days"]),
    )  # fmt: skip
    notices.success(request, _("You answer for it. It counts from the next check on."))
    return _back(request, site)


@require_POST
@needs("waiver.give")
def waiver_withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    waiver = get_object_or_404(Waiver.objects.select_related("site"), pk=pk)
    permissions.demand(request.user, "waiver.give", site_id=waiver.site_id)
    waivers.withdraw(waiver, by=request.user, at=clock.now())
    notices.success(request, _("The waiver counts no more."))
    return _back(request, waiver.site)


@require_POST
@needs("drift.accept")
def drift_accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Drift.objects.select_related("site"), pk=pk)
    permissions.demand(request.user, "drift.accept", site_id=found.site_id)
    form = Accepted(request.POST)
    if not form.is_valid():
        return _page(request, found.site, status=422)
    given = form.cleaned_data
    drift.accept(
        found, by=request.user, at=clock.now(), found=given["found"], remark=given["remark"]
    )
    notices.success(request, _("Accepted: this is what is recorded now."))
    return _back(request, found.site)


@require_POST
@needs("difference.acknowledge")
def difference_acknowledge(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(Difference.objects.select_related("appliance__site"), pk=pk)
    site = row.appliance.site
    permissions.demand(request.user, "difference.acknowledge", site_id=site.pk)
    form = Remark(request.POST)
    remark = form.cleaned_data["remark"] if form.is_valid() else ""
    snapshots.acknowledge(row, by=request.user, at=clock.now(), remark=remark)
    notices.success(request, _("Noted that you looked at it."))
    return redirect("upgrades:job", slug=request.customer.slug, pk=row.job_id)


def _page(
    request: HttpRequest, site: Site, form: WaiverForm | None = None, *, status: int = 200
) -> HttpResponse:
    at = clock.now()
    rows = queries.newest_checks(site)
    page = {
        "site": site,
        "groups": readiness_queries.by_weight(rows),
        "drifts": drift.open_at(site),
        "waivers": waivers.standing(site, at),
        "never": waivers.NEVER,
        "form": form,
        "test_of": site.test_of,
        "test_sites": list(Site.objects.filter(test_of=site, closed_at=None).order_by("name")),
    }
    return render(request, "appliances/check_list.html", page, status=status)


def _back(request: Any, site: Site) -> HttpResponse:
    return redirect("appliances:check-list", slug=request.customer.slug, pk=site.pk)
