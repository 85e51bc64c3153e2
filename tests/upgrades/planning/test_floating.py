"""Times of each site's own clock, as instants."""

from datetime import UTC, datetime, timedelta

import pytest

from upgrades.planning import floating

MIDNIGHT = datetime.fromisoformat("2026-12-24")


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Europe/Berlin", "2026-12-23T23:00"),
        ("Pacific/Kiritimati", "2026-12-23T10:00"),  # UTC+14
        ("Pacific/Pago_Pago", "2026-12-24T11:00"),  # UTC-11, the other side of the date line
    ],
)
def test_a_day_is_the_day_of_the_sites_own_clock(zone, begins):
    found = floating.instants(MIDNIGHT, MIDNIGHT + timedelta(days=1), zone)

    assert found.start == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert found.end - found.start == timedelta(days=1)
    loose = floating.anywhere(MIDNIGHT, MIDNIGHT + timedelta(days=1))
    assert loose.start <= found.start
    assert found.end <= loose.end


def test_the_night_of_the_change_is_as_long_as_it_is():
    autumn, spring = map(datetime.fromisoformat, ("2026-10-25", "2026-03-29"))
    day = timedelta(days=1)

    lasts = [
        floating.instants(each, each + day, "Europe/Berlin").minutes for each in (autumn, spring)
    ]

    assert lasts == [25 * 60, 23 * 60]


def test_an_hour_that_exists_twice_or_never_is_taken_at_its_widest():
    twice, never = (
        floating.instants(*map(datetime.fromisoformat, times), "Europe/Berlin")
        for times in (
            ("2026-10-25T02:00", "2026-10-25T02:30"),
            ("2026-03-29T02:30", "2026-03-29T02:45"),
        )
    )

    assert (f"{twice.start:%H:%M}", f"{twice.end:%H:%M}") == ("00:00", "01:30")
    assert (f"{never.start:%H:%M}", f"{never.end:%H:%M}") == ("00:30", "01:45")
