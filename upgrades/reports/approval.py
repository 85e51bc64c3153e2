"""The approval sheet: what exactly is agreed to, on one paper, with room to sign.

A signature on paper approves nothing by itself: the portal counts, and whoever signs is not who
asked. The sheet says so, names the plan by its digest, and shows the approval once it is given.
"""

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from portal import times
from portal.services import customers
from upgrades import queries
from upgrades.models import UpgradeJob
from upgrades.procedures import PROCEDURES
from upgrades.reports import moments, pages, runbook
from upgrades.reports.paper import Paper, code_of, compose
from upgrades.services import nodes, notices

Json = dict[str, Any]


def paper(
    job: UpgradeJob, *, language: str, size: str = "a4", at: datetime, by: Any = None
) -> Paper:
    """Raises NoSteps for a draft: what is not asked for cannot be agreed to."""
    runbook.demand_steps(queries.steps_of(job))
    booked, zone = queries.bookings_of(job), job.site.zone
    with translation.override(language):
        context = {
            "job": job,
            "state": job.get_state_display(),
            "code": code_of(notices.address_of(job), _("QR code: the page of this job")),
            "from_version": ", ".join(job.plan.get("installed", [])),
            "facts": [*_asked(job), *runbook.facts_of(job, booked)],
            "opening": pages.page(PROCEDURES[job.procedure]).opening[1:],
            "dark": nodes.dark(job.plan),
            "appliances": [runbook.appliance_of(row, job) for row in queries.boxes_of(job)],
            "path": [runbook.hop_of(line) for line in job.plan.get("path", [])],
            "windows": runbook.windows_of(job, booked),
            "moves": len(job.moves),
            "approved": _approved(job),
            "printed": moments.full(at, zone),
            "printed_by": str(by or ""),
        }
        return compose(
            "approval.html", context, name=f"{job.label}-approval", language=language, size=size,
            digest=job.plan.get("digest", ""),
        )  # fmt: skip


def _asked(job: UpgradeJob) -> list[Json]:
    """Who asked, and when; on which contract."""
    when = moments.full(job.requested_at, job.site.zone) if job.requested_at else ""
    day = times.in_zone(job.requested_at, job.site.zone).date() if job.requested_at else None
    contract = customers.contract_for(day) if day else None
    return [
        {"label": _("Asked for by"), "value": str(job.requested_by or "")},
        {"label": _("Asked for on"), "value": when},
        {"label": _("Maintenance contract"), "value": contract.number if contract else ""},
    ]


def _approved(job: UpgradeJob) -> str:
    """Who approved it and when; empty while nobody has."""
    if job.approved_at is None:
        return ""
    who = str(job.approved_by or _("approved beforehand"))
    return f"{who}, {moments.full(job.approved_at, job.site.zone)}"
