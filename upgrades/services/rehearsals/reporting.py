"""From a play to its report: plain values, told later in any language."""

from datetime import datetime, timedelta
from typing import Any

from portal import tenancy
from upgrades.models import Booking, JobStep, Rehearsal, UpgradeJob
from upgrades.models.step import OVER
from upgrades.services import leftovers, repairing
from upgrades.services.rehearsals import judging
from upgrades.services.rehearsals.play import Play

Json = dict[str, Any]
S, J, Outcome = JobStep.State, UpgradeJob.State, Rehearsal.Outcome
MINUTE = timedelta(minutes=1)


def report(play: Play) -> tuple[str, Json]:
    """How it ended, and everything that is kept of it. While `playing`."""
    twin, seen = play.twin, play.seen
    presses = play.players.presses
    truths = [play.stage.truth(host) for host in twin.hosts.values()]
    letters = {name: letter for letter, name in _names(play).items()}
    with tenancy.transaction(twin.customer):
        job = UpgradeJob.objects.with_site().get(pk=twin.job_id)
        steps = list(job.steps.select_related("package", "appliance").in_order())
        slots = list(Booking.objects.filter(job=job).order_by("window"))
        outcome = _outcome(job, steps, slots)
        plan = twin.original.drawn.plan
        told: Json = {
            "began": _first(steps, play.at).isoformat(),
            "ended": play.at.isoformat(),
            "planned": {
                "expected": job.expected_minutes, "worst": job.worst_minutes,
                "finish": twin.original.layout.expected.isoformat(),
            },
            "steps": [_step(step, letters) for step in steps],
            "windows": [
                {"window": slot.window, "start": slot.starts_at.isoformat(),
                 "end": slot.ends_at.isoformat(), "state": str(slot.state)}
                for slot in slots
            ],
            "downtime": _downtime(job, seen.down, play.at),
            "faults": [
                one.stored() | {"at": at.isoformat() if (at := play.script.come.get(one)) else ""}
                for one in play.script.chosen
            ],
            "lost": [{**one, "at": one["at"].isoformat()} for one in seen.lost],
            "refused": seen.refused,
            "stopped": None if outcome == Outcome.ARRIVES else _stopped(job, steps),
            "rules": judging.broken_rules(plan, steps),
            "short_dwells": judging.short_dwells(plan, steps),
            "repeated": judging.repeated_effects(plan, truths, presses, twin.before),
            "asked_again": sorted(seq for (seq, _), times in presses.items() if times > 1),
            "trail": judging.trail(twin.customer.pk),
            "turns": seen.turns,
        }  # fmt: skip
    return outcome, told


def broken(told: Json) -> list[str]:
    """What must never be in a report, as plain words: for tests, the soak and the page."""
    found = [f"rule {number}" for number in told["rules"]]
    found += [f"dwell too short before {seq}" for seq in told["short_dwells"]]
    found += [f"repeated: {name}" for name in told["repeated"]]
    found += [] if told["trail"]["whole"] else ["the audit chain is broken"]
    found += ["a step was recorded twice"] if told["trail"]["done_twice"] else []
    return found


def _names(play: Play) -> dict[str, str]:
    return {box["letter"]: box["name"] for box in play.twin.original.every_box}


def _first(steps: list[JobStep], at: datetime) -> datetime:
    return min((step.began_at for step in steps if step.began_at), default=at)


def _step(step: JobStep, letters: dict[str, str]) -> Json:
    began, ended = step.began_at, step.ended_at
    return {
        "seq": step.seq, "text": step.text, "phase": step.phase, "hop": step.hop,
        "window": step.window, "guide": step.guide, "action": step.action, "doer": step.doer,
        "letter": letters.get(step.appliance.name, "") if step.appliance else "",
        "package": step.package.name if step.package else "",
        "expected": step.expected_minutes, "worst": step.worst_minutes,
        "state": str(step.state), "reason": step.reason,
        "began": began.isoformat() if began else "",
        "ended": ended.isoformat() if ended else "",
        "minutes": (ended - began) // MINUTE if began and ended else None,
    }  # fmt: skip


def _outcome(job: UpgradeJob, steps: list[JobStep], slots: list[Booking]) -> str:
    if job.state == J.DONE:
        return Outcome.ARRIVES
    if job.state in (J.HALTED, J.ABANDONED):
        return Outcome.HALTS
    if any(step.state == S.HELD for step in steps):
        return Outcome.HOLDS
    if job.state == J.MISSED or any(slot.state == Booking.State.MISSED for slot in slots):
        return Outcome.MISSES
    return Outcome.STANDS


def _stopped(job: UpgradeJob, steps: list[JobStep]) -> Json:
    """Where it stopped, why, and what it leaves other than it found it."""
    at = [step for step in steps if step.state == S.HELD] or [
        step for step in steps if step.state not in OVER and step.state != S.PLANNED
    ]
    step = at[0] if at else None
    job.left_behind = list(leftovers.of(job))  # as if it were given up there
    return {
        "seq": step.seq if step else 0,
        "reason": (step.reason if step and step.reason else "") or job.reason,
        "base_problem": job.base_problem,
        "effect": step.effect if step else "",
        "state": str(job.state),
        "left": job.left_behind,
        "repair": repairing.procedure_for(job).title if repairing.repairable(job) else "",
    }


def _downtime(job: UpgradeJob, down: list[list[datetime]], at: datetime) -> Json:
    spans = [(since, until[0] if until else at) for since, *until in down]
    return {
        "expected": job.downtime_expected, "worst": job.downtime_worst,
        "minutes": round(sum((until - since for since, until in spans), timedelta()) / MINUTE),
        "spans": [[since.isoformat(), until.isoformat()] for since, until in spans],
        "still": bool(down and len(down[-1]) == 1),
    }  # fmt: skip
