import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.permissions import needs
from upgrades import queries
from upgrades.models import UpgradeJob
from upgrades.queries import PAGE
from upgrades.views import live, logs, shown, slots
from upgrades.views.finding import job_of, whose

J = UpgradeJob.State


@require_safe
@needs("platform.view")
def of_all(request: HttpRequest) -> HttpResponse:
    """Staff: the jobs of all customers."""
    return _list(request)


@require_safe
@needs("job.view")
def of_customer(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    state = state if state in J.values else ""
    offset = int(after) if after.isdecimal() and len(after) < 7 else 0
    rows, mine = queries.jobs(whose(request), state=state, after=offset), whose(request)
    first = queries.first_bookings(rows[:PAGE], mine)
    page = {
        "rows": [{"job": job, "booking": first.get(job.pk)} for job in rows[:PAGE]],
        "state": state,
        "states": J.choices,
        "across": mine.across,
        "newer": max(offset - PAGE, 0) if offset else None,
        "older": offset + PAGE if len(rows) > PAGE else None,
    }
    return render(request, "upgrades/job_list.html", page)


@require_safe
@needs("job.view")
def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One job, as its state asks: to be decided on, to begin, under way, or over."""
    return shown.page(request, job_of(request, pk))


@require_safe
@needs("job.view")
def job_live(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The parts of a job's page that have changed since it was last shown."""
    return live.answer(request, job_of(request, pk))


@require_safe
@needs("job.submit")
def moves(request: Any, pk: uuid.UUID) -> HttpResponse:
    """Where each window of a job may go: a part of its page, and without scripts a page."""
    found = job_of(request, pk, "job.submit")
    rows = slots.offered(request, found, queries.bookings_of(found), clock.now())
    template = "upgrades/parts/moves.html" if request.htmx else "upgrades/job_moves.html"
    return render(request, template, {"job": found, "site": found.site, "rows": rows})


@require_safe
@needs("job.view")
def log(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The whole log, from the beginning."""
    found = job_of(request, pk)
    kept = queries.log_of(found, most=5000, oldest_first=True)
    steps = queries.steps_of(found)
    page = {
        "job": found,
        "site": found.site,
        "entries": logs.entries(kept.events, steps, found.site.zone),
        "total": kept.total,
        "made_at": clock.now(),
    }
    return render(request, "upgrades/job_log.html", page)
