"""A fleet's stored paths are the ones that a search finds, customer by customer."""

from datetime import timedelta

import pytest
from django.db import connections

from appliances.models import Appliance, Package, RecordedWord, Requirement, Site
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from upgrades.models import PathEntry
from upgrades.planning.catalogue import Versions, version
from upgrades.planning.paths import NoPath, path
from upgrades.services import catalogue as packages, fleet

LATER = NOON + timedelta(days=1)
STATES = [
    ("3.2.4", "12.1"), ("3.2.4", "12.2.0"), ("3.3.2", "12.1"), ("3.3.2", "12.2"),
    ("4.0.1", "12.2.0"), ("4.0.1", "14.1.1"), ("3.3.0", "11.9"),
]  # fmt: skip


@pytest.fixture
def two(catalogue):
    """Two customers, each with one appliance in every state."""
    return [a_fleet(name) for name in ("Meridian Freight", "Harbour Clinics")]


def a_fleet(name):
    customer = factories.a_customer(name)
    with tenancy.transaction(customer):
        for number, (base, product) in enumerate(STATES):
            site = Site.objects.create(
                customer=customer, name=f"Site {number}", public_name=f"s{number}.example",
                shape="SINGLE", zone="UTC",
            )  # fmt: skip
            Appliance.objects.create(
                customer=customer, site=site, letter="A", name="A", host=f"a{number}.example",
                base_version=base, product_version=product,
            )  # fmt: skip
    return customer


def stored(customer, target="14.1.1"):
    """Ways by the appliance's versions, as names of packages."""
    names = {row.pk: row.version for row in Package.objects.all()}
    with tenancy.transaction(customer):
        found = fleet.ways(target)
        return {
            (row.base_version, row.product_version): (
                [names[pk] for pk in found[row.pk].package_ids], found[row.pk].hops,
            )
            for row in Appliance.objects.filter(pk__in=found)
        }  # fmt: skip


def searched(target="14.1.1"):
    known, found = packages.catalogue(), {}
    for base, product in STATES:
        try:
            hops = path(known, Versions(version(base), version(product)), version(target))
        except NoPath:
            continue
        ids = [package.version.text for hop in hops for package in hop.packages]
        found[base, product] = (ids, len(hops))
    return found


def test_what_is_stored_is_what_a_search_finds(two):
    count = fleet.plan("14.1.1", at=NOON)

    expected = searched()
    assert len(expected) == len(STATES) - 1  # one is there already
    assert expected["3.2.4", "12.1"] == (["4.0.1", "12.2.0", "14.1.1"], 2)
    assert [stored(customer) for customer in two] == [expected, expected]
    assert count == 2 * len(expected)


def test_planned_again_nothing_changes(two):
    fleet.plan("14.1.1", at=NOON)

    assert fleet.plan("14.1.1", at=LATER) == 0
    assert not PathEntry.objects.exclude(since=NOON).exists()


def test_a_withdrawn_package_leaves_every_path_that_has_it(two):
    fleet.plan("14.1.1", at=NOON)
    Package.objects.create(kind="BASE", version="4.1", name="Base 4.1", provenance="DEMO")
    Package.objects.filter(version="4.0.1").update(withdrawn_at=NOON)

    count = fleet.plan("14.1.1", at=LATER)

    assert stored(two[0])["3.2.4", "12.1"] == (["4.1", "12.2.0", "14.1.1"], 2)
    assert [stored(customer) for customer in two] == [searched(), searched()]
    assert 0 < count < 2 * len(searched())


def test_a_changed_way_is_followed_without_touching_the_appliances_rows(two):
    fleet.plan("14.1.1", at=NOON)
    rows = "SELECT id, xmin::text FROM appliances_appliance ORDER BY 1"
    with connections["owner"].cursor() as cursor:
        cursor.execute(rows)
        before = cursor.fetchall()
        Package.objects.create(kind="BASE", version="4.1", name="Base 4.1", provenance="DEMO")
        Package.objects.filter(version="4.0.1").update(withdrawn_at=NOON)

        assert fleet.plan("14.1.1", at=LATER) > 0

        cursor.execute(rows)
        assert cursor.fetchall() == before
    assert stored(two[0]) == searched()


