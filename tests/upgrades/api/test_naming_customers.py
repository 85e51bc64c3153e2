"""A key of all customers names the customer in the address, where something is made."""

from uuid import uuid4

import pytest

from portal import tenancy
from portal.models import Contract
from tests import factories
from tests.portal.api.caller import ADMINISTER, Caller
from upgrades.models import Freeze


@pytest.fixture
def administrator(world, noon):
    return Caller(factories.a_member(world.customer), world.customer, ADMINISTER)


def test_a_program_of_all_customers_names_the_customer_in_the_address(world, noon):
    """Freezes, contracts and many at once; the customer comes from the address, never the body."""
    everywhere = Caller(world.agent, scope=ADMINISTER)
    other = factories.a_customer("Northline", slug="northline")
    here, there = f"?customer={world.customer.pk}", f"?customer={other.pk}"
    freeze = {"title": "Summer", "begin": "2027-06-01T00:00", "end": "2027-06-08T00:00"}
    contract = {"number": "C-7", "starts_on": "2027-01-01", "ends_on": "2027-12-31"}
    contacts = {"items": [{"name": "Elif", "email": "elif@example.com"}]}

    assert everywhere.post("freezes", freeze).json()["code"] == "customer-needed"
    made = everywhere.done(f"freezes{here}", freeze, 201)
    assert everywhere.done(f"freezes/preview{here}", freeze)["upgrades"] == []
    everywhere.done(f"contracts{there}", contract, 201)
    [result] = everywhere.done(f"contacts/bulk{there}", contacts)["results"]

    assert (made["customer"]["slug"], result["status"]) == ("meridian", 201)
    assert result["row"]["customer"]["slug"] == "northline"
    with tenancy.transaction(other):
        assert (Contract.objects.get().number, Freeze.objects.count()) == ("C-7", 0)
    with tenancy.transaction(world.customer):
        assert Freeze.objects.count() == 1


def test_a_key_of_one_customer_names_no_other_and_nobody_names_a_strange_one(
    world, administrator
):  # fmt: skip
    other = factories.a_customer("Northline", slug="northline")
    twin = factories.a_customer("Twin", slug="twin", rehearses=True)
    freeze = {"title": "Summer", "begin": "2027-06-01T00:00", "end": "2027-06-08T00:00"}
    everywhere = Caller(world.agent)

    assert administrator.post(f"freezes?customer={other.pk}", freeze).status_code == 404
    assert administrator.post(f"freezes?customer={world.customer.pk}", freeze).status_code == 201
    assert everywhere.post(f"freezes?customer={twin.pk}", freeze).status_code == 404
    assert everywhere.post(f"freezes?customer={uuid4()}", freeze).status_code == 404
    assert everywhere.post("freezes?customer=Meridian", freeze).status_code == 400
