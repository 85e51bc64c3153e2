import time
from itertools import count

import pytest

from appliances.simulator import parks

numbers = count(1)


@pytest.fixture
def cluster(simulator, appliance):
    """A master and two traffic nodes."""

    def make(**spec: object):
        public = f"atlas-{next(numbers)}.sim"
        specs = parks.cluster(
            public, base="7.4.0", product="22.3.1", regions={"east": 1, "west": 1}, **spec
        )
        return [appliance(**one).sign_in() for one in specs]

    return make


def flags(master) -> dict[str, str]:
    rows = master.command("get_appliances")
    found = [{child.tag.rpartition("}")[2]: child.text for child in row} for row in rows]
    return {row["name"]: row["accepting_connections"] for row in found}


def test_the_master_lists_every_node_with_its_flag(cluster):
    master, east, west = cluster()

    master.press("stop_accepting", nodes=[east.host])

    assert flags(master) == {master.host: "1", east.host: "0", west.host: "1"}


def test_a_node_that_accepts_nobody_new_drains(cluster):
    master, east, _ = cluster(clients={"support_customer": 4})
    before = east.truth()["connected"]["support_customer"]

    master.press("stop_accepting", nodes=[east.host])
    time.sleep(0.5)

    assert (before, east.truth()["connected"]["support_customer"]) == (4, 0)


def test_a_master_with_a_new_release_marks_every_node_as_not_accepting(cluster):
    master, east, west = cluster()

    master.press_and_wait("install", package="22.4.1", eula=True)

    assert [node.truth()["accepting"] for node in (east, west)] == [False, False]
    assert east.truth()["effect_counts"] == {"accepting_switched_off": 1}


def test_distributing_stages_and_installs_nothing(cluster):
    master, east, west = cluster()

    master.press("distribute", package="Bomgar-22.4.1")

    assert [node.truth()["staged"] for node in (east, west)] == [["Bomgar-22.4.1"]] * 2
    assert {node.truth()["product"] for node in (master, east, west)} == {"22.3.1"}


def test_the_backup_master_takes_over_a_cluster_too(cluster):
    a, b, *nodes = cluster(failover=True)

    b.press_and_wait("install", package="22.4.1", eula=True)
    a.press("become_backup", force=True)
    b.press("start_accepting", nodes=[node.host for node in nodes])
    b.press("cluster_sync")

    assert [one.truth()["failover_role"] for one in (a, b)] == ["backup", "primary"]
    assert set(flags(b).values()) == {"1"}
    assert b.truth()["last_sync_at"] is not None


def test_newer_releases_call_the_master_primary(appliance):
    words = {}
    for product in ("22.3.1", "24.1.2"):
        one = appliance(product=product, cluster="c", cluster_role="master").sign_in()
        words[product] = one.call("/api/command?action=get_appliances").text

    assert "<cluster_role>master<" in words["22.3.1"]
    assert "<cluster_role>primary<" in words["24.1.2"]


def test_each_master_keeps_its_own_list(cluster):
    """B's upgrade marks every node in B's list; A, which serves, goes on with its own."""
    a, b, east, west = cluster(failover=True)

    b.press_and_wait("install", package="22.4.1", eula=True)

    assert {flags(a)[node.host] for node in (east, west)} == {"1"}
    assert {flags(b)[node.host] for node in (east, west)} == {"0"}
    assert east.truth()["accepting"]


def test_after_the_swap_the_new_primarys_list_counts(cluster):
    a, b, east, west = cluster(failover=True)
    b.press_and_wait("install", package="22.4.1", eula=True)

    a.press("become_backup", force=True)
    off = [node.truth()["accepting"] for node in (east, west)]
    b.press("start_accepting", nodes=[east.host])
    a.press_and_wait("install", package="22.4.1", eula=True)

    assert off == [False, False]
    assert east.truth()["accepting"]  # A's upgrade marks only A's list now
    assert not west.truth()["accepting"]


def test_some_connections_never_end(cluster, simulator):
    master, east, _ = cluster(clients={"support_customer": 4})
    simulator.faults(east.host, never_drains=2)

    master.press("stop_accepting", nodes=[east.host])
    time.sleep(0.5)

    assert east.truth()["connected"]["support_customer"] == 2
