"""Readiness checks of clients, people, and of what our own records say."""

from dataclasses import replace
from datetime import date

import pytest

from appliances.drivers.values import Jumpoint
from appliances.models import BaseHold, Drift, Licence
from appliances.services import thresholds
from appliances.services.expected import Expected
from appliances.services.observations import Tally
from tests.appliances.services.checks_asked import (
    asked,
    box,
    measured,
    pair,
    verdict,
)
from tests.appliances.services.test_checks import DAY, said, with_values
from tests.conftest import NOON


def tally(queued):
    return Tally(total=10, updated=8, to_come=2, on_line_queued=queued, off_line=1, lost=0)


@pytest.mark.parametrize(
    ("found", "status"), [(tally(0), "GOOD"), (tally(1), "BAD"), (None, "UNKNOWN")]
)
def test_before_a_release_the_clients_have_followed_the_last(found, status):
    assert said("JUMP_CLIENTS", asked(), measured(tally=found)) == status
    no_release = asked(expected=Expected(releases=False))
    assert verdict("JUMP_CLIENTS", no_release, measured(tally=found)) is None


def test_clients_are_asked_of_the_appliance_that_serves():
    a, b = pair()

    found = (replace(b, tally=tally(5)), replace(a, tally=tally(0)))

    assert said("JUMP_CLIENTS", asked("PAIR"), *found) == "GOOD"


def jumpoint(*, connected=True, enabled=True):
    return Jumpoint(1, "Branch", "linux-x86", enabled, connected, False)


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ((jumpoint(),), "GOOD"),
        ((jumpoint(connected=False, enabled=False),), "GOOD"),
        ((jumpoint(connected=False),), "WARNING"),
        (None, "UNKNOWN"),
    ],
)
def test_jumpoints_are_connected(rows, status):
    assert said("JUMPOINTS", asked(), measured(jumpoints=rows)) == status


@pytest.mark.parametrize(("number", "status"), [(0, "GOOD"), (2, "WARNING"), (None, "UNKNOWN")])
def test_nobody_is_signed_in(number, status):
    assert said("REPS", asked(), measured(reps=number)) == status


def test_a_base_problem_and_a_drift_always_block():
    hold = BaseHold(appliance=box())
    drift = Drift(appliance=box(), fact="PRODUCT", expected="1", found="2")

    assert said("BASE_HOLD", asked()) == "GOOD"
    assert said("BASE_HOLD", asked(holds=(hold,))) == "BAD"
    assert said("DRIFT", asked()) == "GOOD"
    assert said("DRIFT", asked(drifts=(drift,))) == "BAD"
    assert {"BASE_HOLD", "DRIFT", "IDENTITY"} == thresholds.ALWAYS


def test_a_drift_that_is_read_just_now_blocks_and_one_that_went_away_does_not():
    a, b = pair()
    known = Drift(appliance=a.box, fact="FAILOVER_ROLE", expected="x", found="y")
    level = asked("PAIR", drifts=(known,))

    assert said("DRIFT", level, a, b) == "GOOD"
    assert said("DRIFT", asked("PAIR"), *pair({"failover_role": "none"})) == "BAD"


@pytest.mark.parametrize(
    ("name", "field", "values"),
    [
        ("PATH", "withdrawn", {(): "GOOD", ("Base 9",): "BAD", None: None}),
        ("TESTED", "untested", {"": "GOOD", "Not confirmed.": "BAD", None: None}),
        ("CONTRACT", "entitled", {True: "GOOD", False: "BAD"}),
    ],
)
def test_what_our_records_say_of_the_plan(name, field, values):
    for value, status in values.items():
        assert said(name, asked(**{field: value})) == status


def test_the_worst_case_fits_into_the_window():
    def window(needs, has):
        return asked(expected=Expected(window=(needs, has)))

    assert said("WINDOW_FITS", window(60, 60)) == "GOOD"
    assert said("WINDOW_FITS", window(61, 60)) == "WARNING"
    assert said("WINDOW_FITS", with_values(window(51, 60), WINDOW_FITS__percent=80)) == "WARNING"
    assert verdict("WINDOW_FITS", asked()) is None


def test_what_the_last_window_changed_is_asked_for():
    assert verdict("DIFFERENCE", asked()) is None
    open_ones = asked(expected=Expected(differences=2))
    assert said("DIFFERENCE", open_ones) == "WARNING"
    assert said("DIFFERENCE", with_values(open_ones, DIFFERENCE__blocks=1)) == "BAD"


@pytest.mark.parametrize(
    ("ends", "status"),
    [(None, "GOOD"), (date(2027, 6, 1), "GOOD"), (date(2026, 12, 1), "WARNING"),
     (date(2026, 11, 1), "BAD")],
)  # fmt: skip
def test_licences_last(ends, status):
    licence = Licence(number=5, expires_on=ends)

    assert said("LICENCE", asked(licence=licence)) == status
    assert said("LICENCE", asked()) == "UNKNOWN"


def test_thresholds_are_data():
    strict = with_values(asked(), CLOCK__warns_seconds=1, REPS__blocks=1, BASE_VERSION__days=2)
    found = measured(
        told={"clock_offset_seconds": 2.0}, reps=1, base_version="6.2", base_at=NOON - 3 * DAY
    )

    assert said("CLOCK", strict, found) == "WARNING"
    assert said("REPS", strict, found) == "BAD"
    assert said("BASE_VERSION", strict, found) == "BAD"
