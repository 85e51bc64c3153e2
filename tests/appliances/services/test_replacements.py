"""New hardware waits without a place, and takes the old one's place once."""

import pytest

from appliances.models import Appliance, Site
from appliances.services import credentials, production, replacements, sites
from portal import tenancy
from portal.models import AuditEvent
from tests.conftest import NOON


@pytest.fixture
def acting(customer, appliance):
    with tenancy.transaction(customer):
        yield appliance


def register(old, **values):
    given = {
        "name": "", "host": "new.meridian.sim", "physical": False, "model": "VA", "serial": "NEW1",
        "base_version": "6.2.0", "by": None, "at": NOON,
    }  # fmt: skip
    return replacements.register(old, **(given | values))


def test_a_replacement_has_no_place_and_counts_nowhere(acting):
    new = register(acting)

    assert (new.place, new.letter, new.base_version) == ("WAITING", "R1", "6.2.0")
    assert new.name == "Support A R1"
    assert [box.pk for box in acting.site.appliances.all()] == [acting.pk]
    assert list(Appliance.objects.all()) == [acting]
    assert replacements.waiting(acting.site) == [new]


def test_it_takes_letter_and_roles_and_the_old_one_is_gone_but_known(customer, acting):
    new = register(acting)
    credentials.store(acting, account="abc", secret="tell nobody", auth="OAUTH", by=None)
    replacements.inherit_account(new, of=acting)

    with tenancy.transaction(customer):
        replacements.take_over(new, by=None, at=NOON)
        replacements.take_over(Appliance.known.get(pk=new.pk), by=None, at=NOON)

    new, old = Appliance.known.get(pk=new.pk), Appliance.known.get(pk=acting.pk)
    assert (new.place, new.letter, new.client_id) == ("IN_PLACE", "A", "abc")
    assert (old.place, old.letter, old.secret) == ("LEFT", "A", None)
    assert list(acting.site.appliances.all()) == [new]
    assert AuditEvent.objects.filter(name="appliance.replaced").count() == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"host": "a.meridian.sim"}, "same-appliance"),
        ({"name": "Support A"}, "same-appliance"),
        ({"serial": "OLD1"}, "same-appliance"),
        ({"host": "new.example.com"}, "bad-name"),
        ({"base_version": "six"}, "no-version"),
    ],
)
def test_a_replacement_is_another_box(acting, values, code):
    acting.serial = "OLD1"
    acting.save()

    with pytest.raises(replacements.Refused) as refused:
        register(acting, **values)
    assert refused.value.code == code


def test_one_replacement_waits_at_a_time_and_may_be_withdrawn(acting):
    first = register(acting)
    with pytest.raises(replacements.AlreadyWaits):
        register(acting, host="other.meridian.sim", serial="NEW2")

    replacements.withdraw(first, by=None, at=NOON)

    assert register(acting, name="Another", host="b.meridian.sim", serial="NEW2").letter == "R2"
    with pytest.raises(replacements.NoPlaceToTake):
        replacements.withdraw(Appliance.known.get(pk=first.pk), by=None, at=NOON)


@pytest.mark.parametrize("values", [{"in_production": True}, {"failover_role": "BACKUP"}])
def test_one_that_serves_already_or_stands_in_as_backup_is_not_withdrawn(acting, values):
    new = register(acting)
    Appliance.known.filter(pk=new.pk).update(**values)

    with pytest.raises(replacements.Serves):
        replacements.withdraw(Appliance.known.get(pk=new.pk), by=None, at=NOON)
    assert Appliance.known.get(pk=new.pk).place == "WAITING"


def a_pair(customer, **roles):
    return sites.register(
        by=None, at=NOON, name="Pair", public_name="pair.meridian.sim", shape="PAIR",
        zone="Europe/Istanbul", simulated=True,
        appliances=[
            {"letter": letter, "name": f"Pair {letter}", "host": f"{letter.lower()}.pair.sim",
             "failover_role": role}
            for letter, role in (("A", "PRIMARY"), ("B", "BACKUP"))
        ],
    )  # fmt: skip


def test_of_a_pair_only_the_backup_is_replaced(customer):
    with tenancy.transaction(customer):
        a, b = a_pair(customer).appliances.order_by("letter")
        with pytest.raises(replacements.NotReplaceable, match="Only the backup"):
            register(a, host="new.pair.sim")

        replacements.take_over(register(b, host="new.pair.sim"), by=None, at=NOON)

        found = Site.objects.get(name="Pair").appliances.order_by("letter")
        assert [(x.letter, x.failover_role) for x in found] == [("A", "PRIMARY"), ("B", "BACKUP")]


def test_while_failover_is_broken_nobody_is_the_backup(customer):
    with tenancy.transaction(customer):
        site = a_pair(customer)
        production.part(site.pk, at=NOON)
        with pytest.raises(replacements.NotReplaceable, match="broken"):
            register(site.appliances.get(letter="B"), host="new.pair.sim")
