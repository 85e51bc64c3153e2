import pytest
from django.db import connections

from portal import audit, tenancy
from portal.services import audit_trail
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "noon")


@pytest.fixture
def customer():
    made = factories.a_customer()
    with tenancy.transaction(made):
        for number in range(4):
            audit.record("contract.recorded", made, data={"number": number})
    return made


def by_the_owner(statement, *values):
    """What only somebody with the owner's rights could do: around the trigger that forbids it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE portal_auditevent DISABLE TRIGGER unchangeable")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE portal_auditevent ENABLE TRIGGER unchangeable")


def test_an_untouched_chain_holds(customer):
    assert audit_trail.verify(customer) == audit_trail.Verdict(5, None, True)


def test_a_changed_event_is_named(customer):
    by_the_owner(
        "UPDATE portal_auditevent SET actor_name = 'Nobody' WHERE customer_id = %s AND number = 3",
        customer.pk,
    )

    assert audit_trail.verify(customer).first_broken == 3


def test_a_missing_event_is_named_by_the_next_one(customer):
    by_the_owner("DELETE FROM portal_auditevent WHERE customer_id = %s AND number = 2", customer.pk)

    assert audit_trail.verify(customer).first_broken == 3


def test_an_end_that_was_cut_off_shows(customer):
    by_the_owner("DELETE FROM portal_auditevent WHERE customer_id = %s AND number = 5", customer.pk)

    assert audit_trail.verify(customer) == audit_trail.Verdict(4, None, False)


def test_another_customers_chain_is_its_own(customer):
    other = factories.a_customer()
    by_the_owner(
        "UPDATE portal_auditevent SET name = 'x.y' WHERE customer_id = %s AND number = 1",
        customer.pk,
    )

    assert audit_trail.verify(other).holds
    assert not audit_trail.verify(customer).holds
