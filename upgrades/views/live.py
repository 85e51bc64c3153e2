"""The parts of a running job's page that change by themselves, and which of them have changed.

The page asks every three seconds and says what it shows already (`seen`). Facts and waits come
each time; steps, lanes and log only when they are other than what is shown, so that nobody's
typing, nor a phase that was opened to read, is disturbed for nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from appliances import readiness_queries
from appliances.services import freezes
from appliances.views import topology
from appliances.views.topology import in_order
from portal import clock
from upgrades import queries
from upgrades.forms.evidence import EvidenceForm
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.job import UNDER_WAY
from upgrades.models.step import OPEN
from upgrades.services import aftermath, interims
from upgrades.services.halting import NEVER_RESTART
from upgrades.views import drawn, facts, lanes, logs, slots, todo

J = UpgradeJob.State
PARTS = ("todos", "lanes", "windows", "log", "topology", "freezes", "interim", "differences")


def parts(
    job: UpgradeJob, at: datetime, *, reader: Any, bound: EvidenceForm | None = None
) -> dict[str, Any]:
    """Everything that a running job's page shows of its run."""
    steps, bookings = queries.steps_of(job), queries.bookings_of(job)
    holds = queries.holds_of(job)
    boxes = sorted(job.site.appliances.all(), key=in_order)
    seen_at = max((box.last_seen_at for box in boxes if box.last_seen_at), default=None)
    kept = queries.log_of(job)
    frozen = freezes.standing(job.site_id)
    interim = interims.standing(job.site_id)
    drawing = topology.drawing(job.site, boxes, {}, drawn.doing(steps))
    for hold in holds:
        hold.leaves = aftermath.of(hold.appliance)  # type: ignore[attr-defined]
    changed = readiness_queries.differences_of(job.pk)
    asked = todo.todos(job, steps, now=at, reader=reader, bound=bound)
    return {
        "steps": steps,
        "bookings": bookings,
        "holds": holds,
        "interim": interim,
        "facts": facts.of(job, steps, seen_at=seen_at, now=at),
        "todos": asked,
        "waits": todo.waits(steps, at),
        "dwell": _dwell(steps),
        "drains": drawn.drains(steps, {box.pk: box for box in boxes}),
        "freezes": frozen,
        "drawing": drawing,
        "layout": lanes.layout(
            job, steps, bookings, queries.boxes_of(job, steps), now=at, locked=bool(holds)
        ),
        "entries": logs.entries(kept.events, steps, job.site.zone),
        "events": kept.total,
        "differences": changed,
        "stamps": stamps(job, steps, asked, bookings, kept.total)
        | {"topology": _stamp(drawing), "freezes": _stamp([each.pk for each in frozen])}
        | {"interim": _stamp(interim and [interim.pk, interim.state])}
        | {"differences": _stamp([[row.pk, row.is_open] for row in changed])},
        "rate": _rate(),
        "may_pause": job.state == J.RUNNING and not job.pause_asked_at,
        "several_hops": max((step.hop for step in steps), default=0) > 1,
    }


def stamps(
    job: UpgradeJob, steps: Iterable[JobStep], asked: Iterable[todo.Todo],
    bookings: Iterable[Booking], events: int,
) -> dict[str, str]:  # fmt: skip
    """A short fingerprint of each part; it changes when what the part shows has changed."""
    shown = {
        "job": [job.state, str(job.pause_asked_at)],
        "todos": [
            [
                each.key,
                str(each.step.holder_id),
                str(each.step.observed.get("skip_asked")),
                each.progress,
            ]
            for each in asked
        ],
        "lanes": [[s.seq, s.state, str(s.next_at), str(s.holder_id), s.progressed] for s in steps],
        "windows": [[b.window, b.state, str(b.starts_at)] for b in bookings],
        "log": [events],
    }
    return {name: _stamp(value) for name, value in shown.items()}


def _stamp(shown: object) -> str:
    return hashlib.sha256(json.dumps(shown, default=str).encode()).hexdigest()[:8]


def answer(request: HttpRequest, job: UpgradeJob) -> HttpResponse:
    """What has changed since the page that asks. Another state of the job is another page."""
    seen = dict(zip(("job", *PARTS), request.GET.get("seen", "").split("."), strict=False))
    at = clock.now()
    shown = parts(job, at, reader=request.user)
    shown |= {"job": job, "site": job.site, "never_restart": _(NEVER_RESTART)}
    changed = {name: shown["stamps"][name] != seen.get(name) for name in ("job", *PARTS)}
    if job.state not in UNDER_WAY or changed["job"]:
        if request.GET.get("typing") != "1":
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        shown |= {"stale": True, "job_url": request.path.removesuffix("live/")}
    if changed["windows"]:
        shown |= slots.shown(request, job, shown["bookings"], at)
    shown |= {"changed": changed, "typing": int(bool(shown["todos"]))}
    return render(request, "upgrades/parts/live.html", shown)


def _dwell(steps: Sequence[JobStep]) -> JobStep | None:
    return next((s for s in steps if s.action == "dwell" and s.state in OPEN), None)


def _rate() -> float:
    """How fast the portal's clock runs: the demo's, faster than the wall's."""
    dial = clock.read_dial() if settings.SCALED_CLOCK else None
    return dial.rate if dial else 1.0
