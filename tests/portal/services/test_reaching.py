"""Which refusals an operation can come to, read off the source."""

import pytest

from portal.services import codes, reaching
from tests.upgrades.api.addresses import addresses

# Each is answered so in a test of that operation: over services, what they are handed, planning,
# the row's own moves, what a class inherits, and classes that are made and then asked.
KNOWN = [
    ("sites_path", "cannot-plan"), ("jobs_create", "not-newer"), ("jobs_approve", "needs-word"),
    ("jobs_approve", "self-approval"), ("jobs_resume", "base-hold"),
    ("steps_take", "held-by-somebody"), ("steps_progress", "not-the-holder"),
    ("steps_confirm", "wrong-version"), ("steps_confirm", "bad-evidence"),
    ("steps_skip", "needs-two-people"), ("holds_release", "needs-two-people"),
    ("holds_ask_release", "needs-ticket"), ("sites_create", "name-taken"),
    ("sites_test_of", "bad-test-site"), ("windows_bulk", "bookings-left-outside"),
    ("bookings_move", "cannot-move"), ("bookings_bulk", "cannot-move"),
    ("keys_create", "key-wider-than-its-maker"), ("sandboxes_create", "no-simulator"),
    ("events_list", "customer-needed"), ("jobs_list", "filter-not-understood"),
]  # fmt: skip
NOT = [
    ("steps_take", "wrong-version"), ("jobs_list", "not-newer"), ("contacts_create", "name-taken"),
    ("keys_list", "key-wider-than-its-maker"), ("customers_list", "customer-needed"),
]  # fmt: skip


@pytest.fixture(scope="module")
def reached():
    return {each.name.replace("-", "_"): reaching.of_action(each.resource, each.action)
            for each in addresses()}  # fmt: skip


def test_what_tests_have_seen_is_found_and_what_cannot_be_is_not(reached):
    assert [pair for pair in KNOWN if pair[1] not in reached[pair[0]]] == []
    assert [pair for pair in NOT if pair[1] in reached[pair[0]]] == []


def test_each_code_is_one_of_the_table_and_the_contract_has_it(reached):
    assert {code for found in reached.values() for code in found} <= set(codes.table())
    for name, found in reached.items():
        told = codes.of_operation(name)
        assert set(found) - set(codes.OF_REQUEST) == {c for some in told.values() for c in some}


def test_every_status_has_those_of_the_request_itself():
    assert codes.of_status("412") == ["if-match-stale"]
    assert codes.of_status("409") == ["not-now"]
    assert "key-scope" in codes.of_status("403")
