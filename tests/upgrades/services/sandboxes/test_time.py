"""A sandbox's own clock: an upgrade with waits of a day while nobody else's time goes on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connections

from portal import audit, clock, tenancy
from portal.models import AuditEvent, Customer, PlatformEvent
from portal.services import customers
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.sandboxes.conftest import TWO_HOPS
from tests.upgrades.services.test_story import approved, states
from upgrades.models import UpgradeJob
from upgrades.services import sandbox_time, sandboxes, waking
from upgrades.services.sandbox_time import ClockStands
from upgrades.services.standing import Standing
from upgrades.services.ticks import loop

DAY = timedelta(days=1)


def everything_but(customer):
    """Every row of the installation that is not this customer's, as text."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
            " AND a.attname = 'customer_id' AND NOT a.attisdropped) FROM pg_class c"
            " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        found = {}
        for table, owned in cursor.fetchall():
            if table == "portal_heartbeat":
                continue
            whose = "customer_id" if owned else "id" if table == "portal_customer" else ""
            where = f"WHERE {whose} IS DISTINCT FROM %s" if whose else ""
            cursor.execute(
                f"SELECT row(t.*)::text FROM {table} t {where} ORDER BY 1",
                [customer.pk] if whose else None,
            )
            found[table] = cursor.fetchall()
    return found


def fresh(customer):
    with tenancy.transaction(customer):
        return customers.current()


def turned(world, park):
    """What all processes do in a moment in which the installation's clock shows noon."""
    park.clock(anchor_virtual=NOON.timestamp())
    loop.run(20)
    waking.wake(NOON)
    sandbox_time.look_after()


def on(world, key):
    """To the next thing; some seconds where something is being watched."""
    try:
        sandbox_time.advance(world.customer, None, maker=key)
    except ClockStands:
        sandbox_time.advance(world.customer, timedelta(seconds=5), maker=key)


def test_a_whole_upgrade_with_its_waits_while_the_installation_stands_at_noon(
    world, park, real, key
):
    job = approved(world, target=TWO_HOPS)
    before = everything_but(world.customer)

    for _ in range(400):
        turned(world, park)
        asked = operator.asking(world, job)
        for step in asked:
            operator.act(world, step, park)
        if operator.ended(world, job):
            break
        if not asked:
            on(world, key)

    assert clock.now() == NOON
    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        assert {dwell.state for dwell in found.steps.filter(action="dwell")} == {"DONE"}
        first, second = found.steps.filter(action="install_product").in_order()
        assert second.ended_at - first.ended_at > DAY
        assert found.ended_at == clock.now() > NOON + DAY
        times = list(AuditEvent.objects.order_by("number").values_list("at", flat=True))
        assert times == sorted(times)
    assert everything_but(world.customer) == before
    [host] = [box.host for plan in sandboxes.plans(world.customer) for box in plan.boxes]
    assert park.truth(host)["ahead"] == fresh(world.customer).clock_ahead.total_seconds()


@pytest.mark.parametrize("ahead", [timedelta(seconds=-1), timedelta(days=-3)])
def test_no_clock_goes_back(world, key, ahead):
    sandbox_time.advance(world.customer, DAY, maker=key)

    with tenancy.transaction(world.customer), pytest.raises(ProgrammingError, match="put back"):
        Customer.objects.filter(pk=world.customer.pk).update(clock_ahead=DAY + ahead)


def test_nobody_but_a_sandbox_has_a_clock_of_its_own(real):
    with tenancy.transaction(real), pytest.raises(IntegrityError, match="own_clock_of_sandboxes"):
        Customer.objects.filter(pk=real.pk).update(clock_ahead=DAY)
    with tenancy.transaction(real):
        assert clock.now() == clock.common()


def test_a_year_is_the_most(world, key):
    sandbox_time.advance(world.customer, 365 * DAY, maker=key)

    with pytest.raises(ClockStands, match="365 days"):
        sandbox_time.advance(world.customer, timedelta(seconds=1), maker=key)
    assert fresh(world.customer).clock_ahead == 365 * DAY


def test_nothing_waits_and_nothing_is_skipped(world, key):
    with pytest.raises(ClockStands, match="Nothing in this sandbox"):
        sandbox_time.advance(world.customer, None, maker=key)
    assert fresh(world.customer).clock_ahead == timedelta()


def test_a_simulator_that_is_away_is_waited_for(world, park, key, settings):
    job = approved(world, target=TWO_HOPS)
    sandbox_time.advance(world.customer, DAY, maker=key)
    here, settings.SIMULATOR_URL = settings.SIMULATOR_URL, "http://127.0.0.1:1"

    assert sandbox_time.look_after() == 0
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get(pk=job.pk).state == "SCHEDULED"

    settings.SIMULATOR_URL = here
    assert sandbox_time.look_after() == 1


def test_the_standing_process_rings_for_sandboxes_that_are_ahead(world, key, monkeypatch):
    standing, rung = Standing(), []
    monkeypatch.setattr(standing, "ring", lambda task="upgrades.ring": rung.append(task) or True)

    standing.turn_sandboxes()
    sandbox_time.advance(world.customer, DAY, maker=key)
    standing.turn_sandboxes()

    assert rung == ["upgrades.turn_sandboxes"]


def test_what_support_does_there_is_in_the_platforms_trail_by_the_common_clock(world, key):
    sandbox_time.advance(world.customer, DAY, maker=key)

    with tenancy.transaction(world.customer):
        audit.record_platform("package.withdrawn", world.customer, at=clock.now())
        audit.record_platform("package.withdrawn", world.customer)

    times = PlatformEvent.objects.filter(name="package.withdrawn").values_list("at", flat=True)
    assert [*times] == [NOON, NOON]
