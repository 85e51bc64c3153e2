"""What is due is found by one clock alone: the doors of PostgreSQL, kind by kind."""

from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from portal import clock, doors, own_clock, tenancy
from portal.services import messages
from tests.conftest import NOON
from tests.upgrades.services.sandboxes.conftest import TWO_HOPS
from tests.upgrades.services.test_story import approved
from upgrades.services import demo_clock, sandbox_time, waking

DAY = timedelta(days=1)
FACTS = {"site": "desk.example", "to_version": "14.1", "link": "http://testserver/"}
CLAIMS = {
    "step": ("door_claim_step(%s, 'here', '60 s')", "owner_id"),
    "read": ("door_claim_reads(%s, '60 s', 50, 1000)", "owner_id"),
    "look": ("door_claim_look(%s, '60 s')", "owner_id"),
    "backup": ("door_claim_backup(%s, '60 s')", "owner_id"),
    "message": ("door_lease_messages(%s, 50)", "owner_id"),
    "wait": ("door_customers_with_due_waits(%s) AS owner_id", "owner_id"),
    "job": ("door_customers_with_due_jobs(%s) AS owner_id", "owner_id"),
}
ALL_DUE = """
UPDATE upgrades_upgradejob SET state = 'RUNNING';
UPDATE upgrades_jobstep SET state = 'WAITING', next_at = '2026-11-24 12:00+00' WHERE seq = 1;
UPDATE upgrades_look SET due_at = '2026-11-24 12:00+00';
UPDATE portal_message SET next_at = '2026-11-24 12:00+00';
UPDATE appliances_site SET backup_days = 1;
UPDATE appliances_appliance SET read_due_at = '2026-11-24 12:00+00', secret_key_id = 'k1',
    backup_due_at = '2026-11-24 12:00+00', last_seen_at = '2026-11-23 12:00+00';
"""


def who(what, at):
    """Whose things a door gives at an instant, taken one after the other; nothing stays taken."""
    door, column = CLAIMS[what]
    found = set()
    with transaction.atomic(), connection.cursor() as cursor:
        doors.tell(cursor)
        for _ in range(4):
            cursor.execute(f"SELECT {column} FROM {door}", [at])
            found |= {row[0] for row in cursor.fetchall()}
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("what", CLAIMS)
def test_what_is_due_is_found_by_its_own_clock_alone(world, real, key, what):
    """A real customer and a sandbox have the same things to do tomorrow at noon."""
    approved(world, target=TWO_HOPS)
    waking.want_looks(NOON)
    for customer in (world.customer, real):
        with tenancy.transaction(customer):
            messages.write(
                "upgrade_done", to="noc@example.com", about=customer, key="k", at=NOON,
                context=FACTS,
            )  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute(ALL_DUE)
        if what in ("backup", "job"):  # not beside a job; or of one that has not begun
            cursor.execute("UPDATE upgrades_upgradejob SET state = 'SCHEDULED'")
    both = {world.customer.pk, real.pk}
    assert who(what, NOON + DAY) <= both
    if what != "step":  # the one that was claimed first is claimed again by its own process
        assert who(what, NOON + DAY) == both

    sandbox_time.advance(world.customer, DAY, maker=key)

    assert who(what, NOON + 60 * DAY) == {real.pk}
    with own_clock.running(world.customer.pk):
        assert clock.now() == NOON + DAY
        assert who(what, clock.now()) == {world.customer.pk}


def test_the_demo_clock_waits_for_no_sandbox_that_is_ahead(world, park, real, key):
    approved(world, target=TWO_HOPS)
    _busy, _due, upcoming = demo_clock.next_event(NOON)
    sandbox_time.advance(world.customer, DAY, maker=key)

    assert demo_clock.next_event(NOON)[2] == upcoming