def test_an_appliance_that_moved_on_has_the_way_from_there_and_none_at_the_target(two):
    fleet.plan("14.1.1", at=NOON)
    with tenancy.transaction(two[0]):
        start = Appliance.objects.filter(base_version="3.2.4", product_version="12.1")
        moved, arrived = (
            start.get(),
            Appliance.objects.get(base_version="3.3.2", product_version="12.1"),
        )
        start.update(base_version="4.0.1", product_version="12.2")
        Appliance.objects.filter(pk=arrived.pk).update(product_version="14.1.1")

        found = fleet.ways("14.1.1")

    assert found[moved.pk].hops == 1
    assert arrived.pk not in found
    assert fleet.plan("14.1.1", at=LATER) == 0


def test_ways_are_of_the_current_customer_alone(two):
    fleet.plan("14.1.1", at=NOON)

    with tenancy.transaction(two[0]):
        own = set(Appliance.objects.values_list("pk", flat=True))
        assert set(fleet.ways("14.1.1")) < own
    with pytest.raises(tenancy.NoCustomer):
        fleet.ways("14.1.1")


def test_words_that_are_taken_back_leave_the_way_of_everybody(two):
    Requirement.objects.filter(kind="BASE", version="4.0.1").update(provenance="INFERRED")
    agent = factories.staff()
    with tenancy.transaction(two[0]):
        told = Appliance.objects.get(base_version="3.3.2", product_version="12.1")
        word = RecordedWord.objects.create(
            customer=two[0], appliance=told, package=Package.objects.get(version="14.1.1"),
            kind="BASE", version="3.3.2", recorded_at=NOON, recorded_by=agent,
        )  # fmt: skip
    fleet.plan("14.1.1", at=NOON)
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM appliances_recordedword WHERE id = %s", [word.pk])

    assert fleet.plan("14.1.1", at=LATER) == 1
    assert stored(two[0]) == searched()


def test_a_target_that_is_withdrawn_has_no_path_any_more(two):
    fleet.plan("14.1.1", at=NOON)
    Package.objects.filter(version="14.1.1").update(withdrawn_at=NOON)

    assert fleet.plan("14.1.1", at=LATER) == 0
    assert [stored(customer) for customer in two] == [{}, {}]


def test_paths_to_another_target_stay(two):
    fleet.plan("14.1.1", at=NOON)
    fleet.plan("12.2.0", at=NOON)

    assert stored(two[0], "14.1.1") == searched("14.1.1")
    assert stored(two[0], "12.2") == searched("12.2.0")
    assert set(PathEntry.objects.values_list("target", flat=True)) == {"12.2", "14.1.1"}


def test_an_appliance_s_own_words_outrank_what_was_inferred_for_it_alone(two):
    Requirement.objects.filter(kind="BASE", version="4.0.1").update(provenance="INFERRED")
    agent = factories.staff()
    with tenancy.transaction(two[0]):
        told = Appliance.objects.get(base_version="3.3.2", product_version="12.1")
        RecordedWord.objects.create(
            customer=two[0], appliance=told, package=Package.objects.get(version="14.1.1"),
            kind="BASE", version="3.3.2", recorded_at=NOON, recorded_by=agent,
        )  # fmt: skip

    fleet.plan("14.1.1", at=NOON)

    assert stored(two[0])["3.3.2", "12.1"] == (["12.2.0", "14.1.1"], 2)
    assert stored(two[1]) == searched()
    assert fleet.plan("14.1.1", at=LATER) == 0


def test_an_appliance_without_known_versions_has_no_path(two):
    with tenancy.transaction(two[0]):
        Appliance.objects.filter(base_version="3.2.4").update(base_version="")

    fleet.plan("14.1.1", at=NOON)

    assert ("", "12.1") not in stored(two[0])
    assert stored(two[1]) == searched()
