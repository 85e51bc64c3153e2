"""The loop of ticks: claim, at most one conversation, commit; until nothing is due.

A turn has two transactions. The first claims a step, reads it and writes the intent; the second
records what came of it, and may claim and prepare the next step as well: so a run of turns waits
for the disk once a step. Between them no transaction is open.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from appliances import actions as do
from appliances.services import hearing
from portal import clock, tenancy, true_clock
from upgrades.services.ticks import acting, claims, faults, loading, opening, recording
from upgrades.services.ticks.outcomes import Lost, Outcome, Trouble
from upgrades.services.ticks.work import Work

log = logging.getLogger("upgrades.ticks")
Act = Callable[[Work], Outcome]


@dataclass(frozen=True)
class Turn:
    """A step that is ours. `known`: an outcome without a call; `fault`: it could not be read."""

    claim: claims.Claim
    work: Work | None = None
    known: Outcome | None = None
    fault: Exception | None = None


def tick(act: Act = acting.act) -> bool:
    """One step, one turn. False: nothing is due. May be called anywhere, by any number."""
    with claims.freed_on_error():
        turn = _begin()
        if turn is not None:
            _turned(turn, act, more=False)
    return turn is not None


def run(seconds: float, act: Act = acting.act) -> int:
    """Tick until nothing is due or the time is over; how many steps were turned."""
    ends, turned = time.monotonic() + seconds, 0
    with claims.freed_on_error():
        turn = _begin()
        while turn is not None:
            turned += 1
            turn = _turned(turn, act, more=time.monotonic() < ends)
    return turned


def _turned(turn: Turn, act: Act, *, more: bool) -> Turn | None:
    """The rest of a turn. A step that the portal itself fails at is put off, and keeps none of the
    others waiting; without a database, or with a clock that is wrong, nobody may go on."""
    try:
        return _end(turn, _outcome(turn, act), more=more)
    except true_clock.Astray:
        raise
    except Exception as fault:
        if not connection.is_usable():
            raise
        faults.put_off(turn.claim, fault)
    claims.free(turn.claim)
    return _begin() if more else None


def _begin() -> Turn | None:
    with transaction.atomic():
        return _claim()


def _claim() -> Turn | None:
    """Claim a step, read what belongs to it, write down what is about to be sent. In a transaction
    of the caller's: a fault in reading leaves the claim standing, which counts."""
    true_clock.demand()
    claimed = claims.claim(clock.now())
    if claimed is None:
        return None
    try:
        with tenancy.transaction(claimed.customer_id):
            return _prepared(claimed)
    except Exception as fault:
        return Turn(claimed, fault=fault)


def _prepared(claimed: claims.Claim) -> Turn:
    work = loading.load(claimed, clock.now())
    obstacle = loading.obstacle(work)
    if obstacle is None:
        work.opening = opening.question(work)
    if obstacle is None and work.opening is None and _sends(work):
        loading.intend(work)
    return Turn(claimed, work, obstacle)


def _sends(work: Work) -> bool:
    """Whether this turn's call has an effect: a baseline was kept, and nothing was sent yet."""
    changing = work.step.effect in (do.CALLABLE, do.ONE_WAY) and work.by_portal
    return changing and work.claim.was == "READY" and "baseline" in work.step.observed


def _outcome(turn: Turn, act: Act) -> Outcome:
    """What came of it. Raises what kept the step from being read; a fault of the call is said."""
    if turn.fault is not None:
        raise turn.fault
    if turn.known is not None:
        return turn.known
    try:
        with hearing.listening() as turn.work.heard:
            return act(turn.work)
    except Exception as bug:
        log.exception("a step failed in the portal", extra={"step": str(turn.claim.step_id)})
        if turn.work.attempt is not None and turn.claim.was == "READY":
            return Lost(sent=True)
        return Trouble(f"{faults.BUG} ({type(bug).__name__})")


def _end(turn: Turn, outcome: Outcome, *, more: bool) -> Turn | None:
    """Record, let the appliance go; the next turn, if there is one and more are wanted. A clock
    that was set meanwhile records nothing: somebody else asks what came of it."""
    true_clock.demand()
    work = turn.work
    work.at = clock.now()
    try:
        with tenancy.transaction(turn.claim.customer_id):
            recording.record(work, outcome, goes_on=more)
            following = _claim() if more else None
    except recording.LostIt:
        log.warning("lost a step to another worker", extra={"step": str(turn.claim.step_id)})
        claims.free(turn.claim)
        return _begin() if more else None
    claims.free(turn.claim)
    log.info("step", extra={
        "job": str(work.job.pk), "step": str(work.step.pk), "action": work.step.action,
        "outcome": type(outcome).__name__, "customer": str(turn.claim.customer_id),
    })  # fmt: skip
    return following
