"""A whole upgrade through REST alone, by a client that was generated from openapi.yaml: a real web
server, a real worker, the step runner, and the appliance as a process of its own. Nobody opens a
page, and the test reads no table."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from appliances.simulator.autopilot.calls import Park
from appliances.simulator.autopilot.round import Autopilot
from portal import clock
from tests.clients.generated import Hands, Problem, Program, generate
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
    granian = (
        "-m",
        "portal.serving",
        "--interface",
        "wsgi",
        "portal.wsgi:application",
        "--port",
        port,
    )
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


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    generate(tmp_path_factory.mktemp("generated"))


@pytest.fixture
def program(address, client):
    made = []

    def of(caller):
        key = caller.headers["Authorization"].removeprefix("Bearer ")
        made.append(Program(address, key))
        return made[-1]

    yield of
    for each in made:
        each.close()


@pytest.mark.journey
@pytest.mark.timeout(1200)
def test_a_site_is_taken_two_releases_up_by_a_generated_client(program, world, answering, tmp_path):
    operator = program(Caller(world.operator, world.customer))
    approver = program(Caller(world.approver, world.customer))
    assert processes.wait_for(lambda: operator.answers(), seconds=120)

    # Where could the site go, and what would it take?
    [site] = operator.rows("sites_list")
    [box] = site.appliances
    assert (box.base_version, box.product_version) == ("3.2.4", "12.1")
    target = operator.call("sites_choices", site.id).targets[0]
    assert (target.package.version, target.hops) == ("14.1.1", 2)
    wish = {"target": str(target.package.id)}
    seen = operator.call("sites_path", site.id, body=wish)
    assert [line.version for line in seen.plan.path] == ["4.0.1", "12.2.0", "14.1.1"]
    assert seen.layout.places

    # One program asks, another one of another person approves what it has read, and nothing newer.
    job = operator.call("jobs_create", body={"site": str(site.id), **wish})
    draft = tag(operator.answer("jobs_retrieve", job.id))
    job = operator.call("jobs_submit", job.id, if_match=draft)
    approval = {"digest": job.plan.digest}
    with pytest.raises(Problem) as refused:
        operator.call("jobs_approve", job.id, body=approval, if_match="*")
    assert (refused.value.status, refused.value.code) == (403, "forbidden")
    with pytest.raises(Problem) as refused:
        approver.call("jobs_approve", job.id, body=approval, if_match=draft)
    assert (refused.value.status, refused.value.code) == (412, "if-match-stale")
    read = approver.answer("jobs_retrieve", job.id)
    approval = {"digest": read.parsed.plan.digest}
    approver.call("jobs_approve", job.id, body=approval, if_match=tag(read))
    with suppress(Problem):  # the step runner may be faster: its preparation is due
        operator.call("jobs_start", job.id, if_match="*")

    # A third one does what people would do at the appliance, and says what its pages show.
    park = Park(answering.url, answering.key)
    pilot = Autopilot(Hands(operator), park, clock=time.monotonic)
    ends = time.monotonic() + 900
    while operator.call("jobs_retrieve", job.id).state == "RUNNING" and time.monotonic() < ends:
        pilot.look()
        held = [step for step in steps_of(operator, job) if step.state == "HELD"]
        assert held == [], [(step.action, step.reason) for step in held]
        time.sleep(0.2)

    job, steps = operator.call("jobs_retrieve", job.id), steps_of(operator, job)
    still = [
        (step.seq, step.action, step.state.value, step.reason)
        for step in steps
        if step.state not in ("DONE", "SKIPPED", "CANCELLED")
    ]
    told = {log.name: log.read_text()[-2000:] for log in tmp_path.iterdir() if log.is_file()}
    assert still == [], told
    assert job.state == "DONE"
    assert set(job.steps_by_state.to_dict()) == {"DONE"}

    # The appliance carries it, once; the portal knows it, with evidence and numbered events.
    truth = answering.truth(HOST)
    assert (truth["base"], truth["product"]) == ("4.0.1", "14.1.1")
    effects = [effect["name"] for effect in truth["effects"]]
    assert (effects.count("install_base"), effects.count("install_product")) == (1, 2)
    [box] = operator.rows("appliances_list")
    assert (box.base_version, box.product_version) == ("4.0.1", "14.1.1")
    [base] = [step for step in steps if step.action == "install_base"]
    assert base.to_dict()["evidence"]["base_version"] == "4.0.1"
    assert [booking.state for booking in job.bookings] == ["USED", "USED"]
    events = events_of(operator, job)
    assert [event.number for event in events] == sorted(event.number for event in events)
    assert events[-1].name == "job.finished"
    installed = [step.ended_at for step in steps if step.action == "install_product"]
    [waited] = [step.ended_at for step in steps if step.action == "dwell"]
    assert waited - installed[0] >= timedelta(hours=24)
    assert installed[1] > waited


def tag(answer):
    return answer.headers["etag"]


def steps_of(program, job):
    return program.rows("steps_list", job=job.id)


def events_of(program, job):
    """All of them: each page goes on after the number of the last."""
    found = program.call("jobs_events", job.id).results
    while more := program.call("jobs_events", job.id, after=found[-1].number).results:
        found += more
    return found
