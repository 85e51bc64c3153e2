"""A rehearsal from its row to its report. Never inside a transaction."""

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from time import monotonic
from typing import Any

from django.utils.translation import gettext_noop

from portal import clock, rehearsing, tenancy
from portal.services import twins as hidden
from upgrades.models import Rehearsal
from upgrades.services import drawing
from upgrades.services.rehearsals import faults, originals, reporting, stage, twins
from upgrades.services.rehearsals.originals import Original
from upgrades.services.rehearsals.play import Play
from upgrades.services.rehearsals.script import Script

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)  # real time; renewed while it plays
BEAT_SECONDS = 1.0
LONGEST_SECONDS = 600.0  # real time that one may take
OTHER_PLAN = gettext_noop("The plan is another one by now. Look at it anew, then rehearse it.")
TOO_LONG = gettext_noop("It took too long, and was broken off.")
BUG = gettext_noop("The portal could not play it: a fault of the portal. Support has been told.")
Progress = Callable[[int, int], None]


class BrokenOff(Exception):
    """The rehearsal ends without a report; the message is a msgid."""


@dataclass(frozen=True)
class Commission:
    """What is to be played, read from the row."""

    rehearsal: Rehearsal
    customer_id: uuid.UUID
    original: Original
    at: datetime


def perform(
    customer_id: uuid.UUID, rehearsal_id: uuid.UUID, *, progress: Progress | None = None
) -> Rehearsal:
    """Play it, unless somebody else does. Whatever happens, the twin is erased and the row says
    how it ended."""
    commission = _begin(customer_id, rehearsal_id)
    if commission is None:
        return _row(customer_id, rehearsal_id)
    try:
        _play(commission, progress or (lambda done, of: None))
    except BrokenOff as end:
        _break_off(customer_id, rehearsal_id, str(end))
    except Exception:
        log.exception("a rehearsal failed", extra={"job": str(rehearsal_id)})
        _break_off(customer_id, rehearsal_id, BUG)
    return _row(customer_id, rehearsal_id)


def _begin(customer_id: uuid.UUID, rehearsal_id: uuid.UUID) -> Commission | None:
    """The row is ours from here on. None: it was begun, cancelled or broken off before."""
    at = clock.now().replace(microsecond=0)
    with tenancy.transaction(customer_id):
        row = Rehearsal.objects.select_for_update(of=("self",)).get(pk=rehearsal_id)
        if row.state != Rehearsal.State.WAITING:
            return None
        row.begin(at=_real(), until=_real() + LEASE)
        row.save()
    with tenancy.transaction(customer_id):
        known = Rehearsal.objects.select_related("site", "target", "asked_by", "repairs__site")
        row = known.get(pk=rehearsal_id)
        job = row.site.jobs.filter(plan__digest=row.digest).order_by("-made_at").first()
        original = originals.read(
            row.site, row.target, procedure=row.procedure, method=row.method, at=at,
            offline=row.offline_ids, job=job, earliest=row.earliest, repairs=row.repairs,
            replacement=drawing.replacement_of(row),
        )  # fmt: skip
    return Commission(row, customer_id, original, at)


def _play(commission: Commission, progress: Progress) -> None:
    row, original = commission.rehearsal, commission.original
    if original.digest != row.digest:
        raise BrokenOff(OTHER_PLAN)
    chosen = [faults.Chosen(**one) for one in row.faults]
    with stage.opened() as scene:
        outcome, told = play(
            original, scene, chosen, seed=row.seed, by=row.asked_by, at=commission.at,
            number=row.twin_id, look=_Watch(commission, progress).look,
        )  # fmt: skip
    _finish(commission, outcome, told)


def play(
    original: Original, scene: stage.Stage, chosen: Sequence[faults.Chosen], *, seed: int,
    by: Any, at: datetime, number: uuid.UUID | None = None, look: Progress | None = None,
) -> tuple[str, reporting.Json]:  # fmt: skip
    """One play on this stage: how it ended, and its report. Whatever happens, the twin is erased.

    `number` is the twin's id, written down by the caller before; `look` is called after each turn,
    outside the play, and ends it by raising.
    """
    dice = Random(seed)  # noqa: S311 (a play, not a secret)
    customer = hidden.open_twin(original.customer, at=at, by=by, number=number)
    known = rehearsing.Twin(customer.pk, scene.address)
    try:
        with rehearsing.playing(known):
            twin = twins.cast(original, customer, scene, by=by, at=at)
            script = Script(twin, scene, list(chosen))
            acting = Play(twin, scene, script, dice, at)
        while not acting.is_over:
            with rehearsing.playing(known):
                done, of = acting.turn()
            if look is not None:
                look(done, of)
        with rehearsing.playing(known):
            return reporting.report(acting)
    finally:
        hidden.erase_twin(customer.pk)


class _Watch:
    """Between two turns: is it still wanted, how far is it, how long does it take?"""

    def __init__(self, commission: Commission, progress: Progress) -> None:
        self.commission, self.progress = commission, progress
        self.ends = monotonic() + LONGEST_SECONDS
        self.next = 0.0

    def look(self, done: int, of: int) -> None:
        if monotonic() > self.ends:
            raise BrokenOff(TOO_LONG)
        if monotonic() < self.next:
            return
        self.next = monotonic() + BEAT_SECONDS
        self.progress(done, of)
        commission = self.commission
        with tenancy.transaction(commission.customer_id):
            ours = Rehearsal.objects.filter(
                pk=commission.rehearsal.pk, state=Rehearsal.State.RUNNING
            ).update(steps_done=done, steps_all=of, lease_until=_real() + LEASE)
        if not ours:
            raise BrokenOff("")


def _finish(commission: Commission, outcome: str, told: reporting.Json) -> None:
    with tenancy.transaction(commission.customer_id):
        row = Rehearsal.objects.select_for_update().get(pk=commission.rehearsal.pk)
        if row.state == Rehearsal.State.RUNNING:
            row.steps_all = len(told["steps"])
            row.steps_done = sum(bool(step["ended"]) for step in told["steps"])
            row.finish(outcome=outcome, report=told, at=_real())
            row.save()


def _break_off(customer_id: uuid.UUID, rehearsal_id: uuid.UUID, reason: str) -> None:
    with tenancy.transaction(customer_id):
        row = Rehearsal.objects.select_for_update().get(pk=rehearsal_id)
        if row.is_open:
            row.break_off(reason=reason[:400], at=_real())
            row.save()


def _row(customer_id: uuid.UUID, rehearsal_id: uuid.UUID) -> Rehearsal:
    with tenancy.transaction(customer_id):
        return Rehearsal.objects.select_related("site", "target").get(pk=rehearsal_id)


def _real() -> datetime:
    """Leases are real time, whatever the portal's clock shows."""
    return datetime.now(UTC)
