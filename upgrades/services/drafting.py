"""From a drawn plan to a job's own rows: what the approver reads, and the steps to be run."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from appliances import actions as do
from appliances.models import Appliance, Package
from portal import times
from upgrades.models import JobStep, UpgradeJob
from upgrades.planning.catalogue import dotted
from upgrades.planning.course import course
from upgrades.planning.nodes import unserved_regions
from upgrades.planning.stored import dump, plan_lines
from upgrades.services import drawing, planning

COPIED = (
    "seq", "rank", "lane", "hop", "phase", "window", "lead", "text", "action", "guide", "role",
)  # fmt: skip


def digest(drawn: planning.Draft) -> str:
    """A fingerprint of exactly what would run, for "the approver sees what will run"; and of the
    regions that are away meanwhile, for which the customer gives a word."""
    plan = drawn.plan
    away = sorted(unserved_regions(plan.site, plan.offline))
    what = [plan_lines(plan), sorted(plan.offline), away] if plan.site.nodes else plan_lines(plan)
    lines = json.dumps(what, sort_keys=True, default=str)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def bounds(starts: Sequence[datetime], zone: str) -> tuple[date, date]:
    """The site's days that an approval covers: from the first window to the last, and a week."""
    first, last = times.in_zone(min(starts), zone), times.in_zone(max(starts), zone)
    return first.date(), last.date() + timedelta(days=7)


def take_over(job: UpgradeJob, drawn: planning.Draft) -> None:
    told = drawn.summary
    job.plan = {
        **told,
        "packages": [
            {"id": key, "name": row.name, "kind": row.kind, "provenance": row.provenance}
            for key, row in drawn.packages.items()
        ],
        "path": path_lines(drawn),
        "installed": sorted({dotted(a.versions.product) for a in drawn.plan.site.appliances}),
        "digest": digest(drawn),
    }
    job.expected_minutes, job.worst_minutes = told["expected"], told["worst"]
    job.downtime_expected = told["downtime"]["expected"]
    job.downtime_worst = told["downtime"]["worst"]
    job.prepares_worst = int(course(drawn.plan).lead_in / timedelta(minutes=1))


def path_lines(drawn: planning.Draft) -> list[dict[str, Any]]:
    """The path with the requirement that made each base package necessary, and how well known."""
    lines = []
    getting = {item.on for item in drawn.plan.steps if item.package}
    for name in [box.name for box in drawn.plan.site.all if box.name in getting]:
        installed = drawn.plan.site.find(name).versions
        for number, hop in enumerate(drawn.plan.hops, start=1):
            on = hop.on(name)
            reasons = {base.id: need for base, _asking, need in reversed(on.reasons(installed))}
            for package in on.packages:
                need = reasons.get(package.id)
                lines.append({
                    "appliance": name, "hop": number, "package": package.id,
                    "kind": package.kind.value, "version": dotted(package.version),
                    "because": dump(need.sentence) if need else "",
                    "provenance": (need.provenance if need else package.provenance).value,
                })  # fmt: skip
                installed = installed.having(package)
    return lines


def write_steps(job: UpgradeJob, drawn: planning.Draft) -> None:
    job.steps.all().delete()
    rows = {row.name: row for row in job.site.appliances.all()}
    if new := drawing.replacement_of(job):
        rows[new.name] = new
    serving = drawn.plan.site.primary
    JobStep.objects.bulk_create(
        _row(job, line, rows, rows[serving], drawn.packages) for line in plan_lines(drawn.plan)
    )


def _row(
    job: UpgradeJob, line: dict[str, Any], rows: dict[str, Appliance], serving: Appliance,
    packages: dict[str, Package],
) -> JobStep:  # fmt: skip
    action = do.find(line["action"])
    appliance = rows.get(line["on"])
    if appliance is None and action.effect in (do.CALLABLE, do.ONE_WAY):
        appliance = serving  # an effect is always somewhere, and its lock too
    about = [rows[name] for name in line["about"] if name in rows]
    asked = {(appliance or serving).dialect, *(box.dialect for box in about)}
    by_person = action.by == do.PORTAL and Appliance.Dialect.NO_API in asked
    return JobStep(
        customer_id=job.customer_id, job=job, appliance=appliance,
        package=packages.get(line["package"]),
        about_ids=[box.pk for box in about],
        doer=do.PERSON if by_person and action.evidence_fields else action.by,
        effect=action.effect, halts=action.on_failure == do.Failure.HALT,
        expected_minutes=line["expected"], worst_minutes=line["worst"],
        **{name: line[name] for name in COPIED},
    )  # fmt: skip
