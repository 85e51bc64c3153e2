"""A plan as its reader sees it: phases with who does what, windows with their times, what is left
out and why; before it is stored, as rows of a job, and after it has run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from appliances import actions as do
from portal import times
from upgrades.models import Booking, JobStep
from upgrades.planning.plan import LeftOut, Plan, PlannedStep
from upgrades.planning.stored import load
from upgrades.services import bookings as slots
from upgrades.services.layouts import Row
from upgrades.views import phases as found
from upgrades.views.lanes import guide_of
from upgrades.views.phases import told

MINUTE = timedelta(minutes=1)
NOTHING_BROKEN: Mapping[int, Sequence[int]] = MappingProxyType({})


@dataclass(frozen=True)
class Line:
    """A step to be read: text, where, by whom, how long at worst, the guide."""

    number: int
    text: str
    where: str
    doer: str
    span: str
    guide: str
    breaks: Sequence[int] = ()  # rules, by number


@dataclass(frozen=True)
class Part:
    """A phase to be read; `window` names the booking that it needs."""

    title: str
    window: int
    lines: Sequence[Line]

    @property
    def breaks(self) -> bool:
        return any(line.breaks for line in self.lines)


@dataclass(frozen=True)
class Night:
    """A window of the plan in its slot: instants, minutes, and whether it could be moved."""

    window: int
    title: str
    start: datetime
    end: datetime
    safe: datetime
    expected: int
    worst: int
    booking: Booking | None = None

    @property
    def total(self) -> int:
        return int((self.end - self.start) / MINUTE)

    @property
    def said(self) -> str:
        return _("%(expected)s expected, %(worst)s at worst, of %(total)s") % {
            "expected": times.span(self.expected), "worst": times.span(self.worst),
            "total": times.span(self.total),
        }  # fmt: skip


def of_plan(
    plan: Plan,
    packages: Mapping[str, Any],
    letters: Mapping[str, str],
    breaks: Mapping[int, Sequence[int]] = NOTHING_BROKEN,
) -> list[Part]:
    """The phases of a plan that is not stored yet; `breaks`: rules that a step breaks."""
    parts: list[Part] = []
    key: Any = None
    lines: list[Line] = []
    for item in plan.steps:
        if (item.phase, item.hop, item.window) != key:
            key, lines = (item.phase, item.hop, item.window), []
            parts.append(Part(_titled(item, len(plan.hops)), item.window, lines))
        package = packages.get(item.package.id) if item.package else None
        text = f"{told(item.step.text)} ({package.name})" if package else told(item.step.text)
        where = letters.get(item.on, _("Site"))
        lines.append(
            Line(item.seq, text, where, _doer(item.action.by), times.span(item.minutes[1]),
                 guide_of(item.step.guide), breaks.get(item.seq, ()))
        )  # fmt: skip
    return parts


def _titled(item: PlannedStep, hops: int) -> str:
    title = told(item.phase)
    if hops > 1 and item.hop:
        return _("%(phase)s, hop %(hop)d") % {"phase": title, "hop": item.hop}
    return title


def of_rows(steps: Iterable[JobStep], letters: Mapping[str, str]) -> list[Part]:
    """The same of a job's own rows."""
    return [
        Part(
            phase.title, phase.steps[0].window,
            [
                Line(s.seq, _text(s), letters.get(s.lane, _("Site")), _doer(s.doer),
                     times.span(s.worst_minutes), guide_of(s.guide))
                for s in phase.steps
            ],
        )
        for phase in found.phases(steps)
    ]  # fmt: skip


def of_run(steps: Iterable[JobStep]) -> list[dict[str, Any]]:
    """Each phase with what was planned for it and what it took."""
    return [_ran(phase) for phase in found.phases(steps)]


def _ran(phase: found.Phase) -> dict[str, Any]:
    began = [step.began_at for step in phase.steps if step.began_at]
    ended = [step.ended_at for step in phase.steps if step.ended_at]
    took = max(ended) - min(began) if began and ended else None
    return {
        "phase": phase,
        "began": min(began, default=None),
        "planned": times.span(sum(step.expected_minutes for step in phase.steps)),
        "worst": times.span(sum(step.worst_minutes for step in phase.steps)),
        "took": times.span(took / MINUTE) if took is not None else "",
    }


def _text(step: JobStep) -> str:
    return f"{told(step.text)} ({step.package.name})" if step.package else told(step.text)


def _doer(doer: str) -> str:
    return told(do.Doer(doer).label)


def nights(rows: Iterable[Row], windows: Iterable[dict[str, Any]]) -> list[Night]:
    """A layout's rows with the plan's lengths."""
    lengths = {window["window"]: window for window in windows}
    return [
        Night(row.window, row.title, row.start, row.end, row.last_safe_start,
              lengths[row.window]["expected"], row.needs)
        for row in rows
    ]  # fmt: skip


def booked(booking: Booking, plan: dict[str, Any], among: Iterable[Booking] | None = None) -> Night:
    """`among`: the job's bookings, where they were read already."""
    window = next((w for w in plan.get("windows", []) if w["window"] == booking.window), {})
    return Night(
        booking.window, ", ".join(map(told, window.get("titles", []))), booking.starts_at,
        booking.ends_at, slots.last_safe_start(booking, among), window.get("expected", 0),
        booking.worst_minutes, booking,
    )  # fmt: skip


def left_out(rows: Iterable[Any]) -> list[dict[str, str]]:
    """Lines of the page that this site does not need, and why; stored ones and fresh ones."""
    return [_left(row) for row in rows]


def _left(row: LeftOut | dict[str, Any]) -> dict[str, str]:
    if isinstance(row, LeftOut):
        return {"text": told(row.step.text), "why": row.why.told(_), "guide": row.step.guide}
    return {"text": told(row["text"]), "why": load(row["why"]).told(_), "guide": row["guide"]}
