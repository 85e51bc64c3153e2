"""What a job makes a check ask otherwise: within a hop, before a drain, by a step of its own."""

from datetime import timedelta

from appliances.services import thresholds, waivers
from appliances.services.checks.asked import Name
from appliances.services.expected import Expected
from tests.appliances.services.checks_asked import asked, cluster, pair, verdict
from tests.conftest import NOON

OLD = {"last_sync_at": NOON - timedelta(days=9)}


def test_the_sync_is_asked_before_a_hop_and_not_within_it():
    def said(**expected):
        return verdict("SYNC_FRESH", asked("PAIR", expected=Expected(**expected)), *pair(OLD))

    assert said(level=True).status == "BAD"
    assert said(level=False) is None  # two releases do not synchronise


def test_a_node_that_nobody_unticked_may_accept_although_it_is_changed_next():
    found = cluster(n1=True)
    node = frozenset([found[1].box.pk])
    question = asked("CLUSTER", expected=Expected(takes_down=node, unticked=frozenset()))

    assert verdict("CLUSTER_FLAGS", question, *found).status == "GOOD"
    question = asked("CLUSTER", expected=Expected(takes_down=node, unticked=node))
    assert verdict("CLUSTER_FLAGS", question, *found).status == "BAD"


def test_keys_are_answered_by_the_step_that_compares_them():
    def said(**expected):
        return verdict("KEYS", asked("PAIR", expected=Expected(**expected)), *pair())

    assert said() is None
    assert said(keys=True).status == "UNKNOWN"
    assert not said(keys=True).counts
    assert said(keys=True, keys_at=NOON).status == "GOOD"


def test_keys_have_no_weight_to_set_and_are_never_waived():
    assert Name.KEYS in waivers.NEVER
    assert not thresholds.BUILT_IN.blocks(Name.KEYS)
    assert "KEYS.blocks" not in thresholds.PARAMETERS
