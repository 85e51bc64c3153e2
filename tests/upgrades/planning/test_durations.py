"""Durations: from past runs of the like, else from the guide."""

import pytest

from appliances import actions as do
from tests.upgrades.planning.examples import INSTALLED
from upgrades.planning.durations import durations_from_history, from_the_guide
from upgrades.planning.site import Appliance

PHYSICAL = Appliance("alpha", INSTALLED, data_gb=200)
VIRTUAL = Appliance("beta", INSTALLED, physical=False)


def test_much_stored_data_takes_longer():
    assert from_the_guide(do.INSTALL_PRODUCT, PHYSICAL) == (15 + 10, 60 + 50)
    assert from_the_guide(do.INSTALL_PRODUCT, VIRTUAL) == (15, 60)


@pytest.mark.parametrize(
    ("past", "minutes"),
    [
        ([20, 21], (25, 110)),  # too few: the guide's
        ([20, 22, 90], (22, 90)),
        ([30, 10, 20, 20, 20, 20, 20, 20, 20, 100], (20, 30)),
        ([12.2, 12.2, 12.2], (13, 13)),
        ([0, 0, 0], (1, 1)),
    ],
)
def test_past_runs_give_the_median_and_the_slow_case(past, minutes):
    durations = durations_from_history({("install_product", "physical"): past})

    assert durations(do.INSTALL_PRODUCT, PHYSICAL) == minutes


def test_kinds_of_appliances_are_told_apart():
    durations = durations_from_history({("install_product", "physical"): [90, 90, 90]})

    assert durations(do.INSTALL_PRODUCT, VIRTUAL) == from_the_guide(do.INSTALL_PRODUCT, VIRTUAL)


def test_steps_at_no_appliance_have_a_history_too():
    durations = durations_from_history({("announce", ""): [2, 3, 4]})

    assert durations(do.ANNOUNCE, None) == (3, 4)


def test_a_wait_is_never_shortened_by_history():
    durations = durations_from_history({("dwell", ""): [5, 5, 5]})

    assert durations(do.DWELL, None) == (1440, 1440)
