"""A sandbox's own clock: an upgrade with waits of a day while nobody else's time goes on."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from appliances.models import Site
from appliances.services import sites
from portal import audit, clock, doors, own_clock, tenancy
from portal.models import ApiKey, AuditEvent, Customer, Membership, PlatformEvent
from portal.services import customers, keys, messages
from tests import factories
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.conftest import World
from tests.upgrades.services.test_story import approved, states
from upgrades.models import UpgradeJob
from upgrades.services import demo_clock, jobs, sandbox_time, sandboxes, waking, windows
from upgrades.services.sandbox_time import ClockStands
from upgrades.services.standing import Standing
from upgrades.services.ticks import loop

DAY = timedelta(days=1)
TWO_HOPS = "14.1.1"


@pytest.fixture
def world(catalogue, noon, park, monkeypatch):
    """A sandbox with its one site in the simulator, two releases behind."""
    monkeypatch.setattr(sandboxes, "VERSIONS", {"base": "3.2.4", "product": "12.1"})
    home = factories.a_customer("Home")
    program = factories.a_member(home, "ADMINISTRATOR", "Ines Duarte")
    maker, _token = keys.issue(
        "CI", user=program, by=program, at=NOON, customer=home, scope="ADMINISTER"
    )
    park.clock(anchor_virtual=NOON.timestamp())
    made = sandboxes.open_one("Our CI", shapes=["SINGLE"], maker=maker, at=NOON)
    sandboxes.build_due(NOON)
    with tenancy.transaction(made.customer):
        [approver] = [row.user for row in Membership.objects.filter(role="APPROVER")]
        return World(made.customer, Site.objects.get(), program, approver, program, catalogue)


@pytest.fixture
def key(world):
    return ApiKey.objects.get(user=world.agent, customer=world.customer)


@pytest.fixture
def real(world, noon):
    """A real customer whose upgrade was approved for the same night."""
    customer = factories.a_customer("Bora Lines", slug="bora", zone="Europe/Istanbul")
    factories.a_contract(customer)
    approver = factories.a_member(customer, "APPROVER", "Deniz Kaya")
    with tenancy.transaction(customer):
        site = sites.register(
            by=world.agent, at=NOON, name="Desk", public_name="support.bora.sim", shape="SINGLE",
            zone="Europe/Istanbul", simulated=True, has_msi_consoles=False,
            has_integration_clients=False, appliances=({
                "letter": "A", "name": "A", "host": "a.bora.sim", "product_version": "12.1",
                "base_version": "3.2.4",
            },),
        )  # fmt: skip
        windows.add(
            site, rule="FREQ=DAILY", starts_on=date(2026, 11, 1), at_time=time(22, 0),
            minutes=360, title="", by=world.agent, at=NOON,
        )  # fmt: skip
        job = jobs.draft(
            site, world.packages[TWO_HOPS], by=world.agent, at=NOON, procedure="single",
            method="automatic",
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
    with tenancy.transaction(customer):
        job = UpgradeJob.objects.get(pk=job.pk)
        jobs.approve(job, by=approver, at=NOON, digest=job.plan["digest"])
    return customer


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
