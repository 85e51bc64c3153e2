"""What is frozen at a site, for which release, and who answers for a booking inside it."""

from datetime import timedelta

import pytest

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import ONE_HOP, a_job, a_site, a_window, booked, utc
from upgrades.models import Freeze, FreezeOverride, PlatformFreeze
from upgrades.services import freezes


@pytest.fixture
def customer(db):
    customer = factories.a_customer()
    with tenancy.transaction(customer):
        yield customer


@pytest.fixture
def site(customer):
    return a_site()


@pytest.fixture
def person(customer):
    return factories.a_person()


def freeze(customer, title, begin, end, **values):
    span = (utc(begin), utc(end))
    given = {"title": title, "span": span, "made_at": NOON, "customer": customer}
    return Freeze.objects.create(**(given | values))


def platform_freeze(title, begin, end, **values):
    span = (utc(begin), utc(end))
    given = {"title": title, "span": span, "made_at": NOON}
    return PlatformFreeze.objects.create(**(given | values))


def titles(site, release=None, begin="2026-12-01", end="2027-01-01"):
    return [(one.title, one.scope) for one in freezes.of(site, release, utc(begin), utc(end))]


def test_freezes_of_all_of_the_release_of_the_customer_and_of_the_site_in_order(
    customer, site, person
):
    release = a_job(site, person).target
    other = a_site()
    freeze(customer, "Inventory", "2026-12-04", "2026-12-05")
    freeze(customer, "Move", "2026-12-03", "2026-12-04", site=site)
    freeze(customer, "Elsewhere", "2026-12-03", "2026-12-04", site=other)
    platform_freeze("Year's end", "2026-12-24", "2027-01-02")
    platform_freeze("A bad build", "2026-12-02", "2026-12-03", release=release)

    assert titles(site, release) == [
        ("A bad build", "release"), ("Move", "site"), ("Inventory", "customer"),
        ("Year's end", "all"),
    ]  # fmt: skip
    assert ("A bad build", "release") not in titles(site)
    assert titles(site, release, begin="2026-12-03", end="2026-12-04") == [("Move", "site")]


def test_another_customers_freeze_is_nobody_elses(customer, site):
    other = factories.a_customer("Other")
    with tenancy.transaction(other):
        freeze(other, "Theirs", "2026-12-01", "2026-12-31")

    assert titles(site) == []


def test_a_freeze_of_whole_days_is_each_sites_own_day(customer, site):
    kiritimati = a_site("Pacific/Kiritimati")
    freeze(
        customer, "Christmas", "2026-12-23T09:00", "2026-12-25T13:00",
        local_begin="2026-12-24T00:00", local_end="2026-12-25T00:00",
    )  # fmt: skip

    [here] = freezes.of(site, None, utc("2026-12-20"), utc("2026-12-30"))
    [there] = freezes.of(kiritimati, None, utc("2026-12-20"), utc("2026-12-30"))

    assert (here.span.start, there.span.start) == (utc("2026-12-23T23:00"), utc("2026-12-23T10:00"))
    # What only the loose span of every zone touches is not frozen here.
    assert freezes.of(site, None, utc("2026-12-23T12:00"), utc("2026-12-23T23:00")) == []


def test_a_booking_stands_against_a_freeze_until_somebody_answers_for_that_place(
    customer, site, person
):
    a_window(site)
    [booking] = booked(a_job(site, person, ONE_HOP), person, ONE_HOP)
    assert freezes.against(booking) == []
    freeze(customer, "Inventory", "2026-11-28", "2026-11-30")

    assert [one.title for one in freezes.against(booking)] == ["Inventory"]
    FreezeOverride.objects.create(
        customer=customer, booking=booking, revision=booking.revision, reason="agreed",
        by=person, at=NOON,
    )  # fmt: skip
    assert freezes.against(booking) == []
    freeze(customer, "Later", "2026-11-28", "2026-11-30", made_at=NOON + timedelta(hours=1))
    assert [one.title for one in freezes.against(booking)] == ["Later"]
    booking.revision += 1
    assert len(freezes.against(booking)) == 2


def test_work_that_is_over_before_the_freeze_is_not_in_it(customer, site, person):
    a_window(site)
    [booking] = booked(a_job(site, person, ONE_HOP), person, ONE_HOP)
    over = booking.starts_at + timedelta(minutes=booking.worst_minutes)
    Freeze.objects.create(
        customer=customer, title="From then on", span=(over, over + timedelta(days=1)), made_at=NOON
    )

    assert freezes.against(booking) == []
    late = freezes.against(booking, start=booking.starts_at + timedelta(minutes=1))
    assert [one.title for one in late] == ["From then on"]
