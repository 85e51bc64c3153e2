import uuid
from types import MappingProxyType
from typing import Any

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances import queries, site_queries
from appliances.forms.sites import Registration, SiteFacts, appliances_of, boxes as box_forms
from appliances.models import ReadinessCheck, Site
from appliances.services import drift, freezes, licences, sites
from appliances.views.filtered import narrowed
from appliances.views.topology import drawing
from portal import clock, permissions, times
from portal.permissions import needs

NAME = ReadinessCheck.Name


@require_safe
@needs("platform.view")
def sites_of_all(request: HttpRequest) -> HttpResponse:
    """Staff: the sites of all customers."""
    found, asked = narrowed(Site.across.all(), request)
    after = _number(request.GET.get("after", ""))
    page = _turned(queries.sites_of_all(found, after=after), after)
    page |= asked | {"across": True, "waiting": len(queries.open_questions())}
    return render(request, "appliances/site_list.html", page)


def _turned(rows: list[queries.SiteRow], after: int) -> dict[str, Any]:
    """A page of rows, of which one more was read if there are more."""
    return {
        "rows": rows[: queries.PAGE],
        "next": after + queries.PAGE if len(rows) > queries.PAGE else None,
        "before": max(after - queries.PAGE, 0) if after else None,
    }


@require_safe
@needs("site.view")
def sites_of_customer(request: HttpRequest) -> HttpResponse:
    visible = permissions.visible_sites(request.user)
    sites = Site.objects.all() if visible is None else Site.objects.filter(pk__in=visible)
    found, asked = narrowed(sites, request)
    after = _number(request.GET.get("after", ""))
    page = _turned(queries.sites_of_customer(found, after=after), after)
    page |= asked | {"across": False}
    return render(request, "appliances/site_list.html", page)


@require_safe
@needs("site.view")
def site(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "appliances/site.html", site_context(request, find(request, pk)))


def find(request: HttpRequest, pk: uuid.UUID, action: str = "site.view") -> Site:
    """The site, if this person may do that there; else 404 or 403."""
    found = get_object_or_404(Site, pk=pk)
    permissions.demand(request.user, action, site_id=found.pk)
    return found


def site_context(
    request: HttpRequest, site: Site, more: site_queries.Rows = MappingProxyType({})
) -> dict[str, Any]:
    """Everything appliances/site.html shows; pages that extend it add their own. `more`: rows of
    theirs that few sites have; what is there of them stands under their names."""
    at = clock.now()
    found = _found(site, {**rows_of(site), **more})
    boxes = site_queries.boxes_of(site, at, found)
    appliances = [row.box for row in boxes]
    checks = queries.newest_checks(site)
    reached = {row.appliance_id: row for row in checks if row.name == NAME.REACHABILITY}
    licence, contract = next(iter(found["licences"]), None), queries.contract_on(at)
    return found | {
        "site": site,
        "waiting": site_queries.waiting(site),
        "appliances": appliances,
        "drawing": drawing(site, appliances, reached),
        "mark": (mark := queries.mark_of(checks)),
        "mark_word": queries.WORDS.get(mark, ""),
        "checks": checks,
        "boxes": boxes,
        "stale": [row.box for row in boxes if row.stale],
        "licence": licence,
        "licence_mark": _licence_mark(licence, at),
        "contract": contract,
        "contract_mark": _contract_mark(contract, at),
        "site_clock": times.in_zone(at, site.zone),
    }


def rows_of(site: Site) -> dict[str, QuerySet[Any]]:
    """What a site may have and need not, and most have little of."""
    return site_queries.kept_of_boxes(site) | {
        "holds": site_queries.open_holds(site),
        "freezes": freezes.rows(site.pk),
        "drifts": drift.rows_at(site),
        "licences": licences.rows(site)[:1],
        "questions": site_queries.questions_of(site),
        "returns": site_queries.returns_of(site),
    }


def _found(site: Site, rows: site_queries.Rows) -> dict[str, list[Any]]:
    there = site_queries.kept_at(site, rows)
    return {name: list(each) if there[name] else [] for name, each in rows.items()}


def _licence_mark(licence: Any, at: Any) -> str:
    if licence is None:
        return ""
    if licence.ends_before(at.date()):
        return "ENDED"
    return "ENDS_SOON" if licences.expires_soon(licence, on=at.date()) else "COVERED"


def _contract_mark(contract: Any, at: Any) -> str:
    if contract is None or contract.ends_on < at.date() or contract.starts_on > at.date():
        return "ENDED"
    return "COVERED"


@needs("site.manage")
def register(request: Any) -> HttpResponse:
    permissions.demand_whole(request.user)
    form = Registration(request.POST or None, initial={"zone": request.customer.zone})
    rows = _number(request.GET.get("rows", "")) or 2
    boxes = box_forms(rows, request.POST or None)
    if request.method == "POST" and form.is_valid() and boxes.is_valid():
        made = sites.register(
            by=request.user, at=clock.now(), appliances=appliances_of(boxes), **form.cleaned_data
        )
        notices.success(request, _("The site is registered. Store the API accounts next."))
        return redirect("appliances:site", slug=request.customer.slug, pk=made.pk)
    page = {"form": form, "boxes": boxes, "more": rows + 4}
    return render(request, "appliances/site_register.html", page, status=status_of(request))


@needs("site.manage")
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = find(request, pk, "site.manage")
    known = {name: getattr(found, name) for name in SiteFacts.base_fields}
    form = SiteFacts(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        sites.change(found, by=request.user, **form.cleaned_data)
        notices.success(request, _("Saved."))
        return redirect("appliances:site", slug=request.customer.slug, pk=found.pk)
    page = {"form": form, "site": found}
    return render(request, "appliances/site_change.html", page, status=status_of(request))


@require_POST
@needs("site.manage")
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    sites.close(find(request, pk, "site.manage"), by=request.user, at=clock.now())
    notices.success(request, _("The site is closed. Its history stays."))
    return redirect("appliances:site-list", slug=request.customer.slug)


def status_of(request: HttpRequest) -> int:
    """A form that comes back was not understood."""
    return 422 if request.method == "POST" else 200


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0
