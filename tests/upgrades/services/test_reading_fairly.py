"""The hourly read over many customers: nobody's thousand appliances keep another's one waiting."""

from datetime import timedelta

from appliances.models import Appliance, ConfigurationFreeze, Drift, Site, Snapshot
from portal import clock, tenancy
from tests import factories
from tests.conftest import NOON
from upgrades.services import watching

A = "a.meridian.sim"


def a_large_customer(number):
    """With many appliances, each due for longer than anybody else's."""
    large = factories.a_customer("Borealis", slug="borealis")
    with tenancy.transaction(large):
        for place in range(number):
            host = f"b{place}.borealis.sim"
            site = Site.objects.create(
                customer=large, name=host, public_name=host, shape="SINGLE", zone="UTC",
                simulated=True,
            )  # fmt: skip
            Appliance.objects.create(
                customer=large, site=site, letter="A", name=host, host=host, simulated=True,
                secret_key_id="k1", read_due_at=NOON - timedelta(days=2),
            )  # fmt: skip
    return large


def read_of(customer):
    """How many of its appliances were claimed for a read at noon."""
    with tenancy.transaction(customer):
        return Appliance.objects.filter(read_due_at__gt=NOON).count()


def test_each_customers_longest_waiting_comes_before_anybodys_second(world, answering):
    answering.clock(anchor_virtual=NOON.timestamp())
    large = a_large_customer(5)

    with clock.at(NOON):
        assert watching.read_due(NOON, most=2) == 2
    assert (read_of(world.customer), read_of(large)) == (1, 1)

    with clock.at(NOON):
        assert watching.read_due(NOON, most=10) == 4
    assert read_of(large) == 5


def test_a_configuration_that_changes_while_it_is_frozen_is_a_drift(world, answering):
    answering.clock(anchor_virtual=NOON.timestamp())
    box = world.appliance
    with tenancy.transaction(world.customer):
        ConfigurationFreeze.objects.create(
            customer=world.customer, appliance=box, job_id=box.pk, began_at=NOON
        )
        Snapshot.objects.create(
            customer=world.customer, appliance=box, job_id=box.pk, taken_at=NOON,
            data={"version": "12.1", "users": 9},
        )  # fmt: skip

    with clock.at(NOON + timedelta(hours=1)):
        assert watching.read_due(NOON + timedelta(hours=1), most=5) == 1

    with tenancy.transaction(world.customer):
        (found,) = Drift.objects.filter(ended_at=None)
        assert (found.fact, found.expected) == ("CONFIGURATION", "users 9")
        assert found.found.startswith("users ")


def test_without_a_freeze_nobody_counts_the_configuration(world, answering):
    answering.clock(anchor_virtual=NOON.timestamp())
    with tenancy.transaction(world.customer):
        Snapshot.objects.create(
            customer=world.customer, appliance=world.appliance, taken_at=NOON, data={"users": 9}
        )

    with clock.at(NOON):
        watching.read_due(NOON, most=5)

    with tenancy.transaction(world.customer):
        assert not Drift.objects.exists()
