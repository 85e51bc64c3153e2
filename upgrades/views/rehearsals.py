"""Rehearsing a plan: what shall go wrong, how far it is, and the report."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appliances.models import Site
from portal import clock, permissions
from portal.permissions import needs
from upgrades.forms.plans import PlanForm
from upgrades.forms.rehearsals import RehearsalForm
from upgrades.models import Rehearsal, UpgradeJob
from upgrades.services import drafting, planning
from upgrades.services.rehearsals import asking
from upgrades.views import rehearsal_shown
from upgrades.views.finding import site_of
from upgrades.views.phases import told

MOST_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs("job.draft")
def rehearse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose what goes wrong; POST starts the rehearsal of this very plan."""
    site = site_of(request, pk, "job.draft")
    given = request.POST if request.method == "POST" else request.GET
    form = PlanForm(site, planning.choices(site), given)
    if form.is_incomplete or not form.is_valid():
        return redirect(_plan_address(request, site))
    drawn = planning.draw_up(
        site, form.choice.package, procedure=form.cleaned_data["procedure"],
        method=form.cleaned_data["method"], offline=form.offline_ids,
    )  # fmt: skip
    if request.method == "POST":
        chosen = RehearsalForm(drawn.plan, request.POST)
        if chosen.is_valid():
            return _start(request, site, form, chosen)
    else:
        chosen = RehearsalForm(drawn.plan)
    page = {
        "site": site,
        "drawn": drawn,
        "plan_form": form,
        "form": chosen,
        "page_title": told(drawn.plan.procedure.title),
        "digest": drafting.digest(drawn),
        "before": marks(asking.of_plan(site, drafting.digest(drawn))),
        "plan_url": f"{_plan_address(request, site)}?{urlencode(form.chosen)}",
    }
    status = 422 if chosen.errors else 200
    return render(request, "upgrades/rehearse.html", page, status=status)


def _start(request: Any, site: Site, form: PlanForm, chosen: RehearsalForm) -> HttpResponse:
    row = asking.ask(
        site, form.choice.package, procedure=form.cleaned_data["procedure"],
        method=form.cleaned_data["method"], offline=form.offline_ids,
        wishes=chosen.cleaned_data["faults"], seed=chosen.cleaned_data["seed"],
        by=request.user, at=clock.now(),
    )  # fmt: skip
    return redirect("upgrades:rehearsal", slug=request.customer.slug, pk=row.pk)


@require_safe
@needs("job.view")
def rehearsal(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far it is, and then its report."""
    return render(request, "upgrades/rehearsal.html", _page(_row_of(request, pk)))


@require_safe
@needs("job.view")
def rehearsal_live(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The part of the page that tells how far it is; once it is over, the whole page is asked."""
    row = _row_of(request, pk)
    response = render(request, "upgrades/parts/rehearsal_live.html", _page(row))
    if not row.is_open:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@needs("job.draft")
def rehearsal_cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = _row_of(request, pk, "job.draft")
    asking.cancel(row, by=request.user, at=clock.now())
    return redirect("upgrades:rehearsal", slug=request.customer.slug, pk=row.pk)  # type: ignore[attr-defined]


def marks(rows: Any) -> list[dict[str, Any]]:
    """Rehearsals of a plan as lines: how each ended, with what, when, by whom."""
    return [
        {**rehearsal_shown.mark(row), "faults": rehearsal_shown.faults_of(row)}
        for row in rows[:MOST_SHOWN]
    ]


def address_of(job: UpgradeJob) -> str:
    """Where a job's plan is rehearsed."""
    chosen = [
        ("target", str(job.target_id)), ("procedure", job.procedure), ("method", job.method),
    ]  # fmt: skip
    if job.offline_ids is not None:
        chosen += [("halves", "1"), *(("offline", str(pk)) for pk in job.offline_ids)]
    where = {"slug": job.customer.slug, "pk": job.site_id}
    return f"{reverse('upgrades:rehearse', kwargs=where)}?{urlencode(chosen)}"


def _page(row: Rehearsal) -> dict[str, Any]:
    page = {
        "rehearsal": row,
        "site": row.site,
        "mark": rehearsal_shown.mark(row),
        "faults": rehearsal_shown.faults_of(row),
        "reason": _(row.reason) if row.reason else "",
        "procedure": told(planning.PROCEDURES[row.procedure].title),
    }
    if row.state == Rehearsal.State.FINISHED:
        page |= rehearsal_shown.shown(row)
    return page


def _row_of(request: HttpRequest, pk: uuid.UUID, action: str = "job.view") -> Rehearsal:
    known = Rehearsal.objects.select_related("site", "target", "asked_by", "customer")
    row = get_object_or_404(known, pk=pk)
    permissions.demand(request.user, action, site_id=row.site_id)  # type: ignore[arg-type]
    return row


def _plan_address(request: Any, site: Site) -> str:
    return reverse("upgrades:plan", kwargs={"slug": request.customer.slug, "pk": site.pk})
