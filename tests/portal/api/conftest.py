import pytest

from tests import factories
from tests.portal.api.caller import ADMINISTER, Caller


@pytest.fixture
def customer(db):
    return factories.a_customer("Meridian Freight", slug="meridian")


@pytest.fixture
def member(customer):
    return factories.a_member(customer, name="Jana Vesela")


@pytest.fixture
def caller(customer, member, noon):
    """The program of a customer's administrator."""
    return Caller(member, customer, ADMINISTER)


@pytest.fixture
def agent(db, noon):
    """Support's program, for every customer."""
    return Caller(factories.staff(name="Ines Duarte"))
