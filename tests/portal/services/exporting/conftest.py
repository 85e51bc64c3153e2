"""A customer whose administrator asks for everything of it."""

import pytest

from tests import factories


@pytest.fixture
def customer(db, noon):
    return factories.a_customer("Marmara")


@pytest.fixture
def boss(customer):
    return factories.a_member(customer, zone="Europe/Istanbul")
