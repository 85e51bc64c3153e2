"""A job's page, built as its state asks: to be decided, to begin, under way, or over.

Used by the page's own view, and by forms that come back with what was wrong.
"""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from appliances import readiness_queries
from portal import clock, times
from upgrades import queries
from upgrades.forms.evidence import EvidenceForm
from upgrades.forms.jobs import MoveForm, NoteForm
from upgrades.forms.live_links import LiveLinkForm
from upgrades.models import JobStep, UpgradeJob
from upgrades.models.job import ENDED, UNDER_WAY
from upgrades.procedures import PROCEDURES
from upgrades.reports import left_behind
from upgrades.services import (
    enrolments,
    freezes,
    halting,
    leftovers,
    live_links,
    nodes,
    repairing,
    runs,
)
from upgrades.services.rehearsals import asking
from upgrades.services.written import form
from upgrades.views import facts, live, logs, paths, planned, proofs, rehearsals, slots
from upgrades.views.phases import told

PAPERS = ("upgrades:job-runbook", "upgrades:job-record", "upgrades:job-approval")


def page(
    request: Any,
    job: UpgradeJob,
    *,
    bound: EvidenceForm | None = None,
    moving: dict[int, MoveForm] | None = None,
    noting: NoteForm | None = None,
    sharing: LiveLinkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """`bound`, `moving`, `noting` and `sharing` are forms that came back with errors."""
    at = clock.now()
    shown = _everywhere(request, job, noting)
    shown |= _shared(request, job, sharing, at)
    if job.state in UNDER_WAY:
        shown |= _under_way(request, job, at, bound)
        template = "upgrades/job_live.html"
    elif job.state in ENDED and job.started_at:
        shown |= _at_rest(job)
        shown |= _over(job, shown["steps"])
        template = "upgrades/job_over.html"
    else:
        shown |= _at_rest(job)
        shown |= _ahead(job, shown["steps"])
        shown["frozen"] = freezes.over(job, shown["bookings"])
        template = "upgrades/job_ahead.html"
    shown["closed"] = form.is_closed(job, shown["steps"])
    shown |= slots.shown(request, job, shown["bookings"], at, moving=moving)
    return render(request, template, shown, status=status)


def _under_way(
    request: Any, job: UpgradeJob, at: datetime, bound: EvidenceForm | None
) -> dict[str, Any]:
    shown = live.parts(job, at, reader=request.user, bound=bound)
    return shown | {
        "never_restart": _(halting.NEVER_RESTART),
        "typing": int(bool(shown["todos"])),
        "chains": paths.of_job(job, shown["steps"]),
    }


def _everywhere(request: Any, job: UpgradeJob, noting: NoteForm | None) -> dict[str, Any]:
    staff = request.user.is_staff
    return {
        "job": job,
        "site": job.site,
        "notes": queries.notes_of(job, staff=staff),
        "note_form": noting or NoteForm(staff=staff),
        "is_requester": job.requested_by_id == request.user.pk,
        "is_mover": job.was_moved_by(request.user),
        "papers": _papers(request, job),
        "procedure": _titled(job),
        "installed": ", ".join(job.plan.get("installed", [])),
    }


def _shared(
    request: Any, job: UpgradeJob, sharing: LiveLinkForm | None, at: datetime
) -> dict[str, Any]:
    """The links for the night shift, for whoever may share the job."""
    if not request.may("job.share"):
        return {}
    form = (sharing or LiveLinkForm()) if job.state in live_links.SHARED else None
    return {"live_links": live_links.of_job(job, at), "share_form": form}


def _titled(job: UpgradeJob) -> str:
    """The title of the page that the job follows; none for one that is not kept any more."""
    known = PROCEDURES.get(job.procedure)
    return told(known.title) if known else ""


def _papers(request: Any, job: UpgradeJob) -> list[str]:
    """Addresses of the run-book and of the record, as far as this installation makes them."""
    found = []
    for name in PAPERS:
        try:
            found.append(reverse(name, kwargs={"slug": request.customer.slug, "pk": job.pk}))
        except NoReverseMatch:
            found.append("")
    return found


def _at_rest(job: UpgradeJob) -> dict[str, Any]:
    steps, kept = queries.steps_of(job), queries.log_of(job)
    return {
        "steps": steps,
        "bookings": queries.bookings_of(job),
        "chains": paths.of_job(job, steps),
        "left_out": planned.left_out(job.plan.get("left_out", [])),
        "entries": logs.entries(kept.events, steps, job.site.zone),
        "events": kept.total,
    }


def _ahead(job: UpgradeJob, steps: list[JobStep]) -> dict[str, Any]:
    finish = job.plan.get("finish")
    letters = {box.name: box.letter for box in queries.boxes_of(job, steps)}
    return {
        "phases": planned.of_rows(steps, letters),
        "dark": nodes.dark(job.plan),
        "begins_at": runs.begins_at(job),
        "answer_by": enrolments.answer_by(job),
        "short": runs.is_short(job, clock.now()),
        "moves": job.moves,
        "rehearsed_known": True,
        "rehearsed": rehearsals.marks(asking.of_plan(job.site, job.plan.get("digest", ""))),
        "rehearse_url": rehearsals.address_of(job),
        "finish": datetime.fromisoformat(finish) if finish else None,
    }


def _is_left(job: UpgradeJob) -> bool:
    """What it left is still there, and there is a repair for it."""
    standing = leftovers.at_site(job.site) if job.left_behind else None
    return standing is not None and standing.pk == job.pk and repairing.repairable(job)


def _over(job: UpgradeJob, steps: list[JobStep]) -> dict[str, Any]:
    """Plan against what came of it."""
    took = (job.ended_at or job.started_at) - job.started_at  # type: ignore[operator]
    done = [step for step in steps if step.began_at and step.ended_at]
    hands = sum(((s.ended_at - s.began_at) for s in done if s.doer != "portal"), timedelta())
    count = {state: sum(step.state == state for step in steps) for state in JobStep.State.values}
    return {
        "took": times.span(took.total_seconds() / 60),
        "by_hand": times.span(hands.total_seconds() / 60),
        "count": count,
        "left": left_behind.told(job.left_behind),
        "may_repair": _is_left(job),
        "phases": planned.of_run(steps),
        "proofs": proofs.of(steps),
        "differences": readiness_queries.differences_of(job.pk),
        "cut_off": facts.cut_off(job.plan, steps, job.ended_at or job.started_at),
    }
