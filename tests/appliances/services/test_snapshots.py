import pytest

from appliances.models import Difference, Snapshot
from appliances.services import measuring, snapshots
from appliances.services.snapshots import Foreseen
from appliances.services.thresholds import BUILT_IN, Values
from portal import tenancy
from portal.errors import NotNow
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.factories import a_member


def state(appliance):
    return snapshots.data_of(measuring.measure(appliance, tries=1))


def beyond(before, after, **options):
    return {one.key: one.beyond for one in snapshots.compare(before, after, **options)}


def test_two_snapshots_of_an_unchanged_appliance_do_not_differ(answering):
    appliance = answering(jump_clients=12, jumpoints=2)

    before, after = state(appliance), state(appliance)

    assert before["jump_clients.total"] == 12
    assert before["jumpoint.Jumpoint 2"] is True
    assert (before["users"], before["teams"]) == (3, 1)
    assert snapshots.compare(before, after) == []


def test_what_is_missing_new_or_changed_is_told_with_both_values():
    before = {"version": "12.1", "jumpoint.A": True, "jumpoint.B": True}
    after = {"version": "12.2", "jumpoint.A": True, "jumpoint.C": True}

    found = {one.key: (one.before, one.after) for one in snapshots.compare(before, after)}

    assert found == {
        "version": ("12.1", "12.2"), "jumpoint.B": (True, None), "jumpoint.C": (None, True),
    }  # fmt: skip


def test_the_product_that_was_to_be_installed_is_expected_and_another_is_not():
    before, wanted = {"version": "12.1", "build": "1"}, Foreseen(frozenset({"12.2"}))

    right = snapshots.compare(before, {"version": "12.2", "build": "2"}, foreseen=wanted)
    wrong = snapshots.compare(before, {"version": "12.3", "build": "1"}, foreseen=wanted)

    assert {(one.key, one.expected, one.beyond) for one in right} == {
        ("version", True, False), ("build", True, False),
    }  # fmt: skip
    assert [(one.key, one.beyond) for one in wrong] == [("version", True)]


@pytest.mark.parametrize(
    ("key", "before", "after", "is_beyond"),
    [
        ("jump_clients.total", 100, 95, False),
        ("jump_clients.total", 100, 94, True),
        ("jump_clients.total", 100, 130, False),  # more is no loss
        ("users", 10, 9, True),
        ("reps", 3, 0, False),
        ("failover_role", "primary", "backup", True),
        ("certificate_ends", "2027-01-01", "2026-12-01", True),
    ],
)
def test_numbers_have_a_tolerance_and_the_rest_has_none(key, before, after, is_beyond):
    assert beyond({key: before}, {key: after}) == {key: is_beyond}


def test_a_tolerance_is_data():
    strict = Values({**BUILT_IN.of, "TOLERANCE.jump_clients": 0})

    assert beyond({"jump_clients.total": 100}, {"jump_clients.total": 99}, values=strict) == {
        "jump_clients.total": True
    }


def test_an_appliance_off_line_is_kept_as_that_and_differs_once_it_answered(answering, park):
    appliance = answering()
    before = state(appliance)
    park.faults(appliance.host, offline=True)

    after = state(appliance)

    assert after == {"no_answer": "The appliance cannot be reached."}
    assert beyond(before, after) == {"answers": True}
    assert beyond(after, after) == {}
    assert beyond(after, before) == {"answers": False}


def test_a_snapshot_is_kept_with_its_window(customer, answering):
    found = measuring.measure(answering(), tries=1)

    with tenancy.transaction(customer):
        snapshots.keep(found, at=NOON, window=2, moment="BEFORE")

        kept = Snapshot.objects.get()
        assert (kept.window, kept.moment, kept.data) == (2, "BEFORE", snapshots.data_of(found))


@pytest.fixture
def differing(customer, appliance):
    """One difference beyond its tolerance and one that was expected, of a job's window 1."""

    class Job:
        pk = appliance.pk

    changes = snapshots.compare(
        {"version": "1", "users": 5}, {"version": "2", "users": 3},
        foreseen=Foreseen(frozenset({"2"})),
    )  # fmt: skip
    with tenancy.transaction(customer):
        snapshots.keep_differences(changes, appliance, job=Job, window=1, at=NOON)
        snapshots.keep_differences(changes, appliance, job=Job, window=1, at=NOON)
    return customer


def test_differences_are_kept_once_and_the_unexpected_wait_for_a_person(differing):
    with tenancy.transaction(differing):
        rows = {row.key: row.is_open for row in Difference.objects.all()}

    assert rows == {"version": False, "users": True}


def test_a_person_acknowledges_a_difference_once(differing):
    who = a_member(differing, "OPERATOR")
    with tenancy.transaction(differing):
        row = snapshots.acknowledge(
            Difference.objects.get(key="users"), by=who, at=NOON, remark="Two left."
        )
    with tenancy.transaction(differing):
        assert (row.acknowledged_by_id, row.is_open, row.remark) == (who.pk, False, "Two left.")
        assert AuditEvent.objects.get(name="difference.acknowledged").actor_id == who.pk
        with pytest.raises(NotNow):
            snapshots.acknowledge(row, by=who, at=NOON)
        with pytest.raises(NotNow):
            snapshots.acknowledge(Difference.objects.get(key="version"), by=who, at=NOON)
