from datetime import date, timedelta

import pytest
from django.db import connection, connections, transaction

from portal import audit, tenancy
from portal.models import AuditEvent
from portal.services import audit_trail, partitions
from tests.factories import NOON, a_customer


@pytest.fixture
def months_taken_back(db):
    """Partitions outlive a test's rows: those that a test makes are taken away after it."""
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute(partitions.THERE)
        for (name,) in cursor.fetchall():
            if name != "portal_auditevent_rest":
                cursor.execute(f"DROP TABLE {name}")


@pytest.fixture
def customer(months_taken_back):
    return a_customer("Marmara")


def record(customer, at):
    with tenancy.transaction(customer):
        audit.record("customer.looked", customer, by=None, at=at)


def lies_in():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT number, tableoid::regclass::text FROM portal_auditevent ORDER BY number"
        )
        return cursor.fetchall()


def test_months_are_made_once(months_taken_back):
    assert partitions.make(on=date(2026, 11, 22), months=3) == [
        "portal_auditevent_2026_11",
        "portal_auditevent_2026_12",
        "portal_auditevent_2027_01",
    ]
    assert partitions.make(on=date(2026, 11, 22), months=3) == []


def test_rows_of_the_default_partition_move_to_their_month_and_the_chain_holds(customer):
    record(customer, NOON + timedelta(days=400))

    made = partitions.make(on=date(2026, 11, 22), months=1)

    assert made == ["portal_auditevent_2026_11", "portal_auditevent_2027_12"]
    assert lies_in() == [(1, "portal_auditevent_2026_11"), (2, "portal_auditevent_2027_12")]
    assert audit_trail.verify(customer).holds
    record(customer, NOON)
    assert lies_in()[2] == (3, "portal_auditevent_2026_11")
    assert audit_trail.verify(customer).events == 3


def test_a_partition_is_no_way_round_the_wall(customer):
    partitions.make(on=date(2026, 11, 22), months=1)

    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_auditevent_2026_11")


def test_a_moved_event_still_cannot_be_changed(customer):
    partitions.make(on=date(2026, 11, 22), months=1)

    for table in ("portal_auditevent", "portal_auditevent_2026_11", "portal_auditevent_rest"):
        record(customer, NOON)
        record(customer, NOON + timedelta(days=4000))
        with (
            pytest.raises(Exception, match="never changed"),
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET name = 'x'")
    with tenancy.transaction(customer):
        assert not AuditEvent.objects.filter(name="x").exists()
