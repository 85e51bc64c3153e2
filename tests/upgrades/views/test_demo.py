from datetime import UTC, datetime, timedelta

import pytest

from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades.views.conftest import browser
from upgrades.models import UpgradeJob
from upgrades.services import demo_clock

WEDNESDAY = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 12 hours before the second window
DAY_AFTER = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def scaled(settings, world, park):
    settings.SCALED_CLOCK, settings.DEMO_SPEED = True, 3600
    clock.write_dial(clock.Dial(datetime.now(UTC), NOON, 1.0, None))


def test_where_time_is_real_there_is_nothing_to_skip(world):
    assert browser(world.agent).post("/demo/skip/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "leads"), [("/now/", "/now/"), ("https://elsewhere.example/", "/"), ("", "/")]
)
def test_skipping_leads_back_to_a_page_of_ours(world, scaled, asked, leads):
    response = browser(world.agent).post("/demo/skip/", {"next": asked})

    assert (response.status_code, response.url) == (302, leads)
    assert clock.read_dial().shown == NOON  # nothing is coming


def test_what_is_due_begins_and_is_not_skipped(world, scheduled, scaled):
    browser(world.agent).post("/demo/skip/")  # its first window is prepared for already

    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get().state == "RUNNING"
    assert clock.read_dial().shown == NOON


def test_the_next_event_is_now(world, scheduled, scaled):
    with clock.at(WEDNESDAY - timedelta(days=9)):  # nothing is due so early
        browser(world.agent).post("/demo/skip/")

    assert clock.read_dial().shown == WEDNESDAY - timedelta(days=2)


def test_time_runs_when_two_turns_wait_for_the_same(world, scheduled, scaled):
    """A job that was approved after a turn had begun what was due is no reason to run past it."""
    awaited = demo_clock.steer(NOON, seen=None)
    assert awaited == WEDNESDAY
    assert clock.read_dial().rate == 1.0

    assert demo_clock.steer(NOON, seen=awaited) == WEDNESDAY
    dial = clock.read_dial()
    assert (dial.rate, dial.until) == (3600, WEDNESDAY)

    assert demo_clock.steer(NOON, seen=DAY_AFTER) == WEDNESDAY
    assert clock.read_dial().rate == 1.0
