import pytest

from appliances.models import Appliance, Package, Site
from appliances.services import catalogue, demo, demo_sites, remote
from portal import clock, tenancy
from upgrades.planning import paths
from upgrades.planning.catalogue import Versions, version
from upgrades.services.catalogue import catalogue as known_packages


@pytest.fixture
def loaded(db):
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))


def test_the_demos_appliances_answer_as_they_are_recorded(customer, loaded, park):
    at = clock.now()
    built = demo.build_sites(customer, at=at)

    assert [site.shape for site in built] == [
        "SINGLE",
        "SINGLE",
        "SINGLE",
        "PAIR",
        "CLUSTER_WITH_FAILOVER",
    ]
    with tenancy.transaction(customer):
        boxes = list(Appliance.objects.select_related("site").order_by("host"))
    assert len(boxes) == 1 + 1 + 1 + 2 + 6
    for box in boxes:
        seen = remote.observe(box)
        assert (seen.kind, seen.guid) == ("well", box.guid), box.host
        assert seen.version == box.product_version
        assert seen.failover_role.upper() == box.failover_role


def test_the_first_site_counts_its_jump_clients_from_the_first_release_on(customer, loaded, park):
    demo.build_sites(customer, [demo_sites.BEHIND], at=clock.now())

    with tenancy.transaction(customer):
        box = Appliance.objects.get()
    assert (box.base_version, box.product_version) == ("3.2.4", "12.1")
    assert remote.client_tally(box).total == 60


def test_the_simulator_offers_what_the_catalogue_says(customer, loaded, park):
    demo.build_sites(customer, [demo_sites.BEHIND], at=clock.now())

    updates = park.truth("a.meridian.sim")["updates"]

    blocked = {row["name"]: row["blocked"] for row in updates}
    assert blocked["Base Software 3.3.2"] == ""
    assert "3.2.4 does not satisfy the requirements of 12.2.0" in blocked["Bomgar-12.2.0"]


def test_sites_that_are_there_are_left_alone(customer, loaded, park):
    demo.build_sites(customer, [demo_sites.BEHIND], at=clock.now())
    park.press("a.meridian.sim", "set_jump_limit", limit=7)

    assert demo.build_sites(customer, [demo_sites.BEHIND], at=clock.now()) == []

    with tenancy.transaction(customer):
        assert Site.objects.count() == 1
        box = Appliance.objects.get()
    assert remote.observe(box).kind == "well"
    assert park.truth("a.meridian.sim")["max_concurrent_jump_upgrades"] == 7


def test_the_path_of_the_demo_has_six_hops_and_begins_with_the_guides_own_case(loaded):
    newest = max(
        Package.objects.filter(kind="PRODUCT"), key=lambda package: version(package.version)
    )
    installed = Versions(version("3.2.4"), version("12.1"))

    hops = paths.path(known_packages(), installed, version(newest.version))

    assert [[str(package) for package in hop.packages] for hop in hops] == [
        ["base 3.3.2", "product 12.2.0"],
        ["base 4.2.0", "product 14.3"],
        ["base 5.0.0", "product 16.1"],
        ["base 6.0.1", "product 20.1"],
        ["base 7.0.0", "product 22.1"],
        ["base 8.1.0", "product 26.2"],
    ]
