from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from appliances import actions as do, queries as boxes, readiness_queries
from portal import clock
from portal.permissions import needs
from upgrades import queries, start_queries
from upgrades.models import Enrolment, UpgradeJob
from upgrades.queries import Whose
from upgrades.services import enrolments
from upgrades.start_queries import Needs
from upgrades.views import facts
from upgrades.views.finding import whose
from upgrades.views.lanes import text_of
from upgrades.views.phases import told

J = UpgradeJob.State
MOST = 10  # sites, and places in rollouts; what waits for a person has a bound of its own


@require_safe
@needs("site.view")
def start(request: HttpRequest) -> HttpResponse:
    """A customer's start page: what to do, by when, what if not; what runs; what comes."""
    at, mine = clock.now(), whose(request)
    runs, needs = start_queries.runs(mine, MOST), start_queries.needs(mine)
    places = enrolments.to_tell(mine.sites, MOST)
    musts = _musts(request, needs, mine, places)
    here = musts[: start_queries.MOST_URGENT]
    sites = start_queries.sites(mine, MOST)
    jobs = start_queries.open_jobs_at(sites, mine)
    left = start_queries.left_out(needs.jobs, needs.steps, needs.interims)
    drifts = readiness_queries.open_drifts(mine.sites)
    returns = boxes.late_returns(at, mine.sites)
    page = {
        "musts": here,
        "more_musts": len(musts) - len(here) + left,
        "places": places,
        "more_places": start_queries.left_out(places),
        "more_runs": start_queries.left_out([run.job for run in runs]),
        "runs": [facts.of_run(run, at) for run in runs],
        "coming": start_queries.coming(mine, at, days=60, most=10),
        "rows": [{"site": site, "job": jobs.get(site.pk)} for site in sites],
        "more_sites": start_queries.left_out(sites),
        "late_returns": returns,
        "drifts": drifts,
        "more_drifts": start_queries.left_out(drifts),
        "more_returns": start_queries.left_out(returns),
    }
    return render(request, "upgrades/start.html", page)


def _musts(
    request: Any, found: Needs, mine: Whose, places: list[Enrolment]
) -> list[dict[str, Any]]:
    """What waits for this person: kind, row, until when. Kinds have their words in the page. What
    a rollout offers is to be answered by the offer's day, not by its first night."""
    offered = {each.job_id: each.answer_by for each in places if each.state == "ALERTED"}
    first = queries.first_bookings([job for job in found.jobs if job.state != J.HALTED], mine)
    kinds = {J.HALTED: "halted", J.PROPOSED: "proposed", J.MISSED: "missed"}
    musts = [
        _must(
            request, kinds[job.state], job, booking=first.get(job.pk), answer_by=offered.get(job.pk)
        )
        for job in found.jobs
    ]  # fmt: skip
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
