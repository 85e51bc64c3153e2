"""The standing process: polls PostgreSQL, rings while Redis answers, works itself while it does
not, or while due work stays. Any number of them may run."""

import logging
import threading
import time
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.db import OperationalError, close_old_connections, connection
from kombu.exceptions import OperationalError as BrokerError

from portal import clock, own_clock, sweeps, true_clock
from portal.services import heartbeats, messages, own_letters_leaving
from portal.services.exporting import asking as exports
from upgrades.services import (
    bases_ahead,
    demo_clock,
    escalating,
    refreshing,
    sandbox_time,
    silence,
    teams,
    unwritten,
    waking,
    watching,
)
from upgrades.services.rehearsals import asking as rehearsals
from upgrades.services.rollouts import drawing, reports, sweeping
from upgrades.services.ticks import loop
from upgrades.services.whatif import working

log = logging.getLogger(__name__)
POLL_SECONDS = 2.0
DEMO_POLL_SECONDS = 0.5
SWEEP_SECONDS = 15.0  # jobs that begin, notices before a window: no second counts there
LATE_SECONDS = 10.0  # due work that nobody took: then it is done here
BACK_OFF = (0.1, 10.0)
BROUGHT = (  # by time
    waking.look_after_jobs, waking.look_after_interims, waking.want_looks, teams.look_ahead,
)  # fmt: skip
TOLD = (
    silence.look_after, escalating.look_after, waking.remind_approvers, waking.lapse_unapproved,
    bases_ahead.look_after, unwritten.look_after,
)  # fmt: skip


class Standing:
    """One loop; `stop` ends it after the turn it is in."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.due_since: float | None = None
        self.awaited: datetime | None = None
        self.sweep_at = 0.0
        self.pause = BACK_OFF[0]
        self.poll = DEMO_POLL_SECONDS if settings.SCALED_CLOCK else POLL_SECONDS

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        """Until stopped. PostgreSQL away: no intent can be written, so nothing is done."""
        while not self.stopping.is_set():
            try:
                close_old_connections()
                self.turn()
                self.pause = BACK_OFF[0]
                self.stopping.wait(self.poll)
            except OperationalError as error:
                log.warning("the database is away: %s", error)
                connection.close()
                self.stopping.wait(self.pause)
                self.pause = min(self.pause * 2, BACK_OFF[1])
            except true_clock.Astray as error:  # nor is a heart heard: its health page says so
                log.error("nothing is done: %s", error)
                self.stopping.wait(self.poll)
            except Exception:  # one bad row must not stop everybody's steps
                log.exception("a turn failed; the next one goes on")
                self.stopping.wait(self.poll)

    def turn(self) -> None:
        """One poll: what time brings, the demo's speed, the bell, or the work itself."""
        true_clock.demand()
        now = clock.now()
        waking.wake(now)
        if settings.SCALED_CLOCK or time.monotonic() >= self.sweep_at:
            self.sweep_at = time.monotonic() + SWEEP_SECONDS
            sweeps.each(BROUGHT, lambda look_after: look_after(now))
            rehearsals.look_after()
            self.tell(now)
            self.watch(now)
            if refreshing.due(now) and not self.ring("upgrades.refresh_calendars"):
                refreshing.refresh_due(now, most=1)
            self.roll_out(now)
        self.awaited = demo_clock.steer(now, seen=self.awaited)
        _busy, due, _upcoming = demo_clock.next_event(clock.now())
        self.due_since = (self.due_since or time.monotonic()) if due else None
        answered = self.ring() if due else True
        if due and (not answered or time.monotonic() - self.due_since > LATE_SECONDS):
            loop.run(self.poll * 5)
        self.turn_sandboxes()
        if not answered:
            self.send()
        heartbeats.beat(heartbeats.STEPS)

    def tell(self, now: datetime) -> None:
        """Who has not answered, and what has not left."""
        sweeps.each(TOLD, lambda look_after: look_after(now))

    def watch(self, now: datetime) -> None:
        """Ring for looks and reads; one by ourselves while nobody answers the bell."""
        if not self.ring("upgrades.watch"):
            watching.turn(now, most=1)
        self.ring("upgrades.keep_backups")  # that may wait for a worker

    def send(self) -> None:
        """Mail, while nobody answers the bell."""
        messages.send_due(clock.now())
        own_letters_leaving.send_due()

    def turn_sandboxes(self) -> None:
        """Those whose own clock is ahead have turns of their own."""
        if own_clock.all_ahead() and not self.ring("upgrades.turn_sandboxes"):
            sandbox_time.look_after()

    def roll_out(self, now: datetime) -> None:
        """Ring for rollouts; a few sites of them by ourselves while nobody answers the bell."""
        if drawing.due() and not self.ring("upgrades.draw_rollouts"):
            drawing.draw_due(now, most=1)
        if working.due() and not self.ring("upgrades.settle"):
            working.turn(now, most=3)
        if reports.due():
            self.ring("upgrades.make_reports")  # that may wait for a worker
        if exports.due():
            self.ring("portal.make_exports")
        if sweeping.pending(now) and not self.ring("upgrades.roll_out"):
            sweeping.turn(now, most=5)

    def ring(self, task: str = "upgrades.ring") -> bool:
        """Whether the broker took the bell."""
        try:
            current_app.send_task(task, retry=False, ignore_result=True)
        except (BrokerError, OSError):
            return False
        return True
