"""Where a job went another way than its plan: what a reader of the record looks for first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from appliances import actions as do
from portal import times
from portal.models import AuditEvent
from portal.templatetags.happenings import happening
from upgrades.events import HoldEvent, JobEvent, StepEvent
from upgrades.models import JobStep
from upgrades.reports import moments
from upgrades.reports.steps import told
from upgrades.reports.story import Story

Json = dict[str, Any]
LATE_BY = 5  # minutes beyond the worst case that count as late
WAITS = frozenset({do.DWELL.name})
OTHERWISE = frozenset({
    JobEvent.REJECTED, JobEvent.REVISED, JobEvent.MISSED, JobEvent.REBOOKED,
    JobEvent.FOUND_BEGUN, JobEvent.PAUSED,
    JobEvent.RESUMED, JobEvent.HALTED, JobEvent.ABANDONED, JobEvent.ENDED_EARLY, JobEvent.CANCELLED,
    StepEvent.HELD, StepEvent.RETRIED, StepEvent.ACCEPTED, StepEvent.SKIPPED, StepEvent.LOST,
    StepEvent.EXTENDED, StepEvent.WAIVED, StepEvent.HANDED_OVER, StepEvent.GAP_LONG,
    *HoldEvent, "booking.moved", "booking.missed", "booking.found_used", "appliance.drifted",
})  # fmt: skip
REASONS = ("reason", "why", "detail", "ticket", "gap")


def of(story: Story) -> list[Json]:
    """In the order of time: when, what, at which step, why, who."""
    zone = story.job.site.zone
    steps = {step.seq: step for step in story.steps}
    rows = [_of_event(event, steps) for event in story.events if event.name in OTHERWISE]
    rows += _late(story)
    rows.sort(key=lambda row: row["at"])
    return [{**row, "when": moments.stamp(row["at"], zone)} for row in rows]


def _of_event(event: AuditEvent, steps: dict[int, JobStep]) -> Json:
    step = steps.get(event.data.get("seq", 0))
    why = next((str(event.data[name]) for name in REASONS if event.data.get(name)), "")
    return {
        "at": event.at,
        "what": str(happening(event.name)),
        "step": f"{step.seq}. {told(step.text)}" if step else "",
        "why": told(why),
        "who": _who(event),
    }


def _who(event: AuditEvent) -> str:
    if asked := event.data.get("asked_by"):
        return _("%(name)s, asked for by %(other)s") % {"name": event.actor_name, "other": asked}
    return event.actor_name


def _late(story: Story) -> Iterator[Json]:
    for step in story.steps:
        took = moments.minutes(step.began_at, step.ended_at)
        if took is None or step.action in WAITS or took <= step.worst_minutes + LATE_BY:
            continue
        values = {"took": times.span(took), "worst": times.span(step.worst_minutes)}
        yield {
            "at": _ended(step),
            "what": _("Took longer than the worst case"),
            "step": f"{step.seq}. {told(step.text)}",
            "why": _("%(took)s instead of %(worst)s") % values,
            "who": str(step.confirmed_by or ""),
        }


def _ended(step: JobStep) -> datetime:
    assert step.ended_at is not None, step
    return step.ended_at
