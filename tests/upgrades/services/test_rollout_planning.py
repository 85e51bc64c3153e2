"""A whole rollout planned at once agrees with what each site would be told by itself."""

from datetime import date, timedelta

import pytest

from appliances.models import Appliance, Package
from portal import tenancy
from portal.models import Promise
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import a_site, a_window, utc
from tests.upgrades.services.test_capacity import a_team
from upgrades.models import Freeze
from upgrades.services import jobs, planning, previews
from upgrades.services.rollout_planning import RolloutPlanner


@pytest.fixture
def release(db):
    return Package.objects.create(
        kind="PRODUCT", version="12.2.0", name="Product 12.2.0", provenance="DEMO"
    )


@pytest.fixture
def manager(db):
    return factories.staff("ROLLOUT_MANAGER")


def a_ready_site(customer, *, zone="UTC", rule="FREQ=WEEKLY;BYDAY=SA", **values):
    with tenancy.transaction(customer):
        site = a_site(zone, **values)
        Appliance.objects.create(
            customer=customer, site=site, letter="A", name=f"box of {site.name}",
            host=site.public_name, base_version="3.3.2", product_version="12.1",
        )  # fmt: skip
        a_window(site, rule)
    return site


def planned(release, *sites, **days):
    planner = RolloutPlanner(release, at=NOON, **days)
    return list(planner.plan([site.pk for site in sites]))


def starts(found):
    return [each.pieces[0].start if each.fits else each.code for each in found]


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"]
)
def test_each_site_has_the_nights_it_would_be_shown_by_itself(release, manager, zone):
    customer = factories.a_customer()
    site = a_ready_site(customer, zone=zone)
    with tenancy.transaction(customer):
        Freeze.objects.create(
            customer=customer, title="Audit", made_at=NOON,
            span=(utc("2026-11-24"), utc("2026-12-03")),
        )  # fmt: skip
        Promise.objects.create(customer=customer, kind="NOTICE", days=7, agreed_on=date(2026, 1, 1))

    [found] = planned(release, site)

    with tenancy.transaction(customer):
        page = planning.procedures_for(site)[0].name
        seen = previews.preview(
            site, release, procedure=page, method="automatic", earliest=None, at=NOON, by=manager
        )
    assert seen.layout is not None, seen.refusal
    assert [piece.start for piece in found.pieces] == [row.start for row in seen.layout.rows]
    assert found.pieces[0].start >= utc("2026-12-03")


def test_the_last_seat_goes_to_whoever_is_first_in_the_fair_order(release, manager):
    a_team(manager)
    one, other = (a_ready_site(factories.a_customer()) for _ in range(2))

    first, second = planned(release, one, other)
    again, swapped = planned(release, other, one)

    assert starts([first, second]) == [utc("2026-11-28 22:00"), utc("2026-12-05 22:00")]
    assert (again.site_id, starts([again, swapped])) == (other.pk, starts([first, second]))
    assert planned(release, one, other) == [first, second]  # nothing was written


def test_who_has_no_place_is_told_why(release):
    customer = factories.a_customer()
    short = a_ready_site(customer)
    with tenancy.transaction(customer):
        short.windows.update(minutes=30)
        bare = a_site()
        Appliance.objects.create(
            customer=customer, site=bare, letter="A", name="bare", host="bare.example",
            base_version="3.3.2", product_version="12.1",
        )  # fmt: skip
        unread = a_site()
        Appliance.objects.create(
            customer=customer, site=unread, letter="A", name="unread", host="unread.example"
        )
    late = a_ready_site(factories.a_customer())

    found = planned(
        release, short, bare, unread, late, first_on=date(2026, 11, 23), last_on=date(2026, 11, 27)
    )

    assert starts(found) == [
        "window-too-short", "outside-windows", "version-not-known", "outside-rollout",
    ]  # fmt: skip
    assert all(each.sentence for each in found)


def test_what_is_planned_is_held_in_the_customers_own_transaction(release, manager):
    a_team(manager)
    customer = factories.a_customer()
    site = a_ready_site(customer)
    [found] = planned(release, site)

    with tenancy.transaction(customer):
        job = jobs.draft(site, release, procedure="single", method="automatic", by=manager, at=NOON)
        jobs.submit(job, by=manager, at=NOON, earliest=found.begins)
        assert job.bookings.get().starts_at == found.pieces[0].slot.start
    [next_night] = planned(release, a_ready_site(factories.a_customer()))
    assert next_night.pieces[0].start == found.pieces[0].start + timedelta(days=7)
