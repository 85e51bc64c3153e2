from datetime import date, time

import pytest
from django.utils import translation

from upgrades.forms.windows import WindowForm, choices_of
from upgrades.models import MaintenanceWindow

GIVEN = {
    "title": "",
    "repeats": "weekly",
    "weekdays": ["SA"],
    "at_time": "22:00",
    "minutes": "240",
    "starts_on": "2026-11-28",
}


@pytest.mark.parametrize(
    ("repeats", "weekdays", "rule"),
    [
        ("daily", [], "FREQ=DAILY"),
        ("daily", ["SA"], "FREQ=DAILY"),
        ("weekly", ["SU", "SA"], "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("fortnightly", ["MO"], "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ("second", ["SA"], "FREQ=MONTHLY;BYDAY=2SA"),
        ("last", ["SA", "SU"], "FREQ=MONTHLY;BYDAY=-1SA,-1SU"),
    ],
)
def test_a_choice_of_days_becomes_a_rule(repeats, weekdays, rule):
    form = WindowForm({**GIVEN, "repeats": repeats, "weekdays": weekdays})

    assert form.is_valid(), form.errors
    assert form.values() == {
        "rule": rule, "starts_on": date(2026, 11, 28), "at_time": time(22), "minutes": 240,
        "title": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weekdays", []),
        ("weekdays", ["XX"]),
        ("repeats", "hourly"),
        ("at_time", "25:00"),
        ("minutes", "14"),
        ("minutes", "1441"),
        ("starts_on", "2026-02-30"),
        ("title", "x" * 81),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field, value):
    form = WindowForm({**GIVEN, field: value})

    assert not form.is_valid()
    assert field in form.errors


@pytest.mark.parametrize("language", ["en", "fr", "tr"])
def test_the_browsers_date_and_time_are_read_in_every_language(language):
    with translation.override(language):
        assert WindowForm(GIVEN).is_valid()


@pytest.mark.parametrize(
    ("rule", "repeats", "weekdays"),
    [
        ("FREQ=DAILY", "daily", []),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "weekly", ["SA", "SU"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "fortnightly", ["MO"]),
        ("FREQ=MONTHLY;BYDAY=-1SA", "last", ["SA"]),
    ],
)
def test_a_window_can_be_opened_in_the_form_again(rule, repeats, weekdays):
    row = MaintenanceWindow(rule=rule, at=time(22), minutes=240, starts_on=date(2026, 11, 28))

    found = choices_of(row)

    assert (found["repeats"], found["weekdays"], found["minutes"]) == (repeats, weekdays, 240)


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=SA;UNTIL=20271231", "FREQ=WEEKLY"]
)
def test_a_rule_beyond_the_form_is_not_bent_to_fit_it(rule):
    row = MaintenanceWindow(rule=rule, at=time(22), minutes=240, starts_on=date(2026, 11, 28))

    assert choices_of(row) is None
