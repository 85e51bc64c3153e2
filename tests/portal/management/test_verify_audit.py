import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from portal import audit, tenancy
from tests.factories import NOON, a_customer


@pytest.fixture
def two(db):
    customers = [a_customer("Atlas"), a_customer("Borealis")]
    for customer in customers:
        for _ in range(3):
            with tenancy.transaction(customer):
                audit.record("customer.looked", customer, by=None, at=NOON)
    return customers


def verify(capsys, **options):
    try:
        call_command("verify_audit", json=True, **options)
        held = True
    except CommandError:
        held = False
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return held, {line["customer"]: (line["events"], line["first_broken"]) for line in lines}


def tamper(statement):
    """As somebody with the owner's role and time: the triggers are switched off."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE portal_auditevent DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE portal_auditevent_rest DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE portal_auditevent_rest ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE portal_auditevent ENABLE TRIGGER USER")


def test_untouched_chains_hold(two, capsys):
    held, found = verify(capsys)

    assert held
    assert found == {str(customer.pk): (4, None) for customer in two} | {"platform": (2, None)}


@pytest.mark.parametrize(
    ("statement", "events", "first_broken"),
    [
        ("UPDATE portal_auditevent SET data = '{\"a\": 1}' WHERE number = 2", 4, 2),
        ("UPDATE portal_auditevent SET at = at + interval '1 s' WHERE number = 3", 4, 3),
        ("DELETE FROM portal_auditevent WHERE number = 2", 3, 3),
        ("DELETE FROM portal_auditevent WHERE number = 4", 3, None),
        ("DELETE FROM portal_auditevent", 0, None),
    ],
)
def test_a_change_a_gap_and_a_cut_tail_are_found(two, capsys, statement, events, first_broken):
    tamper(statement)

    held, found = verify(capsys, customer="atlas")

    assert not held
    assert found == {str(two[0].pk): (events, first_broken)}


def test_one_customer_is_asked_by_slug(two, capsys):
    call_command("verify_audit", customer="borealis")

    assert capsys.readouterr().out == f"{two[1].pk}: 4 events, all in place\n"
    with pytest.raises(CommandError, match="no customer nobody"):
        call_command("verify_audit", customer="nobody")
