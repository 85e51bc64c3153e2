"""A whole upgrade through REST alone: a real web server, a real worker, the step runner, and the
appliance as a process of its own. Nobody opens a page, and the test reads no table."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from appliances.simulator.autopilot.calls import Park, Portal
from appliances.simulator.autopilot.round import Autopilot
from portal import clock
from tests.clients.changeover import Changeover, Problem
from tests.conftest import NOON
from tests.house.sources import ROOT
from tests.portal.api.caller import Caller
from tests.upgrades import processes

HOST = "a.meridian.sim"
SPEED = "200000"  # a day of waiting in less than a second


@pytest.fixture
def address(answering, tmp_path):
    """Where the product answers: web, worker and step runner on this test's database. Its clock
    stands at noon and runs fast only while every open step waits for a time."""
    began = datetime.now(UTC)
    clock.write_dial(clock.Dial(began, NOON, 1.0, None))
    answering.clock(anchor_real=began.timestamp(), anchor_virtual=NOON.timestamp(), rate=1.0)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    granian = ("-m", "granian", "--interface", "wsgi", "portal.wsgi:application", "--port", port)
    worker = ("worker", "--pool", "solo", "--queues", "steps,mail", "--loglevel", "error")
    commands = {
        "web": (*granian, "--workers", "1", "--blocking-threads", "2", "--no-ws"),
        "worker": ("-m", "celery", "--app", "portal", *worker),
        "steps": ("manage.py", "run_steps"),
    }
    started = [start(tmp_path / name, command, address) for name, command in commands.items()]
    yield address
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.wait(20)


def start(log, command, address):
    variables = processes.environment(
        DEMO="1", DEMO_SPEED=SPEED, PUBLIC_URL=address, C_FORCE_ROOT="1", LOG_LEVEL="WARNING"
    )
    with log.open("wb") as said:
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=variables, stdout=said, stderr=said
        )


def program(address, caller):
    return Changeover(address, caller.headers["Authorization"].removeprefix("Bearer "))


def moment(text):
    return datetime.fromisoformat(text)


@pytest.mark.journey
@pytest.mark.timeout(1200)
def test_a_site_is_taken_two_releases_up_by_programs_alone(address, world, answering, tmp_path):
    operator = program(address, Caller(world.operator, world.customer))
    approver = program(address, Caller(world.approver, world.customer))
    assert processes.wait_for(lambda: operator.answers(), seconds=120)

    # Where could the site go, and what would it take?
    [site] = operator.rows("sites")
    assert (site["appliances"][0]["base_version"], site["appliances"][0]["product_version"]) == (
        "3.2.4", "12.1",
    )  # fmt: skip
    target = operator.get(f"sites/{site['id']}/choices")["targets"][0]
    assert (target["package"]["version"], target["hops"]) == ("14.1.1", 2)
    wish = {"target": target["package"]["id"]}
    seen = operator.post(f"sites/{site['id']}/path", wish)
    assert [line["version"] for line in seen["plan"]["path"]] == ["4.0.1", "12.2.0", "14.1.1"]
    assert seen["layout"]["places"]

    # One program asks, another one of another person approves what it has read.
    job = operator.post("jobs", {"site": site["id"], **wish})
    job = operator.post(f"jobs/{job['id']}/submit")
    with pytest.raises(Problem) as refused:
        operator.post(f"jobs/{job['id']}/approve", {"digest": job["plan"]["digest"]})
    assert (refused.value.status, refused.value.code) == (403, "forbidden")
    read = approver.get(f"jobs/{job['id']}")
    approver.post(f"jobs/{job['id']}/approve", {"digest": read["plan"]["digest"]})
    with suppress(Problem):  # the step runner may be faster: its preparation is due
        operator.post(f"jobs/{job['id']}/start")

    # A third one does what people would do at the appliance, and says what its pages show.
    pilot = Autopilot(
        Portal(address, operator.key), Park(answering.url, answering.key), clock=time.monotonic
    )
    ends = time.monotonic() + 900
    while operator.get(f"jobs/{job['id']}")["state"] == "RUNNING" and time.monotonic() < ends:
        pilot.look()
        if held := operator.rows("steps", job=job["id"], state="HELD"):
            raise AssertionError([(step["action"], step["reason"]) for step in held])
        time.sleep(0.2)

    job = operator.get(f"jobs/{job['id']}")
    open_steps = [
        (step["seq"], step["action"], step["state"], step["reason"])
        for step in operator.rows("steps", job=job["id"])
        if step["state"] not in ("DONE", "SKIPPED", "CANCELLED")
    ]
    told = {log.name: log.read_text()[-2000:] for log in tmp_path.iterdir()}
    assert open_steps == [], told
    assert job["state"] == "DONE"
    assert set(job["steps_by_state"]) == {"DONE"}

    # The appliance carries it, once; the portal knows it, with evidence and numbered events.
    truth = answering.truth(HOST)
    assert (truth["base"], truth["product"]) == ("4.0.1", "14.1.1")
    effects = [effect["name"] for effect in truth["effects"]]
    assert (effects.count("install_base"), effects.count("install_product")) == (1, 2)
    [box] = operator.rows("appliances")
    assert (box["base_version"], box["product_version"]) == ("4.0.1", "14.1.1")
    [base] = [s for s in operator.rows("steps", job=job["id"]) if s["action"] == "install_base"]
    assert base["evidence"]["base_version"] == "4.0.1"
    assert [booking["state"] for booking in job["bookings"]] == ["USED", "USED"]
    events = operator.rows(f"jobs/{job['id']}/events")
    assert [event["number"] for event in events] == sorted(event["number"] for event in events)
    assert events[-1]["name"] == "job.finished"
    steps = operator.rows("steps", job=job["id"])
    installed = [moment(s["ended_at"]) for s in steps if s["action"] == "install_product"]
    [waited] = [moment(s["ended_at"]) for s in steps if s["action"] == "dwell"]
    assert waited - installed[0] >= timedelta(hours=24)
    assert installed[1] > waited
