from datetime import time

import pytest
from django.utils import translation

from portal import tenancy
from tests import factories
from tests.upgrades.services.booked import a_site, a_window, utc
from upgrades.services import windows, wording


@pytest.fixture
def customer(db):
    customer = factories.a_customer()
    with tenancy.transaction(customer):
        yield customer


@pytest.fixture
def site(customer):
    return a_site()


@pytest.mark.parametrize(
    ("rule", "values", "sentence"),
    [
        ("FREQ=WEEKLY;BYDAY=SA", {}, "Every Saturday 22:00–02:00"),
        ("FREQ=WEEKLY", {}, "Every Sunday 22:00–02:00"),
        ("FREQ=WEEKLY;BYDAY=SU,SA", {}, "Every Saturday and Sunday 22:00–02:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", {}, "Every 2 weeks on Monday 22:00–02:00"),
        ("FREQ=DAILY", {"minutes": 1440}, "Every day from 22:00 for 24 hours"),
        ("FREQ=DAILY;INTERVAL=3", {"at_time": time(9, 5)}, "Every 3 days 09:05–13:05"),
        ("FREQ=DAILY;BYDAY=MO,TU", {}, "Every Monday and Tuesday 22:00–02:00"),
        ("FREQ=MONTHLY;BYDAY=2SA", {}, "Every second Saturday of the month 22:00–02:00"),
        ("FREQ=MONTHLY;BYDAY=-1SU;INTERVAL=3", {},
         "Every last Sunday of the month, every 3 months, 22:00–02:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", {}, "On the last day of every month 22:00–02:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", {}, "On days 1, 15 of every month 22:00–02:00"),
        ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20261231", {},
         "Until Thu 31 Dec 2026: Every Saturday 22:00–02:00"),
        ("FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=-1", {},
         "By the rule FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=-1 22:00–02:00"),
    ],
)  # fmt: skip
def test_a_window_is_described_as_people_say_it(site, rule, values, sentence):
    assert windows.describe(a_window(site, rule, **values)) == sentence


def test_a_description_speaks_the_readers_language(site):
    row = a_window(site)

    with translation.override("tr"):
        assert "Cumartesi" in windows.describe(row)


def test_an_instant_is_told_with_the_sites_offset_of_that_day(site):
    summer = wording.when(utc("2026-07-01 20:00"), site)
    winter = wording.when(utc("2026-12-01 20:00"), site)

    assert summer == "Wed 1 Jul 2026 22:00 CEST (UTC+02:00)"
    assert winter == "Tue 1 Dec 2026 21:00 CET (UTC+01:00)"
