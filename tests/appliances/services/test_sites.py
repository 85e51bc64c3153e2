import pytest

from appliances.models import Appliance, Site
from appliances.services import production, shapes, sites
from portal import tenancy
from portal.models import AuditEvent
from portal.services import customers
from tests.conftest import NOON

SITE = {"name": "Desk", "public_name": "Desk.Example.com", "shape": "SINGLE", "zone": "Asia/Tokyo"}
A = {"letter": "A", "name": "", "host": "a.example.com"}
PAIR = [
    A | {"failover_role": "PRIMARY"},
    A | {"letter": "B", "host": "b.example.com", "failover_role": "BACKUP"},
]
NODE = A | {"letter": "N1", "host": "n1.example.com", "cluster_role": "TRAFFIC"}
MASTER = A | {"cluster_role": "MASTER"}


def register(*appliances, **values):
    return sites.register(by=None, at=NOON, appliances=appliances, **(SITE | values))


@pytest.fixture(autouse=True)
def _acting(customer):
    with tenancy.transaction(customer):
        yield


def test_a_site_is_registered_with_its_appliance_and_what_was_read(customer):
    site = register(A | {"base_version": "3.2.4", "product_version": "12.1"})

    box = Appliance.objects.get()
    assert (site.public_name, box.name) == ("desk.example.com", "Desk A")
    assert (box.base_version, box.base_at, box.product_version) == ("3.2.4", NOON, "12.1")


@pytest.mark.parametrize(
    ("shape", "appliances"),
    [
        ("SINGLE", [A]),
        ("PAIR", PAIR),
        ("CLUSTER", [MASTER, NODE]),
        (
            "CLUSTER_WITH_FAILOVER",
            [one | {"cluster_role": "MASTER"} for one in PAIR] + [NODE],
        ),
    ],
)
def test_every_shape_can_be_registered(shape, appliances):
    site = register(*appliances, shape=shape)

    assert site.appliances.count() == len(appliances)


@pytest.mark.parametrize(
    ("shape", "appliances"),
    [
        ("SINGLE", []),
        ("SINGLE", PAIR),
        ("SINGLE", [A | {"failover_role": "PRIMARY"}]),
        ("PAIR", [PAIR[0], PAIR[1] | {"failover_role": "PRIMARY"}]),
        ("PAIR", [PAIR[0], PAIR[1] | {"letter": "A"}]),
        ("PAIR", [*PAIR, NODE]),
        ("CLUSTER", [MASTER]),
        ("CLUSTER", [A, NODE]),
        ("CLUSTER_WITH_FAILOVER", [*PAIR, NODE]),
    ],
)
def test_appliances_that_do_not_make_the_shape_are_refused(shape, appliances):
    with pytest.raises(shapes.WrongShape):
        register(*appliances, shape=shape)
    assert not Site.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"zone": "Mars/Olympus"}, sites.NoSuchZone),
        ({"public_name": "http://x.example.com/"}, sites.BadName),
        ({"public_name": "desk.sim"}, sites.BadName),
        ({"public_name": "localhost"}, sites.BadName),
        ({"name": "  "}, sites.BadName),
    ],
)
def test_a_site_needs_a_name_a_zone_and_a_host_that_can_be_called(wrong, refusal):
    with pytest.raises(refusal):
        register(A, **wrong)


def test_two_sites_cannot_have_one_public_name():
    register(A)

    with pytest.raises(sites.NameTaken):
        register(A, public_name="DESK.example.com")


def test_a_change_is_written_down_with_before_and_after(customer):
    site = register(A)
    sites.change(site, by=None, zone="Europe/Paris", name="Desk")

    assert Site.objects.get().zone == "Europe/Paris"


def test_what_an_appliance_is_cannot_be_changed():
    register(A)

    with pytest.raises(TypeError):
        sites.change_appliance(Appliance.objects.get(), by=None, guid="b" * 32)


def test_an_appliance_cannot_be_changed_out_of_the_shape():
    register(*PAIR, shape="PAIR")

    with pytest.raises(shapes.WrongShape):
        sites.change_appliance(Appliance.objects.get(letter="B"), by=None, failover_role="PRIMARY")


def test_roles_are_exchanged_together():
    site = register(*PAIR, shape="PAIR")

    backup, primary = site.appliances.order_by("letter")
    production.relate(primary, backup, at=NOON)

    assert dict(Appliance.objects.values_list("letter", "failover_role")) == {
        "A": "BACKUP",
        "B": "PRIMARY",
    }


def test_a_closed_site_keeps_its_day():
    site = sites.close(register(A), by=None, at=NOON)

    assert Site.objects.get().closed_at == site.closed_at == NOON


def test_the_changes_of_a_site_stand_in_the_audit_trail(customer):
    with tenancy.transaction(customer):
        sites.change(register(A), by=None, zone="Europe/Paris")

    event = AuditEvent.objects.get(name="site.changed")
    assert event.data == {"zone": ["Asia/Tokyo", "Europe/Paris"]}


def test_how_support_calls_a_site_or_its_customer_stands_in_no_trail_of_theirs(customer):
    """Its administrator reads the trail, over REST and in an export too."""
    with tenancy.transaction(customer):
        sites.change(register(A), by=None, tags=["difficult"], region="emea")
        customers.change(customer, tags=["difficult"], name="Meridian", by=None, at=NOON)

    assert Site.objects.get().tags == customers.current().tags == ["difficult"]
    of_site = AuditEvent.objects.get(name="site.changed").data
    of_customer = AuditEvent.objects.get(name="customer.changed").data
    assert (of_site, list(of_customer)) == ({"region": ["", "emea"]}, ["name"])
