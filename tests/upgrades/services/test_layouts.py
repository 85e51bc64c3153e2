from datetime import date, time, timedelta

import pytest

from portal import tenancy
from portal.models import Contract
from tests import factories
from tests.conftest import NOON
from tests.upgrades.planning.examples import example
from tests.upgrades.services.booked import a_job, a_site, a_window, said, utc
from upgrades.models import Booking
from upgrades.planning.rules import breaches
from upgrades.planning.vocabulary import lasting
from upgrades.planning.windows import Pace, Slot, length
from upgrades.services import bookings, layouts

SINGLE = example("single", hops=2)
NEEDS = [length(SINGLE, window, Pace.WORST) for window in (1, 2)]


@pytest.fixture
def customer(db):
    customer = factories.a_customer()
    with tenancy.transaction(customer):
        yield customer


@pytest.fixture
def site(customer):
    return a_site()


def times_of(layout):
    return said(layout.rows)


def test_each_window_takes_the_first_slot_that_holds_its_worst_case(site):
    a_window(site, "FREQ=DAILY")

    layout = bookings.lay_out(SINGLE, site, earliest=NOON)

    first, second = layout.rows
    assert [row.window for row in layout.rows] == [1, 2]
    assert [row.needs for row in layout.rows] == NEEDS
    assert {row.title for row in layout.rows} == {"Upgrade"}
    assert first.minutes == second.minutes == 240  # a slot is taken whole
    assert first.last_safe_start == first.end - timedelta(minutes=NEEDS[0])
    assert layout.expected <= layout.worst
    assert not layout.warnings
    assert not breaches(layout.timed.plan)


def test_the_clients_have_their_day_by_the_clock(site):
    a_window(site, "FREQ=DAILY", minutes=60 * 12)

    first, second = bookings.lay_out(SINGLE, site, earliest=NOON).rows

    assert second.start - first.start >= timedelta(days=1, minutes=NEEDS[0] - 30)
    assert second.start - first.start <= timedelta(days=3)


def test_the_same_question_has_the_same_answer_and_changes_nothing(site):
    a_window(site)

    layouts_ = [bookings.lay_out(SINGLE, site, earliest=NOON) for _time in range(2)]

    assert layouts_[0] == layouts_[1]
    assert not Booking.objects.exists()


def test_a_window_too_short_is_refused_with_the_minutes_that_are_missing(site):
    a_window(site, minutes=60)

    with pytest.raises(bookings.TooShort) as refusal:
        bookings.lay_out(SINGLE, site, earliest=NOON)

    lacks = NEEDS[0] - 60
    assert refusal.value.code == "window-too-short"
    assert (refusal.value.window, refusal.value.missing) == (1, lacks)
    assert str(refusal.value) == (
        f"Upgrade may take {lasting(NEEDS[0])} and cannot be cut: "
        f"the longest window is {lasting(lacks)} too short."
    )
    assert "longer" in refusal.value.remedy


@pytest.mark.parametrize("spare", [0, 1])
def test_a_window_holds_its_piece_to_the_minute(site, spare):
    window = a_window(site, minutes=max(NEEDS) + spare)

    assert bookings.lay_out(SINGLE, site, earliest=NOON).rows[0].minutes == window.minutes


def test_a_site_without_windows_is_told_to_add_one(site):
    with pytest.raises(bookings.NoSlot) as refusal:
        bookings.lay_out(SINGLE, site, earliest=NOON)

    assert refusal.value.code == "no-slot"
    assert refusal.value.remedy == "Add a maintenance window to the site."


def test_what_others_took_is_another_refusal_than_a_short_window(site, customer):
    a_window(site, "FREQ=WEEKLY;BYDAY=SA;UNTIL=20261128")
    other = a_job(site, factories.a_person())
    bookings.hold(other, one_row(site), by=None, at=NOON)

    with pytest.raises(bookings.NoSlot) as refusal:
        bookings.lay_out(example("single", hops=1), site, earliest=NOON)

    assert "No free window is left" in str(refusal.value)
    mine = bookings.lay_out(example("single", hops=1), site, earliest=NOON, job=other)
    assert times_of(mine) == ["11-28 21:00 – 11-29 01:00"]


def one_row(site):
    return bookings.lay_out(example("single", hops=1), site, earliest=NOON)


def test_beyond_the_horizon_there_is_no_slot(site):
    a_window(site)

    with pytest.raises(bookings.NoSlot):
        bookings.lay_out(SINGLE, site, earliest=NOON, horizon_days=10)


