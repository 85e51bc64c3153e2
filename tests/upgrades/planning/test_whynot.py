"""Every refused start says all that refuses it, and the least that would have to give way."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from tests.upgrades.planning.test_spans import at, minutes, slot, spans
from upgrades.planning.spans import joined
from upgrades.planning.whynot import (
    BOUND_AFTER,
    BOUND_BEFORE,
    HINDERED,
    Bound,
    Hindrance,
    Rule,
    why_not,
)

HOUR = timedelta(hours=1)
NIGHT = [slot(60, 300)]


def rules(reasons):
    return [reason.rule for reason in reasons]


def test_a_start_that_keeps_every_rule_has_no_reasons():
    assert why_not(at(60), 4 * HOUR, granted=NIGHT) == ()


def test_every_rule_that_refuses_is_named_not_only_the_first():
    found = why_not(
        at(200), 2 * HOUR, granted=NIGHT, at=at(230),
        hindrances=[
            Hindrance(Rule.FREEZE, slot(210, 400), "Year end"),
            Hindrance(Rule.CAPACITY, slot(240, 300)),
            Hindrance(Rule.TAKEN, slot(0, 200)),
        ],
        bounds=[Bound(Rule.NOTICE, not_before=at(500)), Bound(Rule.CONTRACT, not_after=at(100))],
    )  # fmt: skip

    assert rules(found) == [
        Rule.PAST, Rule.LENGTH, Rule.FREEZE, Rule.CAPACITY, Rule.NOTICE, Rule.CONTRACT,
    ]  # fmt: skip


def test_what_begins_at_the_very_bound_keeps_it():
    bounds = [
        Bound(Rule.NOTICE, not_before=at(60)), Bound(Rule.CONTRACT, not_after=at(60)),
        Bound(Rule.ORDER, not_after=at(120), ends=True),
    ]  # fmt: skip
    beside = [Hindrance(Rule.TAKEN, slot(0, 60)), Hindrance(Rule.FREEZE, slot(120, 300))]

    found = why_not(at(60), HOUR, granted=NIGHT, at=at(60), bounds=bounds, hindrances=beside)

    assert found == ()


def test_a_window_too_short_says_what_is_missing_and_from_when_it_would_do():
    (reason,) = why_not(at(200), 2 * HOUR, granted=NIGHT)

    assert reason.change == timedelta(minutes=20)
    assert reason.values["latest"] == at(180)
    (never,) = why_not(at(100), 5 * HOUR, granted=NIGHT)
    assert (never.values["missing"], "latest" in never.values) == (HOUR, False)


def test_outside_the_windows_the_next_one_is_named():
    (reason,) = why_not(at(0), HOUR, granted=NIGHT)
    assert (reason.rule, reason.change, reason.values["from"]) == (Rule.WINDOW, HOUR, at(60))
    (gone,) = why_not(at(300), HOUR, granted=NIGHT)
    assert gone.rule is Rule.WINDOW
    assert gone.values == {}


def test_past_a_freeze_or_before_it_whichever_is_less():
    early = Hindrance(Rule.FREEZE, slot(60, 90), "Audit")
    late = Hindrance(Rule.FREEZE, slot(290, 600), "Year end")

    found = why_not(at(60), 4 * HOUR, granted=NIGHT, hindrances=[early, late])

    assert [reason.change for reason in found] == [
        timedelta(minutes=30), timedelta(minutes=10),
    ]  # fmt: skip


def test_what_ends_at_a_bound_counts_to_its_end():
    starts, ends = (
        Bound(Rule.ORDER, not_after=at(200)),
        Bound(Rule.ORDER, not_after=at(200), ends=True),
    )

    assert why_not(at(180), HOUR, granted=NIGHT, bounds=[starts]) == ()
    (reason,) = why_not(at(180), HOUR, granted=NIGHT, bounds=[ends])
    assert reason.change == timedelta(minutes=40)


def test_every_rule_has_its_sentences():
    spoken = {Rule.PAST, Rule.WINDOW, Rule.LENGTH} | set(HINDERED) | set(BOUND_BEFORE)

    assert spoken | set(BOUND_AFTER) == set(Rule)


@given(spans(), spans(), st.integers(1, 20), st.integers(0, 70))
def test_it_may_begin_exactly_where_every_minute_is_free(free, frozen, needs, start):
    """The oracle counts minutes; the answer must agree at every start."""
    left = minutes(free) - minutes(frozen)
    fits = all(start + minute in left for minute in range(needs))

    found = why_not(
        at(start), timedelta(minutes=needs), granted=list(joined(free)),
        hindrances=[Hindrance(Rule.FREEZE, one) for one in frozen],
    )  # fmt: skip

    assert (found == ()) == fits


@given(spans(), st.integers(1, 20), st.integers(0, 70))
def test_the_smallest_change_of_a_window_is_enough(free, needs, start):
    """A window made that much longer holds it."""
    length = timedelta(minutes=needs)
    found = why_not(at(start), length, granted=list(joined(free)))
    for reason in found:
        if reason.rule is Rule.LENGTH:
            longer = [type(s)(s.start, s.end + reason.change) for s in joined(free)]
            assert why_not(at(start), length, granted=list(joined(longer))) == ()


def test_instants_are_compared_across_zones():
    ankara = datetime.fromisoformat("2026-11-23T04:00:00+03:00")

    assert ankara == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert why_not(ankara, HOUR, granted=NIGHT) == ()
