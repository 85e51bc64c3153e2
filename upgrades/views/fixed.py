"""Plans with nothing to choose but when: new hardware, and the repair of what a job left."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appliances.models import Site
from appliances.views.replacements import find as find_replacement
from portal import clock
from portal.errors import Refused
from portal.permissions import needs
from upgrades.forms.fixed import FixedForm
from upgrades.procedures import PROCEDURES
from upgrades.services import drafting, jobs, previews, repairing, replacing
from upgrades.services.rehearsals import asking
from upgrades.views import paths, planned, rehearsals, rules
from upgrades.views.finding import job_of, to_job
from upgrades.views.phases import told

Wish = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("job.draft")
def replacement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Look at how a waiting replacement takes its place; POST drafts it and asks for approval."""
    new = find_replacement(request, pk, "job.draft")
    title = _("Put %(name)s in place") % {"name": new.name}
    start = reverse("upgrades:replacement-rehearse", kwargs=_kwargs(request, pk))
    return _plan(request, new.site, lambda: replacing.wish(new), title, start)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("job.draft")
def repair(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Look at how what an abandoned job left is put right; POST drafts it and asks for approval."""
    job = job_of(request, pk, "job.draft")
    title = _("Repair what %(job)s left") % {"job": job.label}
    start = reverse("upgrades:job-repair-rehearse", kwargs=_kwargs(request, pk))
    return _plan(request, job.site, lambda: repairing.wish(job), title, start)


def _kwargs(request: Any, pk: uuid.UUID) -> dict[str, Any]:
    return {"slug": request.customer.slug, "pk": pk}


def _plan(
    request: HttpRequest, site: Site, wish: Callable[[], Wish], title: str, rehearse_url: str
) -> HttpResponse:
    form = FixedForm(site, request.POST if request.method == "POST" else request.GET)
    shown: dict[str, Any] = {
        "site": site, "form": form, "title": title, "rehearse_url": rehearse_url,
    }  # fmt: skip
    try:
        wanted = wish()
        if request.method == "POST" and form.is_valid():
            return _submit(request, site, form, wanted)
        if form.is_valid():
            shown |= _preview(site, form, wanted)
    except Refused as refusal:
        if request.method == "POST":
            raise
        shown["refusal"] = refusal
    status = 200 if form.is_valid() else 422
    return render(request, "upgrades/fixed_plan.html", shown, status=status)


def _submit(request: Any, site: Site, form: FixedForm, wanted: Wish) -> HttpResponse:
    at, given = clock.now(), dict(wanted)
    job = jobs.draft(
        site, given.pop("target"), method=form.cleaned_data["method"], by=request.user, at=at,
        **given,
    )  # fmt: skip
    jobs.submit(job, by=request.user, at=at, earliest=form.earliest_at)
    return to_job(request, job, _("Submitted. Somebody else must approve it now."))


def _preview(site: Site, form: FixedForm, wanted: Wish) -> dict[str, Any]:
    given = dict(wanted)
    preview = previews.preview(
        site, given.pop("target"), method=form.cleaned_data["method"], earliest=form.earliest_at,
        at=clock.now(), **given,
    )  # fmt: skip
    drawn, page = preview.drawn, PROCEDURES[wanted["procedure"]]
    summary = drawn.summary
    letters = {box.name: box.letter for box in site.appliances.order_by("letter")}
    if new := wanted.get("replacement"):
        letters[new.name] = new.letter
    return {
        "drawn": drawn,
        "rehearsed": rehearsals.marks(asking.of_plan(site, drafting.digest(drawn))),
        "summary": summary,
        "page": {"title": told(page.title), "about": told(page.about), "guide": page.guide},
        "chains": paths.of_draft(drawn) if drawn.plan.hops else [],
        "phases": planned.of_plan(drawn.plan, drawn.packages, letters),
        "left_out": planned.left_out(drawn.plan.left_out),
        "marks": rules.marks(drawn.plan),
        "layout": preview.layout,
        "layout_refusal": preview.refusal,
        "nights": planned.nights(preview.layout.rows, summary["windows"]) if preview.layout else [],
    }
