"""Lines of a rollout's report: its sites, its log, downtime and seats, in the active language."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal import times
from portal.audit import Actor
from portal.models import PlatformEvent
from portal.templatetags.happenings import happening
from upgrades.events import RolloutEvent
from upgrades.models import Enrolment
from upgrades.reports import codes, moments
from upgrades.services.rollouts.stories import MOST_ROWS, Away, RolloutStory, Week

Json = dict[str, Any]
R = RolloutEvent
LOGGED = frozenset(RolloutEvent) - {R.DRAWN, R.REPORT_MADE}


def site(row: Enrolment) -> Json:
    return {
        "customer": row.customer.name,
        "site": row.site.name,
        "host": row.site.public_name,
        "wave": row.wave.number if row.wave else "–",
        "job": row.job.label if row.job else "",
    }


def left_out(rows: Iterable[Enrolment]) -> list[Json]:
    return [site(row) | {"word": str(codes.word(row.code)), "why": row.why} for row in rows]


def unanswered(rows: Iterable[Enrolment], zone: str, at: datetime) -> list[Json]:
    return [
        site(row) | {
            "contact": str(row.contact or ""),
            "asked": moments.stamp(row.alerted_at, zone),
            "answer_by": moments.stamp(row.answer_by, zone),
            "late": row.answer_by is not None and row.answer_by < at,
            "planned": times.day_label(row.planned_on) if row.planned_on else "–",
        }
        for row in rows
    ]  # fmt: skip


def failed(rows: Iterable[Enrolment], zone: str) -> list[Json]:
    """In the words that the enrolment keeps, else in its job's."""
    return [
        site(row) | {
            "state": row.get_state_display(),
            "why": row.why or (row.job.why if row.job else "") or "–",
            "when": moments.stamp(_since(row), zone),
        }
        for row in rows
    ]  # fmt: skip


def _since(row: Enrolment) -> datetime | None:
    return (row.job.ended_at or row.job.halted_at) if row.job else None


def openers(events: Iterable[PlatformEvent]) -> dict[int, str]:
    """Who opened each wave: a person, or the thresholds of the one before."""
    return {
        event.data["wave"]: _who(event) or _("by its thresholds")
        for event in events
        if event.name == R.WAVE_OPENED
    }


def stops(story: RolloutStory, zone: str) -> list[Json]:
    """Each time that the line was stopped: by whom, why, and until when it stood."""
    found: list[Json] = []
    since: datetime | None = None
    for event in story.events:
        if event.name == R.STOPPED:
            since = event.at
            found.append({
                "begin": moments.stamp(event.at, zone), "who": _who(event) or _("by a threshold"),
                "why": event.data.get("reason", ""), "end": None,
                "stood": _span(event.at, story.at), "letters": False,
            })  # fmt: skip
        elif since is not None and event.name == R.TOLD:
            found[-1]["letters"] = True
        elif since is not None and event.name in (R.LIFTED, R.CLOSED):
            found[-1] |= {
                "end": moments.stamp(event.at, zone), "stood": _span(since, event.at),
                "by": _who(event),
            }  # fmt: skip
            since = None
    return found


def log(events: Iterable[PlatformEvent], zone: str) -> list[Json]:
    return [
        {
            "number": event.number,
            "when": moments.stamp(event.at, zone),
            "what": happening(event.name),
            "who": _who(event),
            "why": _said(event),
        }
        for event in events
        if event.name in LOGGED
    ]


def _who(event: PlatformEvent) -> str:
    """Empty: the portal itself."""
    return event.actor_name if event.actor_kind != Actor.PORTAL else ""


def _said(event: PlatformEvent) -> str:
    if "wave" in event.data:
        return _("wave %(number)s") % {"number": event.data["wave"]}
    return str(event.data.get("reason", ""))


def chain(events: Sequence[Any]) -> Json | None:
    """Where its log stands in the platform's chain of events."""
    if not events:
        return None
    return {"number": events[-1].number, "hash": events[-1].link}


def away(rows: Sequence[Away]) -> Json:
    """Downtime as planned and as it went; and each upgrade that took longer than its worst."""
    over = sorted((row for row in rows if row.over > 0), key=lambda row: (-row.over, row.job.pk))
    between = sum(row.over <= 0 and row.minutes > row.job.downtime_expected for row in rows)
    return {
        "upgrades": len(rows),
        "planned": times.span(sum(row.job.downtime_expected for row in rows)),
        "worst": times.span(sum(row.job.downtime_worst for row in rows)),
        "went": times.span(sum(row.minutes for row in rows)),
        "within": len(rows) - between - len(over),
        "between": between,
        "over": len(over),
        "cut": len(over) > MOST_ROWS,
        "shown": min(len(over), MOST_ROWS),
        "rows": [_over(row) for row in over[:MOST_ROWS]],
    }


def _over(row: Away) -> Json:
    job = row.job
    return {
        "customer": job.customer.name,
        "site": job.site.name,
        "job": job.label,
        "expected": times.span(job.downtime_expected),
        "worst": times.span(job.downtime_worst),
        "went": times.span(row.minutes),
        "over": times.span(row.over),
    }


def weeks(rows: Iterable[Week]) -> list[Json]:
    return [
        {
            "monday": times.day_label(row.monday),
            "seats": row.seats,
            "taken": row.taken,
            "share": f"{round(row.taken * 100 / row.seats)} %" if row.seats else "–",
            "planned": row.planned,
            "upgraded": row.upgraded,
        }
        for row in rows
    ]


def _span(begin: datetime, end: datetime) -> str:
    return times.span(times.minutes_between(begin, end))