def test_a_contract_that_ends_before_the_last_window_is_a_refusal(site):
    a_window(site)
    last = bookings.lay_out(SINGLE, site, earliest=NOON).rows[-1].start.date()

    with pytest.raises(bookings.ContractEnds) as refusal:
        bookings.lay_out(SINGLE, site, earliest=NOON, contract_until=last - timedelta(days=1))

    assert refusal.value.code == "contract-ended"
    assert "maintenance contract ends on" in str(refusal.value)
    assert bookings.lay_out(SINGLE, site, earliest=NOON, contract_until=last).warnings == ()


def test_the_contracts_last_day_is_the_sites_day_not_utcs(customer):
    site = a_site("Australia/Lord_Howe")
    a_window(site, "FREQ=WEEKLY;BYDAY=SA", at_time=time(1))  # Friday afternoon in UTC
    plan = example("single", hops=1)

    start = bookings.lay_out(plan, site, earliest=NOON).rows[0].start

    assert start == utc("2026-11-27 14:00")
    with pytest.raises(bookings.ContractEnds):
        bookings.lay_out(plan, site, earliest=NOON, contract_until=date(2026, 11, 27))


def test_a_security_fix_is_only_warned_of(site):
    a_window(site)

    layout = bookings.lay_out(
        SINGLE, site, earliest=NOON, contract_until=date(2026, 11, 24), security_fix=True
    )

    assert len(layout.rows) == 2
    assert "maintenance contract ends on Tue 24 Nov 2026" in layout.warnings[0]


@pytest.mark.parametrize(
    ("contracts", "until"),
    [
        ([], "2026-11-22"),
        ([("2026-01-01", "2026-12-31")], "2026-12-31"),
        ([("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-12-31")], "2027-12-31"),
        ([("2026-01-01", "2026-12-31"), ("2027-01-02", "2027-12-31")], "2026-12-31"),
        ([("2026-01-01", "2028-12-31"), ("2026-06-01", "2027-06-30")], "2028-12-31"),
        ([("2026-12-01", "2027-12-31")], "2026-11-22"),
        ([("2025-01-01", "2026-11-22")], "2026-11-22"),
    ],
)
def test_cover_lasts_as_long_as_contracts_follow_one_another(customer, contracts, until):
    for starts_on, ends_on in contracts:
        Contract.objects.create(customer=customer, number="M", starts_on=starts_on, ends_on=ends_on)

    assert bookings.covered_until(date(2026, 11, 23)).isoformat() == until


def test_windows_that_share_a_slot_divide_it_and_never_overlap(site):
    a_window(site, "FREQ=DAILY", minutes=60 * 12)
    plan = example("pair-asynchronous", hops=1)

    rows = bookings.lay_out(plan, site, earliest=NOON).rows

    first, second, third = rows
    assert first.end == second.start
    assert second.end - first.start == timedelta(hours=12)
    assert second.minutes >= second.needs
    assert first.minutes >= first.needs
    assert third.start >= second.end  # it must stand apart
    assert first.last_safe_start == second.end - timedelta(minutes=first.needs)
    bookings.hold(a_job(site, factories.a_person()), bookings.lay_out(plan, site, earliest=NOON),
                  by=None, at=NOON)  # fmt: skip
    assert Booking.objects.count() == 3


def test_a_site_that_may_always_be_away_is_not_taken_for_half_a_year(site):
    a_window(site, "FREQ=DAILY", at_time=time(0), minutes=24 * 60)

    first, second = bookings.lay_out(SINGLE, site, earliest=NOON).rows

    assert max(first.minutes, second.minutes) < 24 * 60
    assert second.end < NOON + timedelta(days=6)


def test_endless_time_is_cut_and_a_night_is_not():
    night = Slot(utc("2026-11-28 21:00"), utc("2026-11-29 09:00"))
    weekend = Slot(utc("2026-11-27 18:00"), utc("2026-11-30 06:00"))

    cut = layouts.pieces([night, weekend], 190)

    assert cut[0] == night
    assert {slot.minutes for slot in cut[1:-1]} == {250}
    assert cut[-1].minutes <= 24 * 60
    assert (cut[1].start, cut[-1].end) == (weekend.start, weekend.end)
    assert all(one.end == other.start for one, other in zip(cut[1:], cut[2:], strict=False))


def test_a_piece_of_more_than_a_day_is_not_cut():
    weekend = Slot(utc("2026-11-27 18:00"), utc("2026-11-30 06:00"))

    assert [slot.minutes for slot in layouts.pieces([weekend], 2000)] == [2060, 1540]
    assert layouts.pieces([weekend], 3590) == [weekend]


def test_planning_within_a_minute_starts_at_the_next_full_one(site):
    a_window(site, "FREQ=DAILY", at_time=time(0), minutes=24 * 60)

    layout = bookings.lay_out(SINGLE, site, earliest=NOON + timedelta(seconds=17))

    assert [row.start.second for row in layout.rows] == [0, 0]
