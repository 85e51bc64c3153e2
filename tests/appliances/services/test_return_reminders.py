"""Deadlines of returns: told before the day, and weekly after it; never of what is away."""

from datetime import date, datetime, timedelta

import pytest

from appliances import queries
from appliances.models import HardwareReturn, Site
from appliances.services import outdated, return_reminders, returns
from portal import tenancy
from portal.models import Message
from tests import factories
from tests.conftest import NOON

DUE = date(2026, 12, 10)


def on(day: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, 8, tzinfo=NOON.tzinfo)


@pytest.fixture
def row(customer, appliance):
    """Due on 10 December."""
    with tenancy.transaction(customer):
        found = returns.open_failed(appliance, reason="Burnt.", kind="REPLACE", by=None, at=NOON)
        returns.describe(found, by=None, at=NOON, due_back_on=DUE, exposure=4800, currency="EUR")
        return returns.request(found, by=None, at=NOON)


def test_operators_are_told_once_before_and_weekly_after_and_then_support_too(
    customer, other_customer, row
):
    operator = factories.a_member(customer, "OPERATOR", "Murat", language="fr")
    factories.a_member(customer, "VIEWER")
    factories.a_member(other_customer, "OPERATOR")
    agent = factories.staff()

    days = [6, 7, 10, 11, 12, 17, 18]
    told = [return_reminders.remind(at=on(day)) for day in days]

    assert told == [0, 1, 0, 2, 0, 0, 2]
    with tenancy.transaction(customer):
        letters = list(Message.objects.order_by("written_at", "address"))
    assert {letter.address for letter in letters[:1]} == {operator.email}
    assert {letter.address for letter in letters[1:3]} == {operator.email, agent.email}
    late = next(letter for letter in letters[1:3] if letter.recipient_id == agent.pk)
    assert "Return is late: Support A (Support desk)" in late.subject
    assert "Thu 10 Dec 2026" in late.body_text
    assert "4800" in late.body_text
    assert f"/c/meridian/returns/{row.pk}/" in late.body_text


@pytest.mark.parametrize(
    ("state", "day", "rung"),
    [
        ("REQUESTED", on(9), "soon"),
        ("IN_TRANSIT", on(9), ""),
        ("IN_TRANSIT", on(11), "late:0"),
        ("LOST", on(18), "late:1"),
        ("RECEIVED", on(18), ""),
        ("DELETED", on(18), ""),
        ("CANCELLED", on(18), ""),
    ],
)
def test_what_is_on_its_way_is_not_due_but_may_be_late(state, day, rung):
    row = HardwareReturn(state=state, due_back_on=DUE)

    assert return_reminders.rung_of(row, day.date()) == rung


def test_late_returns_are_shown_to_their_customer_and_to_support(customer, other_customer, row):
    with tenancy.transaction(customer):
        assert [one.pk for one in queries.late_returns(on(11))] == [row.pk]
        assert queries.late_returns(on(10)) == []
        assert queries.late_returns(on(11), []) == []
    with tenancy.transaction(other_customer):
        assert queries.late_returns(on(11)) == []
    assert [one.pk for one in queries.late_returns(on(11), across=True)] == [row.pk]


@pytest.mark.parametrize(
    ("zone", "soon", "late"),  # the first hours, in UTC, of 7 and of 11 December on its clocks
    [
        ("Pacific/Kiritimati", "2026-12-06T10", "2026-12-10T10"),
        ("Europe/Istanbul", "2026-12-06T21", "2026-12-10T21"),
        ("UTC", "2026-12-07T00", "2026-12-11T00"),
        ("America/Toronto", "2026-12-07T05", "2026-12-11T05"),
        ("Pacific/Pago_Pago", "2026-12-07T11", "2026-12-11T11"),
    ],
)
def test_a_day_begins_and_ends_on_the_clocks_of_the_site(customer, row, zone, soon, late):
    """Nobody is told that a return is late while its day still lasts where it stands."""
    factories.a_member(customer, "OPERATOR", "Murat")
    with tenancy.transaction(customer):
        Site.objects.filter(pk=row.site_id).update(zone=zone)
    begins, ends = (datetime.fromisoformat(f"{each}:00+00:00") for each in (soon, late))
    minute = timedelta(minutes=1)

    assert return_reminders.remind(at=begins - minute) == 0
    assert return_reminders.remind(at=begins) == 1
    assert return_reminders.remind(at=ends - minute) == 0
    with tenancy.transaction(customer):
        message = Message.objects.get()
        assert outdated.due_back(message, ends - minute) == ""
        assert queries.late_returns(ends - minute) == []
        assert [one.in_all for one in queries.late_returns(ends)] == [1]
        assert outdated.due_back(message, ends) == outdated.BACK
    assert return_reminders.remind(at=ends) == 1
