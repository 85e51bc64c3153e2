"""Everybody's next free night at once is what each site's own windows say."""

from datetime import time, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import ONE_HOP, a_job, a_site, a_window, held
from upgrades.models import Booking
from upgrades.planning.spans import first_fit
from upgrades.services import next_free, openings, windows

NEEDS = timedelta(minutes=150)
ZONES = ("UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu")
RULES = ("FREQ=WEEKLY;BYDAY=SA", "FREQ=DAILY", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=WEEKLY;BYDAY=MO")


def test_each_sites_next_night_is_the_first_of_its_own(db):
    person, wanted = factories.a_person(), {}
    for zone in ZONES:
        with tenancy.transaction(factories.a_customer()):
            for rule in RULES:
                site = a_site(zone)
                a_window(site, rule, at_time=time(23, 30))
                a_window(site, "FREQ=WEEKLY;BYDAY=SU", minutes=60)
                held(a_job(site, person, ONE_HOP), person, ONE_HOP)
                free = openings.of(site, NOON, NOON + timedelta(days=180)).free()
                wanted[site.pk] = first_fit(free, needs=NEEDS, ready=NOON)

    found = next_free.of_every_site(150, at=NOON)

    starts = {pk: slot and slot.start for pk, slot in found.items()}
    assert starts == {pk: slot.start for pk, slot in wanted.items()}


def test_windows_that_never_fit_have_none(db):
    with tenancy.transaction(factories.a_customer()):
        site = a_site()
        a_window(site, minutes=60)

    assert next_free.of_every_site(150, at=NOON) == {site.pk: None}


def test_bookings_in_the_way_are_passed_one_after_the_other_and_those_behind_count_for_nothing(db):
    person = factories.a_person()
    with tenancy.transaction(factories.a_customer()):
        site, other = a_site("UTC"), a_site("UTC")
        for each in (site, other):
            a_window(each, "FREQ=DAILY", minutes=240)
        nights = [slot.start for slot in windows.granted(site, NOON, NOON + timedelta(days=9))]
        for night in nights[:3]:
            a_booking(site, person, night, minutes=180)
        a_booking(other, person, nights[1], minutes=240)

    found = next_free.of_every_site(150, at=NOON)

    assert {pk: slot.start for pk, slot in found.items()} == {
        site.pk: nights[3], other.pk: nights[0],
    }  # fmt: skip


def a_booking(site, person, begin, *, minutes):
    job = a_job(site, person)
    Booking.objects.create(
        customer_id=site.customer_id, job=job, site=site, window=1, worst_minutes=minutes,
        slot=DateTimeTZRange(begin, begin + timedelta(minutes=minutes)), uid=str(job.pk),
        state="BOOKED",
    )  # fmt: skip
