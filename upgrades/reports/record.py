"""The record: what was planned, what was done, by whom, and what proves it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from appliances.models import Appliance, VersionReading
from portal import times
from upgrades.models import JobStep, UpgradeJob
from upgrades.models.job import ENDED
from upgrades.procedures import METHODS, PROCEDURES
from upgrades.reports import (
    deviations,
    ledger,
    left_behind,
    moments,
    pictures,
    proofs,
    steps as lines,
    story,
)
from upgrades.reports.paper import Paper, code_of, compose
from upgrades.reports.runbook import both
from upgrades.reports.story import Story
from upgrades.services import notices

Json = dict[str, Any]


def paper(
    job: UpgradeJob, *, language: str, size: str = "a4", at: datetime, by: Any = None
) -> Paper:
    """The record of a job at its end, or so far. Inside the customer's transaction."""
    told = story.of(job)
    shown = {f"{place}.jpg": file for place, file in pictures.shown(told.files)}
    with translation.override(language):
        return compose(
            "record.html", _context(told, at=at, by=by), name=f"{job.label}-record",
            language=language, size=size, digest=told.digest, kept=shown,
        )  # fmt: skip


def is_final(job: UpgradeJob) -> bool:
    return job.state in ENDED


def _context(told: Story, *, at: datetime, by: Any) -> Json:
    job, zone = told.job, told.job.site.zone
    return {
        "job": job,
        "state": job.get_state_display(),
        "final": is_final(job),
        "reason": job.why,
        "left_behind": left_behind.told(job.left_behind),
        "code": code_of(notices.address_of(job), _("QR code: the page of this job")),
        "from_version": ", ".join(job.plan.get("installed", [])),
        "facts": _facts(job),
        "otherwise": deviations.of(told),
        "versions": [_versions(row, told) for row in told.appliances],
        "windows": list(_windows(told)),
        "approvals": ledger.approvals(told),
        "phases": list(_phases(told)),
        "attempts": ledger.attempts(told),
        "findings": ledger.findings(told),
        "differences": ledger.differences(told),
        "messages": ledger.messages(told),
        "notes": ledger.notes(told),
        "files": ledger.files(told),
        "days": ledger.days(told),
        "chain": ledger.chain(told),
        "pictures": list(_captions(told)),
        "printed": moments.full(job.ended_at if is_final(job) and job.ended_at else at, zone),
        "printed_by": "" if is_final(job) else str(by or ""),
    }


def _facts(job: UpgradeJob) -> list[Json]:
    zone = job.site.zone
    took = moments.minutes(job.started_at, job.ended_at)
    facts = [
        (_("Procedure"), lines.told(PROCEDURES[job.procedure].title)),
        (_("Method"), lines.told(METHODS[job.method].title)),
        (_("Planned work and waits"), both(job.expected_minutes, job.worst_minutes)),
        (_("Started"), moments.full(job.started_at, zone) if job.started_at else "–"),
        (_("Ended"), moments.full(job.ended_at, zone) if job.ended_at else "–"),
        (_("From start to end"), times.span(took) if took is not None else "–"),
    ]
    return [{"label": label, "value": value} for label, value in facts]


def _versions(row: Appliance, told: Story) -> Json:
    """Before: as last read when the job began (or was written). After: as last read at its end."""
    job = told.job
    begin, end = job.started_at or job.requested_at or job.made_at, job.ended_at
    found: Json = {"letter": row.letter, "name": row.name, "host": row.host}
    for kind in ("BASE", "PRODUCT"):
        own = [r for r in told.readings if r.appliance_id == row.pk and r.kind == kind]
        before = [reading for reading in own if reading.read_at <= begin]
        after = [reading for reading in own if end is None or reading.read_at <= end]
        found[kind.lower()] = [_reading(before, told), _reading(after, told)]
    return found


def _reading(readings: Sequence[VersionReading], told: Story) -> Json | None:
    if not readings:
        return None
    last = readings[-1]
    return {
        "version": last.version,
        "build": last.build,
        "source": last.get_source_display(),
        "when": moments.stamp(last.read_at, told.job.site.zone),
    }


def _windows(told: Story) -> Iterator[Json]:
    zone = told.job.site.zone
    planned = {row["window"]: row for row in told.job.plan.get("windows", [])}
    for booking in told.bookings:
        steps = [step for step in told.steps if step.window == booking.window]
        begun = min((step.began_at for step in steps if step.began_at), default=None)
        ended = max((step.ended_at for step in steps if step.ended_at), default=None)
        took = moments.minutes(begun, ended)
        titles = planned.get(booking.window, {}).get("titles", [])
        yield {
            "number": booking.window,
            "title": ", ".join(lines.told(title) for title in titles),
            "state": booking.get_state_display(),
            "slot": moments.booked(booking, zone),
            "worst": times.span(booking.worst_minutes),
            "begun": moments.stamp(begun, zone),
            "ended": moments.stamp(ended, zone),
            "took": times.span(took) if begun and took is not None else "–",
        }


def _phases(told: Story) -> Iterator[Json]:
    files = story.number_of(told.files)
    for phase in lines.phases(told.steps, told.bookings):
        yield {
            "title": phase["title"],
            "note": phase["note"],
            "steps": [_step(step, files, told.job.site.zone) for step in phase["steps"]],
        }


def _step(step: JobStep, files: Mapping[str, int], zone: str) -> Json:
    took = moments.minutes(step.began_at, step.ended_at)
    return {
        "seq": step.seq,
        "text": lines.told(step.text),
        "package": step.package.name if step.package else "",
        "guide": lines.guide(step),
        "on": lines.where(step),
        "state": step.get_state_display(),
        "who": _who(step),
        "planned": times.span(step.expected_minutes),
        "worst": times.span(step.worst_minutes),
        "began": moments.stamp(step.began_at, zone),
        "ended": moments.stamp(step.ended_at, zone),
        "took": times.span(took) if took is not None else "–",
        "reason": lines.told(step.reason),
        "proofs": list(proofs.lines(step, files)),
    }


def _who(step: JobStep) -> str:
    """Who answers for it: the people who confirmed, else the portal, which saw it."""
    people = dict.fromkeys(str(user) for user in (step.confirmed_by, step.second_by) if user)
    if people:
        return ", ".join(people)
    return _("the portal") if step.state == JobStep.State.DONE else ""


def _captions(told: Story) -> Iterator[Json]:
    steps = {step.pk: step for step in told.steps}
    for place, file in pictures.shown(told.files):
        step = steps.get(file.subject_id)
        yield {
            "source": f"{place}.jpg",
            "place": place,
            "name": file.name,
            "sha256": file.sha256,
            "step": f"{step.seq}. {lines.told(step.text)}" if step else "",
            "by": str(file.added_by or ""),
            "when": moments.full(file.added_at, told.job.site.zone),
        }
