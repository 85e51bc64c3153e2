from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from appliances import actions as do, queries as boxes, readiness_queries
from portal import clock
from portal.permissions import needs
from upgrades import queries
from upgrades.models import Enrolment, JobStep, UpgradeJob
from upgrades.queries import Whose
from upgrades.services import enrolments
from upgrades.views import facts
from upgrades.views.finding import whose
from upgrades.views.lanes import text_of
from upgrades.views.phases import told

E, J, S = Enrolment.State, UpgradeJob.State, JobStep.State


@require_safe
@needs("site.view")
def start(request: HttpRequest) -> HttpResponse:
    """A customer's start page: what to do, by when, what if not; what runs; what comes."""
    at, mine = clock.now(), whose(request)
    runs = queries.runs(mine)
    page = {
        "musts": _musts(request, mine),
        "places": [
            each
            for each in enrolments.of_sites(mine.sites)
            if each.state in (E.ALERTED, E.BOOKED, E.FAILED)
        ],
        "runs": [facts.of(run.job, run.steps, seen_at=run.seen_at, now=at) for run in runs],
        "coming": queries.coming(mine, at, days=60)[:10],
        "rows": _sites(mine),
        "late_returns": boxes.late_returns(at.date(), mine.sites),
        "drifts": readiness_queries.open_drifts(mine.sites),
    }
    return render(request, "upgrades/start.html", page)


def _musts(request: Any, mine: Whose) -> list[dict[str, Any]]:
    """What waits for this person: kind, row, until when. Kinds have their words in the page."""
    found = queries.needs(mine)
    first = queries.first_bookings([job for job in found.jobs if job.state != J.HALTED], mine)
    kinds = {J.HALTED: "halted", J.PROPOSED: "proposed", J.MISSED: "missed"}
    musts = [_must(request, kinds[job.state], job, booking=first.get(job.pk)) for job in found.jobs]
    musts += [_must(request, step.state.lower(), step.job, step=step) for step in found.steps]
    musts += [_must(request, "interim", each.job, interim=each) for each in found.interims]
    order = ["halted", "interim", "held", "asking", "missed", "proposed"]
    return sorted(musts, key=lambda must: order.index(must["kind"]))


def _must(request: Any, kind: str, job: UpgradeJob, **more: Any) -> dict[str, Any]:
    url = reverse("upgrades:job", kwargs={"slug": request.customer.slug, "pk": job.pk})
    step = more.get("step")
    return {
        "kind": kind,
        "job": job,
        "url": f"{url}#todo-{step.seq}" if step else url,
        "mine": kind == "proposed" and job.requested_by_id == request.user.pk,
        "title": text_of(step) if step else "",
        "what_if_not": told(do.find(step.action).what_if_not) if step else "",
        "reason": told(step.reason) if step else job.why,
        **more,
    }


def _sites(mine: Whose) -> list[dict[str, Any]]:
    sites = queries.sites(mine)
    jobs = {job.site_id: job for job in queries.open_jobs(mine)}
    return [{"site": site, "job": jobs.get(site.pk)} for site in sites]
