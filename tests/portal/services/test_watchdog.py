"""What is due and has not left is told to staff: with a mail server away for a day, and after."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.models import Customer, Message
from portal.services import messages, watchdog
from tests.factories import NOON, a_customer, staff
from tests.portal.services.test_delivery import let_pass, write

DAY = timedelta(days=1)


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def alarms(customer):
    with tenancy.transaction(customer):
        rows = Message.objects.filter(kind=watchdog.KIND).order_by("written_at", "address")
        return [row.address for row in rows]


def test_a_day_without_mail_server_alarms_once_a_day_and_loses_nothing(customer, sink):
    manager = staff("ROLLOUT_MANAGER", "Max")
    staff("AGENT", "Ana")
    write(customer, "a@example.com", "b@example.com")
    sink.stop()
    at = NOON
    for _hour in range(25):
        messages.send_due(at)
        watchdog.look_after(at)
        watchdog.look_after(at)
        at += timedelta(hours=1)
        let_pass(hours=1)

    [late] = watchdog.late(at)
    assert (late.name, late.number, late.since) == ("Marmara", 2, NOON)
    assert alarms(customer) == [manager.email] * 2  # of today and of tomorrow

    sink.start()
    let_pass(hours=2)
    messages.send_due(at)
    watchdog.look_after(at + timedelta(minutes=1))

    assert sink.told == ["a@example.com", "b@example.com", manager.email, manager.email]
    assert watchdog.late(at) == []
    assert len(alarms(customer)) == 2


def test_the_account_manager_is_told_in_place_of_everybody(customer):
    staff("ROLLOUT_MANAGER", "Max")
    ana = staff("AGENT", "Ana")
    with tenancy.transaction(customer):
        Customer.objects.update(account_manager=ana)
    write(customer, "a@example.com")

    watchdog.look_after(NOON + timedelta(minutes=14))
    assert alarms(customer) == []
    watchdog.look_after(NOON + timedelta(minutes=16))
    assert alarms(customer) == [ana.email]


def test_an_alarm_that_does_not_leave_raises_no_alarm(customer, sink):
    staff("ROLLOUT_MANAGER", "Max")
    write(customer, "a@example.com")
    watchdog.look_after(NOON + DAY)
    with tenancy.transaction(customer):
        Message.objects.exclude(kind=watchdog.KIND).delete()

    assert watchdog.late(NOON + 2 * DAY) == []


def test_what_was_given_up_is_late_too(customer, sink):
    sink.refusals["gone@example.com"] = "550 No such user"
    write(customer, "gone@example.com")
    messages.send_due(NOON)

    assert [late.number for late in watchdog.late(NOON)] == [1]
