"""Rehearsing a plan: what shall go wrong, how far it is, and the report."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appliances.models import Site
from appliances.views.replacements import find as find_replacement
from portal import clock, permissions
from portal.permissions import needs
from upgrades.forms.fixed import FixedForm
from upgrades.forms.plans import PlanForm
from upgrades.forms.rehearsals import RehearsalForm
from upgrades.models import Rehearsal, UpgradeJob
from upgrades.models.purpose import WITH_PURPOSE
from upgrades.services import drafting, drawing, planning, repairing, replacing
from upgrades.services.rehearsals import asking
from upgrades.views import rehearsal_shown
from upgrades.views.finding import job_of, site_of
from upgrades.views.phases import told

MOST_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs("job.draft")
def rehearse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose what goes wrong; POST starts the rehearsal of this very plan."""
    site = site_of(request, pk, "job.draft")
    form = PlanForm(site, planning.choices(site), _given(request))
    plan_url = reverse("upgrades:plan", kwargs=_kwargs(request, pk))
    if form.is_incomplete or not form.is_valid():
        return redirect(plan_url)
    wish = {
        "target": form.choice.package, "procedure": form.cleaned_data["procedure"],
        "offline": form.offline_ids,
    }  # fmt: skip
    return _rehearse(request, site, wish, form, plan_url)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("job.draft")
def rehearse_replacement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """As `rehearse`, for the plan that brings new hardware into its place."""
    new = find_replacement(request, pk, "job.draft")
    form = FixedForm(new.site, _given(request))
    plan_url = reverse("upgrades:replacement-plan", kwargs=_kwargs(request, pk))
    if not form.is_valid():
        return redirect(plan_url)
    return _rehearse(request, new.site, replacing.wish(new), form, plan_url)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("job.draft")
def rehearse_repair(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """As `rehearse`, for the repair of what a job left."""
    job = job_of(request, pk, "job.draft")
    form = FixedForm(job.site, _given(request))
    plan_url = reverse("upgrades:job-repair", kwargs=_kwargs(request, pk))
    if not form.is_valid():
        return redirect(plan_url)
    return _rehearse(request, job.site, repairing.wish(job), form, plan_url)


def _rehearse(
    request: HttpRequest, site: Site, wish: dict[str, Any], form: PlanForm | FixedForm,
    plan_url: str,
) -> HttpResponse:  # fmt: skip
    wish |= {"method": form.cleaned_data["method"]}
    drawn = drawing.draw(site, **wish)
    chosen = RehearsalForm(drawn.plan, request.POST if request.method == "POST" else None)
    if request.method == "POST" and chosen.is_valid():
        return _start(request, site, wish, form.earliest_at, chosen)
    digest = drafting.digest(drawn)
    page = {
        "site": site,
        "work": _title(site, wish),
        "plan_form": form,
        "form": chosen,
        "page_title": told(drawn.plan.procedure.title),
        "digest": digest,
        "before": marks(asking.of_plan(site, digest)),
        "plan_url": f"{plan_url}?{urlencode(form.chosen)}",
    }
    status = 422 if chosen.errors else 200
    return render(request, "upgrades/rehearse.html", page, status=status)


def _title(site: Site, wish: dict[str, Any]) -> str:
    """What is rehearsed, as its page will be headed."""
    about = {name: wish.get(name) for name in ("target", "replacement", "repairs")}
    return str(Rehearsal(site=site, **about).title)


def _start(
    request: Any, site: Site, wish: dict[str, Any], earliest: datetime | None,
    chosen: RehearsalForm,
) -> HttpResponse:  # fmt: skip
    row = asking.ask(
        site, wishes=chosen.cleaned_data["faults"], seed=chosen.cleaned_data["seed"],
        earliest=earliest, by=request.user, at=clock.now(), **wish,
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
    if not job.is_upgrade:
        name = "replacement-rehearse" if job.replacement_id else "job-repair-rehearse"
        where = {"slug": job.customer.slug, "pk": job.replacement_id or job.repairs_id}
        return f"{reverse(f'upgrades:{name}', kwargs=where)}?{urlencode({'method': job.method})}"
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
    known = Rehearsal.objects.select_related("site", "asked_by", "customer", *WITH_PURPOSE)
    row = get_object_or_404(known, pk=pk)
    permissions.demand(request.user, action, site_id=row.site_id)  # type: ignore[arg-type]
    return row


def _kwargs(request: Any, pk: uuid.UUID) -> dict[str, Any]:
    return {"slug": request.customer.slug, "pk": pk}


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else request.GET
