from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appliances import queries as boxes, readiness_queries
from portal import clock, queries as portal_queries
from portal.permissions import needs
from portal.services import heartbeats, watchdog
from upgrades import queries, start_queries, stuck_queries
from upgrades.services import bases_ahead, calls, unwritten
from upgrades.views import facts, lines, timelines

MOST_CALLS, MOST_RUNS, MOST_AHEAD = 50, 12, 20


@require_safe
@needs("platform.view")
def now(request: HttpRequest) -> HttpResponse:
    """Staff: what needs a person now, what runs, what comes within a week."""
    at = clock.now()
    runs = start_queries.runs(queries.ALL, MOST_RUNS)
    coming = start_queries.coming(queries.ALL, at, most=MOST_AHEAD)
    needs = start_queries.needs(queries.ALL, folded=True)
    queue = lines.queue(needs, now=at, across=True)
    here = queue[: start_queries.MOST_URGENT]
    drifts = readiness_queries.open_drifts(across=True)
    domains = portal_queries.waiting_domains()
    returns = boxes.late_returns(at, across=True)
    page = {
        "lines": here,
        "more_lines": len(queue) - len(here) + start_queries.left_out(*vars(needs).values()),
        "runs": [facts.of_run(run, at) for run in runs],
        "more_runs": start_queries.left_out([run.job for run in runs]),
        "coming": coming,
        "more_coming": start_queries.left_out(coming),
        "late": watchdog.late(at, unwritten.of(at)),
        "stuck": stuck_queries.number(queries.ALL, at),
        "calls": list(calls.open_calls()[:MOST_CALLS]),
        "drifts": drifts,
        "more_drifts": start_queries.left_out(drifts),
        "more_returns": start_queries.left_out(returns),
        "late_returns": returns,
        "domains": domains,
        "more_domains": start_queries.left_out(domains),
        "bases": bases_ahead.of_all(at),
        "timeline": timelines.of_jobs(coming, at, zone=request.user.zone) if coming else None,
        "runner": heartbeats.parts().get(heartbeats.STEPS),
        "patience": heartbeats.PATIENCE[heartbeats.STEPS],
    }
    return render(request, "upgrades/now.html", page)
