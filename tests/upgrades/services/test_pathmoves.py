"""A path of several bookings moves as one, or not at all."""

import pytest

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import SINGLE, a_job, a_site, a_window, held, slots_of, utc
from upgrades.services import bookings, pathmoves


@pytest.fixture
def job(db):
    """A job of two hops at a site with a window on Saturdays, held, its transaction open."""
    customer, person = factories.a_customer(), factories.a_person()
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site)
        job = a_job(site, person, SINGLE)
        held(job, person)
        yield job


@pytest.mark.parametrize(
    ("start", "slots"),
    [
        ("2026-12-05 21:00", ["12-05 21:00 – 12-06 01:00", "12-12 21:00 – 12-13 01:00"]),
        ("2026-12-12 21:00", ["12-12 21:00 – 12-13 01:00", "12-19 21:00 – 12-20 01:00"]),
    ],
)
def test_every_window_follows_the_first(job, start, slots):
    """The first takes the second's old time: none is put where another one still lies."""
    by = job.requested_by

    moved = pathmoves.move(job, utc(start), by=by, at=NOON)

    assert slots_of(job) == slots
    assert [(row.window, row.revision) for row in moved] == [(1, 1), (2, 1)]

    back = pathmoves.move(job, utc("2026-11-28 21:00"), by=by, at=NOON)
    assert slots_of(job) == ["11-28 21:00 – 11-29 01:00", "12-05 21:00 – 12-06 01:00"]
    assert [row.revision for row in back] == [2, 2]


def test_what_does_not_change_keeps_its_sequence(job):
    assert pathmoves.move(job, utc("2026-11-28 21:00"), by=job.requested_by, at=NOON) == []


def test_a_start_that_cannot_be_is_refused_and_nothing_moves(job):
    before = slots_of(job)

    with pytest.raises(bookings.CannotMove) as refusal:
        pathmoves.move(job, utc("2026-12-06 10:00"), by=job.requested_by, at=NOON)

    assert [why.rule.value for why in refusal.value.why] == ["outside-windows"]
    assert slots_of(job) == before


def test_only_the_first_window_ahead_names_the_path(job):
    _first, second = bookings.for_job(job)
    second.job = job

    with pytest.raises(pathmoves.NotFirst):
        pathmoves.move_from(second, utc("2026-12-12 21:00"), by=job.requested_by, at=NOON)
