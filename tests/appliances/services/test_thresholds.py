"""What counts as good: built in, of the installation, of a customer; who set it is kept."""

import pytest
from django.test import Client

from appliances.models import InstallationThreshold
from appliances.services import thresholds
from portal import tenancy
from portal.models import PlatformEvent
from portal.services import audit_trail
from tests import factories
from tests.conftest import NOON

KEY = "CLOCK.warns_seconds"


@pytest.fixture
def manager(db):
    return factories.staff("ADMINISTRATOR")


def counts_at(customer):
    with tenancy.transaction(customer):
        return thresholds.current()[KEY]


def test_a_customers_own_value_outranks_the_installations(customer, manager):
    assert counts_at(customer) == 120

    thresholds.change_installation({KEY: 90}, by=manager, at=NOON)
    assert counts_at(customer) == 90

    with tenancy.transaction(customer):
        thresholds.change({KEY: 60}, by=manager)
    assert counts_at(customer) == 60


def test_another_customers_value_is_not_ours(customer, other_customer, manager):
    with tenancy.transaction(other_customer):
        thresholds.change({KEY: 60}, by=manager)

    assert counts_at(customer) == 120


def test_the_installations_values_are_in_the_platforms_chain(manager):
    thresholds.change_installation({KEY: 90}, by=manager, at=NOON)
    thresholds.change_installation({KEY: 90}, by=manager, at=NOON)  # nothing new: no fact

    [event] = PlatformEvent.objects.filter(name="thresholds.changed")
    assert event.data["values"] == {KEY: [None, 90]}
    assert event.actor_id == manager.pk
    assert audit_trail.verify_platform_and_note(by=manager, at=NOON).holds


def test_a_value_out_of_bounds_changes_nothing(manager):
    with pytest.raises(thresholds.BadThreshold) as refusal:
        thresholds.change_installation({KEY: 90, "CLOCK.bad_seconds": 1}, by=manager, at=NOON)

    assert set(refusal.value.fields) == {"CLOCK.bad_seconds"}
    assert not InstallationThreshold.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("AGENT", 403), ("ADMINISTRATOR", 200)])
def test_only_who_manages_the_platform_sees_the_installations_page(db, role, status):
    client = Client()
    client.force_login(factories.staff(role))

    assert client.get("/thresholds/").status_code == status
