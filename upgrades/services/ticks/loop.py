"""The loop of ticks: claim, at most one conversation, commit; until nothing is due."""

import logging
import time
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_noop as _

from appliances import actions as do
from portal import clock, tenancy
from upgrades.services.ticks import acting, claims, loading, recording
from upgrades.services.ticks.outcomes import Lost, Outcome, Trouble
from upgrades.services.ticks.work import Work

log = logging.getLogger("upgrades.ticks")
Act = Callable[[Work], Outcome]
BUG = _("The portal could not do this: a fault of the portal. Support has been told.")


def tick(act: Act = acting.act) -> bool:
    """One step, one turn. False: nothing is due. May be called anywhere, by any number."""
    claimed = claims.claim(clock.now())
    if claimed is None:
        return False
    try:
        work, known = _prepare(claimed)
        outcome = known or _acted(work, act)
        _record(work, outcome)
    except recording.LostIt:
        log.warning("lost a step to another worker", extra={"step": str(claimed.step_id)})
    finally:
        claims.free(claimed)
    return True


def run(seconds: float, act: Act = acting.act) -> int:
    """Tick until nothing is due or the time is over; how many steps were turned."""
    ends = time.monotonic() + seconds
    turned = 0
    while time.monotonic() < ends and tick(act):
        turned += 1
    return turned


def _prepare(claimed: claims.Claim) -> tuple[Work, Outcome | None]:
    with tenancy.transaction(claimed.customer_id):
        work = loading.load(claimed, clock.now())
        obstacle = loading.obstacle(work)
        if obstacle is None and _sends(work):
            loading.intend(work)
    return work, obstacle


def _sends(work: Work) -> bool:
    """Whether this turn's call has an effect: a baseline was kept, and nothing was sent yet."""
    changing = work.step.effect in (do.CALLABLE, do.ONE_WAY) and work.by_portal
    return changing and work.claim.was == "READY" and "baseline" in work.step.observed


def _acted(work: Work, act: Act) -> Outcome:
    try:
        return act(work)
    except Exception as bug:
        log.exception("a step failed in the portal", extra={"step": str(work.step.pk)})
        if work.attempt is not None and work.claim.was == "READY":
            return Lost(sent=True)
        return Trouble(f"{BUG} ({type(bug).__name__})")


def _record(work: Work, outcome: Outcome) -> None:
    work.at = clock.now()
    with transaction.atomic(), tenancy.transaction(work.claim.customer_id):
        recording.record(work, outcome)
    log.info("step", extra={
        "job": str(work.job.pk), "step": str(work.step.pk), "action": work.step.action,
        "outcome": type(outcome).__name__, "customer": str(work.claim.customer_id),
    })  # fmt: skip
