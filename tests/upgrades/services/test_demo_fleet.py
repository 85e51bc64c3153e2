"""The generated fleet stands in the simulator and can be planned; it is the same each time."""

import pytest
from django.core.management import CommandError, call_command

from appliances.models import Appliance, Site
from appliances.services import catalogue, demo_fleet as drawing, filtering, remote
from portal import clock, tenancy
from portal.models import Contact, Contract, Customer, User
from tests.conftest import NOON
from upgrades.models import MaintenanceWindow
from upgrades.planning.catalogue import Versions, version
from upgrades.planning.paths import path
from upgrades.services import demo_fleet
from upgrades.services.catalogue import catalogue as known_packages

SITES = 12


def load(sites=SITES, seed=7):
    with clock.at(NOON):
        return list(demo_fleet.load(sites, seed=seed, at=NOON))


def everything():
    return sorted(
        (box.host, box.product_version, box.base_version, box.cluster_role, box.failover_role)
        for box in Appliance.across.all()
    )


def test_the_same_seed_draws_the_same_fleet_and_a_longer_one_begins_with_it():
    short, long = list(drawing.drawn(300, seed=7)), list(drawing.drawn(900, seed=7))

    assert sum(len(one.sites) for one in short) == 300
    assert short[:-1] == long[: len(short) - 1]
    assert short[-1].sites == long[len(short) - 1].sites[: len(short[-1].sites)]
    assert short != list(drawing.drawn(300, seed=8))


def test_three_hundred_sites_have_every_shape_region_and_kind_of_contract():
    made = list(drawing.drawn(300, seed=1))
    sites = [site for one in made for site, _night in one.sites]

    assert {site.shape for site in sites} == set(Site.Shape.values)
    assert {site.region for site in sites} == set(drawing.REGIONS)
    assert len({site.zone for site in sites}) == 18
    assert {one.cover for one in made} == set(drawing.COVERS)
    assert len({(site.base, site.product) for site in sites}) == len(drawing.VERSIONS)
    assert len({site.public_name for site in sites}) == 300


def test_every_pair_of_versions_has_a_way_to_the_newest_release(db):
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    known = known_packages()
    behind = [pair for pair in drawing.VERSIONS if pair[1] != "26.2"]
    for base, product in behind:
        assert path(known, Versions(version(base), version(product)), version("26.2"))


def test_the_fleet_stands_in_the_simulator_marked_as_a_demo(db, park):
    told = load()

    assert sum(new for new, _there in told) == told[-1][1] == SITES
    assert Customer.across.filter(demo=False).count() == 0
    assert not Site.across.filter(simulated=False).exists()
    assert filtering.matching(Site.across.all(), "tag:demo", on=NOON.date()).count() == SITES
    assert MaintenanceWindow.across.count() == SITES
    assert len(park.control("GET", "appliances")["appliances"]) == Appliance.across.count()
    customer = Customer.across.order_by("slug").first()
    with tenancy.transaction(customer):
        box = Appliance.objects.order_by("host").first()
        first = Contact.objects.in_order().first()
    assert remote.observe(box).kind == "well"
    assert first.user == User.objects.get(email=f"approver@{customer.slug}.example")


def test_a_second_run_changes_nothing_and_a_longer_one_adds(db, park):
    load(5)
    before = everything()

    assert sum(new for new, _there in load(5)) == 0
    assert everything() == before

    load()
    assert set(before) < set(everything())
    assert Site.across.count() == SITES
    assert Contract.across.count() <= Customer.across.count()


def test_a_run_that_was_killed_is_gone_on_with(db, park):
    going = demo_fleet.load(SITES, seed=7, at=NOON)
    next(going)
    customer = Customer.across.get()
    going.close()
    with tenancy.transaction(customer):  # as if killed before the windows
        MaintenanceWindow.objects.all().delete()

    load()

    assert Site.across.count() == MaintenanceWindow.across.count() == SITES


@pytest.mark.parametrize("words", [("0",), ("10001",), ("5", "--seed", "-1")])
def test_the_command_says_its_bounds(db, words):
    with pytest.raises(CommandError, match="Give 1 to 10000 sites"):
        call_command("demo_fleet", *words)


def test_the_command_goes_nowhere_near_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="marked production"):
        call_command("demo_fleet", "5")
