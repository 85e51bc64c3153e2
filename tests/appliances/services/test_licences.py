from datetime import date, timedelta

import pytest

from appliances.services import licences
from portal import tenancy
from tests.conftest import NOON

TODAY = date(2026, 11, 23)


def record(site, expires_on, number=15, at=NOON):
    return licences.record(site, number=number, expires_on=expires_on, by=None, at=at)


def test_the_newest_reading_counts(customer, site):
    with tenancy.transaction(customer):
        record(site, None, number=15)
        record(site, None, number=20, at=NOON + timedelta(days=1))

        assert licences.newest(site).number == 20


@pytest.mark.parametrize(
    ("expires_on", "soon"),
    [
        (None, False),
        (TODAY - timedelta(days=1), True),
        (TODAY + timedelta(days=89), True),
        (TODAY + timedelta(days=90), False),
    ],
)
def test_licences_that_end_within_ninety_days_are_warned_of(customer, site, expires_on, soon):
    with tenancy.transaction(customer):
        assert licences.expires_soon(record(site, expires_on), on=TODAY) is soon


def test_a_site_without_a_licence_is_refused(customer, site):
    with tenancy.transaction(customer), pytest.raises(licences.NoLicence):
        record(site, None, number=0)
