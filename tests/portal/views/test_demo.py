from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from portal import clock

pytestmark = pytest.mark.usefixtures("db")


def test_without_a_demo_there_is_no_clock_of_it():
    assert Client().get("/demo/clock/").status_code == 404


def test_the_banner_says_the_portals_time_and_how_fast_it_runs(settings):
    settings.DEMO = settings.SCALED_CLOCK = True
    began = datetime.now(UTC)
    shown = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    clock.write_dial(clock.Dial(began, shown, 3600.0, shown + timedelta(days=90)))

    content = Client().get("/demo/clock/").content.decode()

    assert "3,600 times as fast" in content
    assert "Nov 2026" in content


def test_the_banner_says_that_time_is_real_while_something_is_done(settings):
    settings.DEMO = settings.SCALED_CLOCK = True
    began = datetime.now(UTC)
    clock.write_dial(clock.Dial(began, began, 1.0, None))

    assert "at real speed" in Client().get("/demo/clock/").content.decode()
