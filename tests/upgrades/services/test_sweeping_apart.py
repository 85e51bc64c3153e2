"""A fault of the portal at one customer's row keeps no reminder, no beginning and no rung of
another from its time."""

import pytest

from portal import tenancy
from portal.models import Message
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import ONE_HOP, a_job, a_site, a_window, utc
from upgrades import tasks
from upgrades.models import Booking, UpgradeJob
from upgrades.services import bookings, escalating, notices, runs, silence, waking

WINDOW = utc("2026-11-28 21:00")  # Saturday


@pytest.fixture
def two(db):
    """Two customers, each with a job that is scheduled for the same night."""
    found = []
    for name in ("Ankara", "Lyon"):
        customer = factories.a_customer(name)
        person = factories.a_member(customer, "OPERATOR", f"{name} operator")
        with tenancy.transaction(customer):
            site = a_site()
            a_window(site)
            job = a_job(site, person, ONE_HOP)
            layout = bookings.lay_out(ONE_HOP, site, earliest=NOON)
            bookings.hold(job, layout, by=person, at=NOON)
            Booking.objects.update(state="BOOKED")
            UpgradeJob.objects.filter(pk=job.pk).update(state="SCHEDULED", approved_by=person)
        found.append((customer, job))
    return found


def told(customer):
    with tenancy.transaction(customer):
        return Message.objects.filter(kind="upgrade_before").count()


def spoil(monkeypatch, module, name, bad):
    real = getattr(module, name)

    def broken(job, *values, **more):
        if getattr(job, "pk", None) == bad.pk:
            raise KeyError("something of ours")
        return real(job, *values, **more)

    monkeypatch.setattr(module, name, broken)


@pytest.mark.parametrize("first", [0, 1])
def test_a_reminder_that_cannot_be_written_keeps_no_other_from_being(two, monkeypatch, first):
    (bad_customer, bad), (good_customer, _good) = two[first], two[1 - first]
    spoil(monkeypatch, notices, "before", bad)
    at = WINDOW - waking.RUNGS[1][1]

    waking.look_after_jobs(at)

    assert told(good_customer) > 0
    assert told(bad_customer) == 0
    monkeypatch.undo()
    waking.look_after_jobs(at)  # once it is mended, it is told as well
    assert told(bad_customer) > 0


def test_a_job_whose_reminder_fails_begins_all_the_same(two, monkeypatch):
    (customer, bad), _other = two
    spoil(monkeypatch, notices, "before", bad)
    begun = []
    monkeypatch.setattr(runs, "start_if_due", lambda job, at: begun.append(job.pk))

    waking.look_after_jobs(WINDOW - waking.RUNGS[1][1])

    assert bad.pk in begun


def test_a_part_of_the_sweep_that_fails_keeps_none_of_the_others(two, monkeypatch, noon):
    done = []

    def failing(_at):
        raise KeyError("something of ours")

    parts = (failing, lambda at: done.append(at), failing, lambda at: done.append(at))
    monkeypatch.setattr(tasks, "SWEPT", parts)
    monkeypatch.setattr(tasks, "CLEARED", (lambda: {}["nothing"], lambda: done.append("cleared")))

    tasks.sweep()

    assert done == [noon, noon, "cleared"]


@pytest.mark.parametrize("module", [silence, escalating])
def test_one_customer_that_fails_keeps_no_other_waiting(two, monkeypatch, module, noon):
    """The owners come from a door; here it names both."""
    names = {customer.pk: customer.name for customer, _job in two}
    seen = []

    def of_customer(_at):
        seen.append(names[tenancy.current_customer_id()])
        if len(seen) == 1:
            raise KeyError("something of ours")

    class Door:
        def __enter__(self):
            return self

        def __exit__(self, *_error):
            pass

        def execute(self, *_statement):
            pass

        def fetchall(self):
            return [(pk,) for pk in names]

    class Connected:
        cursor = Door

    monkeypatch.setattr(module, "connection", Connected)
    monkeypatch.setattr(module, "_of_customer", of_customer)

    module.look_after(noon)

    assert sorted(seen) == ["Ankara", "Lyon"]
