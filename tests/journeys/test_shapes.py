"""The demo's pair, cluster and new hardware, each from its plan to the end: through the pages, by
the real processes, with the demo's own autopilot at the appliances."""

import re
import time

import pytest

from tests.journeys import people
from tests.journeys.running import Running

NODES = ("n1", "n2", "n3", "n4")
MOST = 900  # seconds; on an idle machine each takes less than two minutes


@pytest.fixture(scope="module")
def running(folder):
    product = Running(folder, SIM_DRAIN_SECONDS="1").start()
    yield product
    product.stop()


@pytest.fixture
def agent(browser, running):
    return people.signed_in(browser, running.url, "ines@demo.example")


def carried(browser, running, agent, approver, said=()):
    """The plan that is shown, submitted, approved by the customer, done; what its page said on the
    way. Raises AssertionError with what it shows instead."""
    job = people.submit(agent)
    people.approve(people.signed_in(browser, running.url, approver), job)
    ends, heard = time.monotonic() + MOST, set()
    while (state := people.state(agent, job)) != "Done":
        shown = agent.inner_text("main")
        heard |= {words for words in said if words in shown}
        asked = agent.locator("section.todo").all_inner_texts()
        assert state in ("Scheduled", "Running"), shown[:3000]
        assert not any("Held" in each for each in asked), asked
        assert time.monotonic() < ends, shown[:3000]
        time.sleep(2)
    assert heard == set(said)
    return job


def truths(running, stem, *letters):
    return {letter: running.truth(f"{letter}.{stem}.sim") for letter in letters}


@pytest.mark.journey
@pytest.mark.browser
@pytest.mark.timeout(2 * MOST)
@pytest.mark.parametrize(
    ("procedure", "version", "serves"),
    [("pair-asynchronous", "23.1", "b"), ("pair-synchronous", "25.1", "b")],
)  # fmt: skip
def test_the_pair(browser, running, agent, procedure, version, serves):
    """G-ASYNC, then G-SYNC on the same pair, whose roles are exchanged by then."""
    people.plan(
        agent, running.url, "Marmara help line", version, procedure=procedure, method="automatic"
    )

    carried(browser, running, agent, "elif@meridian.example", said={"Without failover"})

    truth = truths(running, "marmara", "a", "b")
    assert {one["product"] for one in truth.values()} == {version}
    assert truth[serves]["failover_role"] == "primary"
    assert [letter for letter in truth if truth[letter]["shared_ip_enabled"]] == [serves]
    assert truth["a"]["last_sync_at"] == truth["b"]["last_sync_at"]


@pytest.mark.journey
@pytest.mark.browser
@pytest.mark.timeout(2 * MOST)
def test_the_cluster(browser, running, agent):
    """G-ATLASF-1 to 13: B serves afterwards, and every node accepts."""
    people.plan(
        agent, running.url, "Northline worldwide", "26.2", procedure="atlas-failover",
        method="automatic",
    )  # fmt: skip

    carried(browser, running, agent, "john@northline.example", said={"Without failover"})

    truth = truths(running, "northline", "a", "b", *NODES)
    assert {one["product"] for one in truth.values()} == {"26.2"}
    assert (truth["a"]["failover_role"], truth["b"]["failover_role"]) == ("backup", "primary")
    assert truth["a"]["backup_operations"]
    assert all(truth[node]["accepting"] for node in NODES)


@pytest.mark.journey
@pytest.mark.browser
@pytest.mark.timeout(2 * MOST)
def test_the_new_hardware_and_the_way_back_of_the_old(browser, running, agent):
    """G-HW-1 to 8, G-RMA-1 to 4: the new box serves under the old one's letter; the old one is
    empty, off, and with the carrier."""
    agent.goto(running.url + "/sites/")
    agent.get_by_role("link", name="Lyon counter").first.click()
    agent.get_by_role("link", name=re.compile("Plan the replacement")).click()

    carried(browser, running, agent, "camille@lyon.example")

    old, new = running.truth("a.rhone.sim"), running.truth("new.rhone.sim")
    assert (new["product"], new["serves"]) == ("22.1", True)
    assert (old["was_reset"], old["powered"]) == (True, False)
    agent.goto(running.url + "/sites/")
    agent.get_by_role("link", name="Lyon counter").first.click()
    assert "new.rhone.sim" in agent.inner_text("main")
    agent.goto(running.url + "/c/lyon/returns/")
    assert "In transit" in agent.inner_text("main")
