from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appliances import queries as boxes, readiness_queries
from portal import clock
from portal.permissions import needs
from portal.services import heartbeats, watchdog
from upgrades import queries
from upgrades.services import bases_ahead, calls, unwritten
from upgrades.views import facts, lines, timelines

MOST_CALLS = 50


@require_safe
@needs("platform.view")
def now(request: HttpRequest) -> HttpResponse:
    """Staff: what needs a person now, what runs, what comes within a week."""
    at = clock.now()
    runs = queries.runs(queries.ALL)
    coming = queries.coming(queries.ALL, at)
    page = {
        "lines": lines.queue(queries.needs(queries.ALL), now=at, across=True),
        "runs": [facts.of(run.job, run.steps, seen_at=run.seen_at, now=at) for run in runs],
        "coming": coming,
        "late": watchdog.late(at, unwritten.of(at)),
        "calls": list(calls.open_calls()[:MOST_CALLS]),
        "drifts": readiness_queries.open_drifts(across=True),
        "late_returns": boxes.late_returns(at.date(), across=True),
        "bases": bases_ahead.of_all(at),
        "timeline": timelines.of_jobs(coming, at, zone=request.user.zone) if coming else None,
        "runner": heartbeats.parts().get(heartbeats.STEPS),
        "patience": heartbeats.PATIENCE[heartbeats.STEPS],
    }
    return render(request, "upgrades/now.html", page)
