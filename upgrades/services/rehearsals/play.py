"""The play itself: the product's own runner on a clock that jumps to whatever comes next."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from portal import clock, prepared, tenancy
from upgrades.models import JobStep, UpgradeJob
from upgrades.models.step import OVER
from upgrades.services import runs, waking
from upgrades.services.rehearsals import losing
from upgrades.services.rehearsals.players import (
    PATIENCE,
    STAYS_AWAY,
    Act,
    Players,
    sees_it_alone,
)
from upgrades.services.rehearsals.script import HOUR, Script
from upgrades.services.rehearsals.stage import Stage
from upgrades.services.rehearsals.twins import Twin
from upgrades.services.ticks import loop

S, J = JobStep.State, UpgradeJob.State
TURN_SECONDS = 20
MOST_TURNS = 6000
SECOND = timedelta(seconds=1)
IN_VAIN = timedelta(minutes=5)
WHILE_NOBODY_BOOKS = timedelta(days=365)  # what missed its window waits longer (recording.py)
DUE = """
SELECT s.id, s.seq, s.state FROM upgrades_jobstep s JOIN upgrades_upgradejob j ON j.id = s.job_id
WHERE s.job_id = %(job)s AND j.state = 'RUNNING' AND s.next_at <= %(at)s
  AND s.state IN ('READY', 'WATCHING', 'WAITING', 'VERIFYING', 'ASKING')
