from datetime import UTC, datetime

import pytest

from portal import clock
from tests.upgrades.views.conftest import browser


def test_where_time_is_real_there_is_nothing_to_skip(world):
    assert browser(world.agent).post("/demo/skip/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "leads"), [("/now/", "/now/"), ("https://elsewhere.example/", "/"), ("", "/")]
)
def test_skipping_leads_back_to_a_page_of_ours(world, scheduled, settings, park, asked, leads):
    settings.SCALED_CLOCK = True
    began = datetime.now(UTC)
    clock.write_dial(clock.Dial(began, began, 1.0, None))

    response = browser(world.agent).post("/demo/skip/", {"next": asked})

    assert (response.status_code, response.url) == (302, leads)
    shown = clock.read_dial().shown
    # the first window is prepared for already; the second begins on 25 November, 22:00 in Istanbul
    assert shown == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
