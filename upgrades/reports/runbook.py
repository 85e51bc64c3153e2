"""The run-book: a job's plan on paper, to be carried to the rack, ticked and signed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy

from appliances.models import Appliance, ReadinessCheck
from appliances.queries import newest_checks
from portal import times
from portal.errors import Refused
from upgrades import queries
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.planning.catalogue import Provenance
from upgrades.planning.stored import load
from upgrades.procedures import METHODS, PROCEDURES
from upgrades.reports import calling, ledger, moments, steps as lines
from upgrades.reports.paper import Paper, code_of, compose
from upgrades.services import bookings as slots, freezes, notices

Json = dict[str, Any]


class NoSteps(Refused):
    code = "no-steps"


def paper(
    job: UpgradeJob, *, language: str, size: str = "a4", at: datetime, by: Any = None
) -> Paper:
    """The run-book of a job that has its steps, in whatever state. Raises NoSteps for a draft."""
    steps = queries.steps_of(job)
    demand_steps(steps)
    booked, boxes = queries.bookings_of(job), queries.boxes_of(job)
    with translation.override(language):
        context = {
            "job": job,
            "state": job.get_state_display(),
            "approved": job.approved_at is not None,
            "code": code_of(notices.address_of(job), _("QR code: the page of this job")),
            "from_version": ", ".join(job.plan.get("installed", [])),
            "facts": facts_of(job, booked),
            "people": calling.people(job, at),
            "never": _(calling.NEVER),
            "call": calling.touch_nothing(),
            "every": calling.every(boxes),
            "appliances": [appliance_of(row, job) for row in boxes],
            "checks": _checks(job),
            "path": [hop_of(line) for line in job.plan.get("path", [])],
            "windows": windows_of(job, booked),
            "phases": list(_phases(job, steps, booked)),
            "left_out": left_out(job),
            "printed": moments.full(at, job.site.zone),
            "printed_by": str(by or ""),
        }
        digest = job.plan.get("digest", "")
        return compose(
            "runbook.html", context, name=f"{job.label}-runbook", language=language, size=size,
            digest=digest,
        )  # fmt: skip


def demand_steps(steps: Sequence[JobStep]) -> None:
    """Raises NoSteps for a draft."""
    if not steps:
        raise NoSteps(
            gettext_lazy("This job has no steps yet, so there is nothing to print."),
            remedy=gettext_lazy("Ask for approval first: that writes the steps."),
        )


def _checks(job: UpgradeJob) -> Json:
    """The last answers of the site: how many are good, and each other one with who answers."""
    rows = newest_checks(job.site)
    other = [row for row in rows if row.status != ReadinessCheck.Status.GOOD]
    return {
        "good": len(rows) - len(other),
        "other": [ledger.finding(row, job.site.zone) for row in other],
    }


def facts_of(job: UpgradeJob, booked: Sequence[Booking]) -> list[Json]:
    zone = job.site.zone
    facts = [
        (_("Procedure"), lines.told(PROCEDURES[job.procedure].title)),
        (_("Method"), lines.told(METHODS[job.method].title)),
        (_("Work and waits"), both(job.expected_minutes, job.worst_minutes)),
        (_("Site away"), both(job.downtime_expected, job.downtime_worst)),
    ]
    if booked:
        facts.append((_("First window"), moments.booked(booked[0], zone)))
    if finish := job.plan.get("finish"):
        facts.append((_("Ends at worst"), moments.full(datetime.fromisoformat(finish), zone)))
    return [{"label": label, "value": value} for label, value in facts]


def both(expected: int, worst: int) -> str:
    return _("%(expected)s, at worst %(worst)s") % {
        "expected": times.span(expected), "worst": times.span(worst),
    }  # fmt: skip


def appliance_of(row: Appliance, job: UpgradeJob) -> Json:
    zone = job.site.zone
    return {
        "letter": row.letter,
        "name": row.name,
        "host": row.host,
        "box": " ".join(part for part in (row.model, row.serial) if part),
        "base": row.base_version,
        "base_at": moments.stamp(row.base_at, zone),
        "product": row.product_version,
        "product_at": moments.stamp(row.product_at, zone),
    }


def hop_of(line: Json) -> Json:
    need = line["because"]
    need = load(need).told(_) if isinstance(need, dict) else lines.told(need)
    return {
        "hop": line["hop"],
        "appliance": line["appliance"],
        "base": line["kind"] == "base",
        "version": line["version"],
        "because": _("The package after it needs %(need)s.") % {"need": need} if need else "",
        "provenance": line["provenance"],
        "provenance_told": lines.told(Provenance(line["provenance"]).label),
    }


def windows_of(job: UpgradeJob, booked: Sequence[Booking]) -> list[Json]:
    """Each window of the plan, with its booking where it has one."""
    found = {booking.window: booking for booking in booked}
    rows = []
    for window in job.plan.get("windows", []):
        booking = found.get(window["window"])
        rows.append({
            "number": window["window"],
            "title": ", ".join(lines.told(title) for title in window["titles"]),
            "hop": window["hop"],
            "slot": moments.booked(booking, job.site.zone) if booking else "",
            "state": booking.get_state_display() if booking else _("not booked"),
            "expected": times.span(window["expected"]),
            "worst": times.span(window["worst"]),
            "safe": _safe_start(booking, job.site.zone) if booking else None,
            "overridden": _overridden(booking) if booking else [],
        })  # fmt: skip
    return rows


def _overridden(booking: Booking) -> list[str]:
    """Who answers for it inside a freeze, and why."""
    said = freezes.overrides(booking).select_related("by").order_by("at")
    return [
        _("A freeze is overridden by %(name)s: %(reason)s") % {"name": one.by, "reason": one.reason}
        for one in said
    ]


def _safe_start(booking: Booking, zone: str) -> Json | None:
    return moments.stamp(slots.last_safe_start(booking), zone)


def _phases(job: UpgradeJob, steps: Sequence[JobStep], booked: Sequence[Booking]) -> list[Json]:
    found = []
    for phase in lines.phases(steps, booked):
        found.append({
            "title": phase["title"],
            "when": _when(job, phase, booked),
                "note": phase["note"],
            "steps": [lines.to_do(step, job.method, job.site.zone) for step in phase["steps"]],
        })  # fmt: skip
    return found


def _when(job: UpgradeJob, phase: Json, booked: Sequence[Booking]) -> str:
    zone, first = job.site.zone, phase["steps"][0]
    if phase["booking"]:
        return _("window %(number)d, %(slot)s") % {
            "number": phase["window"], "slot": moments.booked(phase["booking"], zone),
        }  # fmt: skip
    if first.lead:
        ahead = times.span(first.lead)
        return _("from %(span)s before the next window") % {"span": ahead}
    if first.seq == 1 and booked:
        return _("from %(when)s") % {
            "when": moments.full(booked[0].starts_at - job.preparation, zone)
        }
    return ""


def left_out(job: UpgradeJob) -> list[Json]:
    """What the procedure has and this plan has not, and why; the same line of two hops once."""
    letters = {row.name: row.letter for row in queries.boxes_of(job)}
    rows = {
        (line["action"], line["on"], str(line["why"])): {
            "text": lines.told(line["text"]),
            "on": letters.get(line["on"], _("site")),
            "guide": line["guide"],
            "why": load(line["why"]).told(_),
        }
        for line in job.plan.get("left_out", [])
    }
    return list(rows.values())
