"""The record's lists: approvals, attempts, checks, messages, notes, files, events."""

from itertools import groupby
from typing import Any

from django.utils.translation import get_language_info, gettext as _

from appliances.models import Difference, ReadinessCheck, Waiver
from portal.audit import Actor
from portal.models import AuditEvent
from portal.templatetags.happenings import happening
from upgrades.events import HoldEvent, JobEvent
from upgrades.reports import facts, moments
from upgrades.reports.steps import told, where
from upgrades.reports.story import Story

Json = dict[str, Any]
DECISIONS = frozenset({
    JobEvent.SUBMITTED, JobEvent.APPROVED, JobEvent.REJECTED, JobEvent.WITHDRAWN, JobEvent.REVISED,
    HoldEvent.RELEASE_ASKED, HoldEvent.RELEASED,
})  # fmt: skip


def approvals(story: Story) -> list[Json]:
    """Who asked, who agreed, to which plan; and who released an appliance after a base problem."""
    return [
        {
            "what": happening(event.name),
            "who": event.actor_name,
            "when": moments.stamp(event.at, story.job.site.zone),
            "plan": event.data.get("digest", ""),
            "why": event.data.get("reason") or event.data.get("ticket") or "",
        }
        for event in story.events
        if event.name in DECISIONS
    ]


def attempts(story: Story) -> list[Json]:
    zone = story.job.site.zone
    return [
        {
            "step": attempt.step.seq,
            "text": told(attempt.step.text),
            "on": attempt.appliance.letter,
            "begun": moments.stamp(attempt.intent_at, zone),
            "closed": moments.stamp(attempt.closed_at, zone),
            "outcome": attempt.get_outcome_display() if attempt.outcome else _("open"),
            "detail": told(attempt.detail),
        }
        for attempt in story.attempts
    ]


def findings(story: Story) -> list[Json]:
    return [finding(row, story.job.site.zone) for row in story.findings]


def finding(row: ReadinessCheck, zone: str) -> Json:
    """An answer, and who answers for it where it was waived."""
    return {
        "name": row.get_name_display(),
        "on": row.appliance.letter if row.appliance else _("site"),
        "status": row.get_status_display(),
        "code": row.status,
        "observed": moments.spoken(row.observed, zone),
        "reason": told(row.reason),
        "waived": _waived(row.waiver, zone) if row.waiver else "",
        "when": moments.stamp(row.taken_at, zone),
    }


def _waived(waiver: Waiver, zone: str) -> str:
    return _("%(who)s answers for it until %(until)s: %(why)s") % {
        "who": waiver.given_by, "until": moments.full(waiver.expires_at, zone),
        "why": waiver.reason,
    }  # fmt: skip


def differences(story: Story) -> list[Json]:
    """What each window changed beside what it was to change, and who looked at it."""
    zone = story.job.site.zone
    return [
        {
            "window": row.window,
            "on": row.appliance.letter,
            "name": row.label,
            "before": row.told_before,
            "after": row.told_after,
            "verdict": _verdict(row),
            "tolerance": "" if row.tolerance is None else f"{row.tolerance} %",
            "who": str(row.acknowledged_by or ""),
            "when": moments.stamp(row.acknowledged_at, zone) if row.acknowledged_at else None,
            "remark": row.remark,
        }
        for row in story.differences
    ]


def _verdict(row: Difference) -> str:
    if row.expected:
        return _("as was to be")
    if not row.beyond:
        return _("within its tolerance")
    return _("looked at") if row.acknowledged_at else _("not looked at yet")


def messages(story: Story) -> list[Json]:
    zone = story.job.site.zone
    return [
        {
            "subject": message.subject,
            "language": get_language_info(message.language)["name_translated"],
            "address": message.address,
            "written": moments.stamp(message.written_at, zone),
            "sent": moments.stamp(message.sent_at, zone),
            "state": message.get_state_display(),
        }
        for message in story.messages
    ]


def notes(story: Story) -> list[Json]:
    return [
        {
            "text": note.text,
            "who": str(note.written_by),
            "when": moments.stamp(note.written_at, story.job.site.zone),
        }
        for note in story.notes
    ]


def files(story: Story) -> list[Json]:
    """Every file kept, by the number under which the record speaks of it."""
    steps = {step.pk: step for step in story.steps}
    of_backup = {backup.file_id: steps.get(backup.step_id) for backup in story.backups}
    rows = []
    for place, file in enumerate(story.files, start=1):
        step = steps.get(file.subject_id) or of_backup.get(file.pk)
        rows.append({
            "place": place,
            "name": file.name,
            "kind": file.get_kind_display(),
            "size": file.size,
            "sha256": file.sha256,
            "step": step.seq if step else "",
            "on": where(step) if step else "",
            "sealed": bool(file.key_id),
        })  # fmt: skip
    return rows


def days(story: Story) -> list[Json]:
    """The log of the job, a group a day of the site."""
    rows = [_event(event, story.job.site.zone) for event in story.events]
    return [
        {"day": day, "events": list(group)}
        for day, group in groupby(rows, key=lambda row: row["day"])
    ]


def _event(event: AuditEvent, zone: str) -> Json:
    return {
        **moments.clock(event.at, zone),
        "number": event.number,
        "what": happening(event.name),
        "step": event.data.get("seq", ""),
        "who": event.actor_name if event.actor_kind != Actor.PORTAL else "",
        "facts": facts.told_of(event.data, zone),
    }


def chain(story: Story) -> Json | None:
    """Where this job's log stands in the customer's chain of events."""
    if not story.events:
        return None
    last = story.events[-1]
    return {"number": last.number, "hash": bytes(last.hash).hex()}
