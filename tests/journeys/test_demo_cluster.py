"""The demo's cluster is upgraded from end to end by the demo's own autopilot."""

import os
import time

import pytest

from tests.journeys.running import PLAN, STATE, Running

NODES = ("a", "b", "n1", "n2", "n3", "n4")


@pytest.fixture
def running(tmp_path):
    tmp_path.chmod(0o711)
    for folder in (tmp_path.parent, tmp_path.parent.parent):
        if os.geteuid() == 0:
            folder.chmod(0o711)  # PostgreSQL enters it under another account
    product = Running(tmp_path, SIM_DRAIN_SECONDS="1").start(seconds=240)
    yield product
    product.stop()


def at_northline(script):
    return (
        script.replace("elif@meridian.example", "john@northline.example")
        .replace("support.meridian.sim", "support.northline.sim")
        .replace("'meridian'", "'northline'")
        .replace("procedure='single'", "procedure='atlas-failover'")
    )


@pytest.mark.journey
@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_the_autopilot_carries_the_demos_cluster(running):
    job = running.script(at_northline(PLAN).format(target="26.2", method="automatic"))
    state = at_northline(STATE).format(job=job)

    ends = time.monotonic() + 900
    while (found := running.script(state))["state"] == "RUNNING" or found["state"] == "SCHEDULED":
        assert time.monotonic() < ends, (found, (running.folder / "run.log").read_text()[-2000:])
        time.sleep(3)

    assert found["state"] == "DONE", found
    assert found["states"] == {"DONE": found["steps"]}
    truth = {name: running.truth(f"{name}.northline.sim") for name in NODES}
    assert {one["product"] for one in truth.values()} == {"26.2"}
    assert truth["b"]["failover_role"] == "primary"
    assert all(truth[name]["accepting"] for name in NODES[2:])
