"""A base version that will be too old when a window begins: said days before, once."""

from datetime import timedelta

import pytest

from appliances.models import Appliance, Threshold
from portal import tenancy
from portal.models import Message
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades import queries
from upgrades.models import Booking
from upgrades.services import bases_ahead

DAY = timedelta(days=1)


@pytest.fixture
def first(world):
    """The window of an approved job."""
    job = approved(world, target="12.2.0")
    with tenancy.transaction(world.customer):
        return job.bookings.order_by("slot").first()


def read_at(world, at):
    with tenancy.transaction(world.customer):
        Appliance.objects.update(base_at=at)


def letters(world):
    with tenancy.transaction(world.customer):
        rows = Message.objects.filter(kind="base_version_ahead").order_by("address")
        return [(row.address.partition("@")[0], row.body_text) for row in rows]


def test_the_customers_people_are_told_once_and_where_to_type_it_in(world, first):
    read_at(world, first.starts_at - 30 * DAY - timedelta(minutes=1))

    for _twice in range(2):
        bases_ahead.look_after(NOON)

    told = letters(world)
    assert {name for name, _text in told} == {"jana.vesela", "jan.novak"}
    assert len(told) == 2  # once each, and nobody of support
    assert f"/appliances/{world.appliance.pk}/versions/" in told[0][1]


def test_of_two_windows_that_come_near_the_first_is_told_of(world):
    job = approved(world)  # two hops, two nights
    read_at(world, None)

    bases_ahead.look_after(NOON)

    with tenancy.transaction(world.customer):
        assert job.bookings.count() == 2
    assert len(letters(world)) == 2  # two people, once each


@pytest.mark.parametrize(
    ("read", "days"),
    [(30 * DAY, None), (DAY, None), (30 * DAY + timedelta(minutes=1), 31)],
    ids=["just fresh then", "read yesterday", "the customer's own limit"],
)
def test_nobody_is_told_of_a_reading_that_will_do(world, first, read, days):
    read_at(world, first.starts_at - read)
    if days:
        with tenancy.transaction(world.customer):
            Threshold.objects.create(
                customer=world.customer, key="BASE_VERSION.days", value=days
            )  # fmt: skip

    bases_ahead.look_after(NOON)

    assert letters(world) == []
    assert bases_ahead.of_all(NOON) == []


def test_it_is_said_five_days_ahead_and_again_for_a_window_that_moved(world, first):
    read_at(world, None)
    bases_ahead.look_after(first.starts_at - 5 * DAY - timedelta(minutes=1))
    assert letters(world) == []

    bases_ahead.look_after(first.starts_at - 5 * DAY)
    assert len(letters(world)) > 0
    before = len(letters(world))
    with tenancy.transaction(world.customer):
        Booking.objects.filter(pk=first.pk).update(revision=first.revision + 1)
    bases_ahead.look_after(first.starts_at - DAY)

    assert len(letters(world)) > before


def test_a_window_that_is_only_asked_for_tells_nobody(world, first):
    read_at(world, None)
    with tenancy.transaction(world.customer):
        for row in Booking.objects.all():
            row.hold_back()
            row.save()

    bases_ahead.look_after(NOON)

    assert letters(world) == []


def at_site(world):
    ahead = bases_ahead.with_days(queries.bookings_ahead(world.site, NOON))
    return bases_ahead.of_site(ahead, Appliance.objects.filter(site=world.site), NOON)


def test_support_sees_it_over_all_customers_and_a_site_its_own(world, first):
    read_at(world, None)
    other = factories.a_customer("Borealis", slug="borealis")

    (found,) = bases_ahead.of_all(NOON)

    assert (found.booking.pk, [box.letter for box in found.boxes]) == (first.pk, ["A"])
    with tenancy.transaction(world.customer):
        assert at_site(world).booking.pk == first.pk
        Appliance.objects.update(base_at=first.starts_at)
        assert at_site(world) is None
    with tenancy.transaction(other):
        assert at_site(world) is None