ORDER BY s.next_at LIMIT 1
"""
BY_ITSELF = (S.READY, S.WATCHING, S.WAITING, S.VERIFYING)


@dataclass
class Seen:
    """What only a watcher of the play knows."""

    down: list[list[datetime]] = field(default_factory=list)  # [since, until]
    lost: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    turns: int = 0


class Standing(NamedTuple):
    """Where a step is, read each turn."""

    pk: UUID
    state: str
    next_at: datetime | None


class Play:
    """One upgrade from its approval to where it ends. Every call is made while `playing`."""

    def __init__(self, twin: Twin, stage: Stage, script: Script, dice: Random, at: datetime):
        self.twin, self.stage, self.script, self.at = twin, stage, script, at
        self.players = Players(twin, stage, dice)
        self.seen = Seen()
        self.later: list[tuple[datetime, Act]] = []  # what the network does late
        self.is_over = False
        script.begin(at)

    def turn(self) -> tuple[int, int]:
        """One instant of the play; how many steps are over, of how many."""
        self.seen.turns += 1
        self.stage.clock(self.at)
        with clock.at(self.at):
            waking.wake(self.at)
            waking.look_after_jobs(self.at)
            waking.look_after_interims(self.at)
            self._work()
            while self._act():
                self._work()
        self._wait_for(self._watch())
        job, steps = self._job(), self._states()
        self.is_over = _ended(job, steps) or self.seen.turns >= MOST_TURNS
        upcoming = None if self.is_over else self._next(job, steps)
        if upcoming is None:
            self.is_over = True
        else:
            self.at = max(self.at + SECOND, upcoming)
        return sum(step.state in OVER for step in steps), len(steps)

    def _work(self) -> None:
        """Turn whatever is due, as the workers do; one by one while something is to go wrong."""
        while self.script.waits:
            if places := self.script.places:
                self.script.before(self._steps(seq__in=places), self.at)
            due = self._next_due() if self.script.kills else None
            moment = self.script.loses(due, self.at) if due else None
            if due is not None and moment is not None and losing.lose(moment):
                self.seen.lost.append({"seq": due.seq, "moment": str(moment), "at": self.at})
            if not loop.tick():
                return
        loop.run(TURN_SECONDS)

    def _act(self) -> bool:
        """Everybody who is asked acts; whether anybody did anything."""
        wanted = self._wanted()
        for step in self._steps(pk__in=wanted) if wanted else []:
            act = self.players.acts.get(step.pk) or self._taken(step)
            if not act.pressed and not act.refused:
                self._press(step, act)
            elif act.ends <= self.at:
                self._finish(step, act)
        network = [one for one in self.later if one[0] <= self.at]
        for when, act in network:
            self.players.press(act, self.at)
            self.later.remove((when, act))
        return bool(wanted or network)

    def _wanted(self) -> list[Any]:
        """The steps that ask, but for those at which somebody is busy."""
        acts = self.players.acts
        asking = [step.pk for step in self._states() if step.state == S.ASKING]
        return [pk for pk in asking if (act := acts.get(pk)) is None or not act.is_busy(self.at)]

    def _taken(self, step: JobStep) -> Act:
        late = self.script.late(step, self.at)
        with tenancy.transaction(self.twin.customer):
            act = self.players.take(step, self.at, late=late, slow=self.script.slow)
        if late:
            act.begins = self.at + late
        return act

    def _press(self, step: JobStep, act: Act) -> None:
        if act.begins is not None and act.begins > self.at:
            return
        if self.script.moves_late(step):
            self.later.append((self.at + HOUR, act))
            act.pressed = True
            return
        self.players.press(act, self.at)

    def _finish(self, step: JobStep, act: Act) -> None:
        """The act's time is over: confirmed, tried again, or reported."""
        if not act.pressed:
            self.players.press(act, self.at)
        truth = self.players.settle(act, self.at) if act.pressed else None
        with tenancy.transaction(self.twin.customer):
            fresh = JobStep.objects.select_related("job__site", "appliance", "package").get(
                pk=step.pk
            )
            if fresh.state != S.ASKING:
                del self.players.acts[step.pk]
            elif len(act.refused) >= PATIENCE and not act.pressed:
                self.seen.refused.append({"seq": step.seq, "said": act.refused[-1]})
                self.players.report(fresh, act.refused[-1], self.at)
            elif truth is None and sees_it_alone(fresh, act):
                self.players.report(fresh, STAYS_AWAY, self.at)
            elif truth is not None:
                self.players.confirm(fresh, act, truth, self.at)
                del self.players.acts[step.pk]

    def _watch(self) -> list[str]:
        """Whether the site answers its people now, as the simulator knows it; who is in a sync."""
        rows = self.stage.park.hosts()
        up = any(
            row["serves"] and not row["away"] for row in rows if row["cluster_role"] != "traffic"
        )
        down = self.seen.down
        if not up and (not down or len(down[-1]) == 2):
            down.append([self.at])
        elif up and down and len(down[-1]) == 1:
            down[-1].append(self.at)
        return [row["hostname"] for row in rows if row["syncs"]]

    def _wait_for(self, syncing: list[str]) -> None:
        """A data sync ends in real time. The clock jumps no further before: else the portal would
        look for it, however often, within a moment. It ends a second after it began: times are
        told in whole seconds."""
        for host in syncing:
            self.stage.clock(self.at + SECOND)
            self.stage.settled(host)

    def _next(self, job: UpgradeJob, steps: list[Standing]) -> datetime | None:
        """When something comes by itself, or somebody is through with what they do."""
        instants = [act.ends for act in self.players.acts.values()]
        instants += [act.begins for act in self.players.acts.values() if act.begins is not None]
        instants += [when for when, _act in self.later]
        instants += self.script.upcoming()
        waits = [s.next_at for s in steps if s.state in BY_ITSELF and s.next_at is not None]
        instants += [instant for instant in waits if instant - self.at < WHILE_NOBODY_BOOKS]
        if job.state == J.SCHEDULED:
            with tenancy.transaction(self.twin.customer):
                begins = runs.begins_at(job)
            instants += [begins] if begins else []
        if any(s.state == S.ASKING and s.pk not in self.players.acts for s in steps):
            instants.append(self.at + SECOND)  # somebody is asked that nobody has looked at yet
        ahead = [instant for instant in instants if instant > self.at]
        upcoming = min(ahead, default=None)
        if upcoming is not None and self.script.ends:  # asking in vain need not be played in full
            return max(upcoming, min(self.at + IN_VAIN, min(self.script.upcoming())))
        return upcoming

    def _next_due(self) -> JobStep | None:
        """The step that a worker would take now, with no more than its place and state."""
        with tenancy.transaction(self.twin.customer):
            row = prepared.run(DUE, {"job": self.twin.job_id, "at": self.at}).fetchone()
        return JobStep(pk=row[0], seq=row[1], state=row[2]) if row else None

    def _steps(self, **which: Any) -> list[JobStep]:
        with tenancy.transaction(self.twin.customer):
            found = JobStep.objects.filter(job_id=self.twin.job_id, **which)
            return list(found.select_related("job__site", "appliance", "package").in_order())

    def _states(self) -> list[Standing]:
        """Where every step is now."""
        with tenancy.transaction(self.twin.customer):
            found = JobStep.objects.filter(job_id=self.twin.job_id).in_order()
            return [Standing(*row) for row in found.values_list(*Standing._fields)]

    def _job(self) -> UpgradeJob:
        """The job, with no more than its state."""
        with tenancy.transaction(self.twin.customer):
            return UpgradeJob.objects.only("id", "customer", "state").get(pk=self.twin.job_id)


def _ended(job: UpgradeJob, steps: list[Standing]) -> bool:
    if job.state not in (J.SCHEDULED, J.RUNNING):
        return True
    return any(step.state == S.HELD for step in steps)
