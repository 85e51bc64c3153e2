"""A sandbox's clock is put forward, and what that brings there is done (portal/own_clock.py).

An integrator so runs an upgrade with its waits of a day in minutes. Every instant stays as it is
told: no row is moved, time goes on to it. What is due by the clock of a sandbox that is ahead is
found in turns of its own, in which the database shows the doors that sandbox alone; the turns of
everybody else never see it.
"""

import logging
import time
import uuid
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from portal import audit, clock, doors, own_clock, tenancy
from portal.background import enqueue
from portal.egress.simulator import NoSimulator, control
from portal.errors import Refused
from portal.models import ApiKey, Customer
from portal.services import customers, delivery
from upgrades.events import SandboxEvent
from upgrades.models.job import PREPARES
from upgrades.services import bases_ahead, keeping, refreshing, waking, watching
from upgrades.services.alone import OWN_TIME, alone
from upgrades.services.sandboxes import plans
from upgrades.services.ticks import loop

log = logging.getLogger(__name__)
MOST_AHEAD = timedelta(days=365)  # a contract of a sandbox lasts three years
TURN_SECONDS = 20.0
_told: dict[uuid.UUID, timedelta] = {}  # what this process told the simulator


class ClockStands(Refused):
    """The clock of this sandbox cannot be put forward by that much, or not now."""

    code = "clock-stands"


def advance(customer: Customer, by: timedelta | None, *, maker: ApiKey) -> Customer:
    """Put a sandbox's clock forward `by` so much; None: to the next thing that waits for a time.
    Whole seconds. Outside any transaction; at most MOST_AHEAD in all. Raises ClockStands."""
    if by is None:  # a job that is due begins first: time must not run past its window
        with own_clock.running(customer.pk):
            waking.look_after_jobs(clock.now())
    with tenancy.transaction(customer):
        customers.lock()
        row = customers.current()
        step = by if by is not None else _to_next(row)
        _demand_possible(row, step)
        row.clock_ahead += step
        row.save(update_fields=["clock_ahead"])
        audit.record(SandboxEvent.ADVANCED, row, by=maker, at=clock.now(), data={
            "seconds": int(step.total_seconds()), "ahead": int(row.clock_ahead.total_seconds()),
        })  # fmt: skip
        enqueue("upgrades.turn_sandboxes")
    return row


def now_of(customer: Customer) -> datetime:
    """What a sandbox's clock shows."""
    return clock.common() + customer.clock_ahead


def look_after() -> int:
    """What is due in each sandbox that is ahead, one worker each; how many had a turn."""
    turned = 0
    for customer_id in own_clock.all_ahead():
        with alone(customer_id, OWN_TIME) as ours:
            if not ours:
                continue
            try:
                with own_clock.running(customer_id):
                    _tell_simulator(customer_id)
                    _turn()
                turned += 1
            except NoSimulator:
                log.warning("the simulator is away; sandboxes wait for the next turn")
                return turned
            except Exception:  # one sandbox must not keep the others waiting
                log.exception("a sandbox's turn failed", extra={"customer": str(customer_id)})
    return turned


def _tell_simulator(customer_id: uuid.UUID) -> None:
    """Time goes on for the appliances that were made with the sandbox, before the portal asks
    them. Repeatable: this process tells each state once. Raises NoSimulator."""
    ahead = own_clock.of(customer_id)
    if _told.get(customer_id) == ahead:
        return
    with tenancy.transaction(customer_id):
        hosts = [box.host for plan in plans(customers.current()) for box in plan.boxes]
    for host in hosts:
        control("PATCH", f"/_sim/appliances/{host}", {"ahead": ahead.total_seconds()})
    _told[customer_id] = ahead


def _turn() -> None:
    """All that time brings, then the steps, which may have to wait again."""
    ends, turned = time.monotonic() + TURN_SECONDS, 1
    while turned and time.monotonic() < ends:
        at = clock.now()
        waking.wake(at)
        waking.look_after_jobs(at)
        turned = loop.run(ends - time.monotonic())
    waking.look_after_interims(at)
    waking.remind_approvers(at)
    waking.lapse_unapproved(at)
    waking.want_looks(at)
    bases_ahead.look_after(at)
    watching.turn(at)
    keeping.turn(at)
    refreshing.refresh_due(at)
    delivery.send_due(clock.now())


def _to_next(row: Customer) -> timedelta:
    """How long until something begins that waits for a time; at once is nothing to skip."""
    at = now_of(row)
    with own_clock.running(row.pk), connection.cursor() as cursor:
        doors.tell(cursor)
        cursor.execute("SELECT due, upcoming FROM door_next_event(%s, %s)", [at, PREPARES])
        due, upcoming = cursor.fetchone()
        cursor.execute("SELECT set_config('app.own_clock', '', true)")
    if due or upcoming is None:
        raise ClockStands(
            _("Something is due now; it comes first.") if due
            else _("Nothing in this sandbox waits for a time."),
            remedy=_("Ask again in some seconds, or say by how many seconds."),
        )  # fmt: skip
    return timedelta(seconds=-(-(upcoming - at) // timedelta(seconds=1)))


def _demand_possible(row: Customer, step: timedelta) -> None:
    if not own_clock.may_differ(row.pk):
        raise ClockStands(
            _("This sandbox is older than clocks of their own."), remedy=_("Open a new sandbox.")
        )
    if row.clock_ahead + step > MOST_AHEAD:
        raise ClockStands(
            _("The clock of a sandbox is at most %(days)s days ahead.") % {"days": MOST_AHEAD.days},
            remedy=_("Open a new sandbox."),
        )
