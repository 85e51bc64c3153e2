from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from upgrades.services.clients import dates
from upgrades.services.clients.dates import Order

PARIS, ISTANBUL = ZoneInfo("Europe/Paris"), ZoneInfo("Europe/Istanbul")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "order", "instant"),
    [
        ("2025-06-10T03:00:12+00:00", "", "2025-06-10T03:00:12"),
        ("2025-06-10 03:00:12 UTC", "", "2025-06-10T03:00:12"),
        ("2025-06-10 05:00", "", "2025-06-10T03:00"),
        ("2025/06/10 05:00:00+0200", "", "2025-06-10T03:00"),
        ("06/10/2025 3:00:12 PM", "mdy", "2025-06-10T13:00:12"),
        ("06/10/2025 12:05 AM", "mdy", "2025-06-09T22:05"),
        ("10/06/2025 05:00", "dmy", "2025-06-10T03:00"),
        ("10.06.2025 05:00:12", "", "2025-06-10T03:00:12"),
        ("10-06-25 05:00", "dmy", "2025-06-10T03:00"),
        ("Jun 10, 2025 5:00:12 AM", "", "2025-06-10T03:00:12"),
        ("10 juin 2025 à 05:00", "", "2025-06-10T03:00"),
        ("1er août 2025 05:00", "", "2025-08-01T03:00"),
        ("10 février 2025 05h30", "", "2025-02-10T04:30"),
        ("10 Ağustos 2025 05:00", "", "2025-08-10T03:00"),
        ("10 HAZİRAN 2025 05:00", "", "2025-06-10T03:00"),
        ("Online since 2025-06-10 05:00", "", "2025-06-10T03:00"),
        ("Hors ligne (10/06/2025 05:00)", "dmy", "2025-06-10T03:00"),
        ("10 Haziran 2025 03:00 ÖS", "", "2025-06-10T13:00"),
    ],
)
def test_a_date_is_read_as_its_country_writes_it(text, order, instant):
    written = dates.read(text)

    assert written is not None
    assert written.at(PARIS, Order(order)) == utc(instant)


@pytest.mark.parametrize("text", ["", "Online", "En ligne", "Çevrimiçi", "Never connected"])
def test_a_cell_without_digits_holds_no_date(text):
    assert dates.read(text) is None


@pytest.mark.parametrize(
    "text",
    ["Offline for 3 days", "2025-06-10 then 2025-06-11", "45818.125", "10/6", "10 Brumaire 1799"],
)  # fmt: skip
def test_what_is_no_single_date_is_not_guessed_at(text):
    with pytest.raises(ValueError, match=text[:4]):
        dates.read(text)


def test_a_day_that_no_calendar_has_is_no_date():
    written = dates.read("31.02.2025 10:00")

    assert written is not None
    with pytest.raises(ValueError, match="day is out of range"):
        written.at(PARIS, Order.UNKNOWN)


@pytest.mark.parametrize(
    ("text", "order", "ambiguous"),
    [
        ("13/06/2025 05:00", "dmy", False),
        ("06/13/2025 05:00", "mdy", False),
        ("05/06/2025 05:00", "", True),
        ("06/06/2025 05:00", "", False),  # either way the same day
        ("05.06.2025 05:00", "", False),  # dots are written where the day comes first
    ],
)
def test_a_date_tells_its_order_or_that_it_does_not(text, order, ambiguous):
    written = dates.read(text)

    assert written is not None
    assert (written.order, written.ambiguous) == (order, ambiguous)


def test_an_hour_that_exists_twice_counts_as_the_earlier_one():
    """The client then counts as behind: the safe reading."""
    written = dates.read("26.10.2025 02:30")

    assert written is not None
    assert written.at(PARIS, Order.UNKNOWN) == utc("2025-10-26T00:30")


def test_a_date_without_a_time_counts_from_the_days_beginning():
    written = dates.read("10.06.2025")

    assert written is not None
    assert written.at(ISTANBUL, Order.UNKNOWN) == utc("2025-06-09T21:00")
