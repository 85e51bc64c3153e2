"""A whole upgrade by the real processes while the broker is emptied, workers are killed and
PostgreSQL goes down and comes back: it arrives, and nothing was done twice."""

import time

import pytest

from tests.journeys.running import PLAN, STATE, Running, wait_for

HOST = "a.meridian.sim"
EMPTY_BROKER = """
import redis, os
answer = redis.Redis.from_url(os.environ['REDIS_URL']).flushall()
"""


@pytest.fixture
def running(folder):
    product = Running(folder).start()
    yield product
    product.stop()


@pytest.mark.journey
@pytest.mark.timeout(1200)
def test_a_job_arrives_under_fire(running):
    job = running.script(PLAN.format(target="14.1", method="automatic"))
    fires = [
        lambda: running.script(EMPTY_BROKER),
        lambda: running.kill("celery --app portal worker"),
        lambda: running.kill("manage.py run_steps"),
        lambda: running.kill("/bin/postgres -D") or running.kill("postgres -D"),
        lambda: running.kill("celery --app portal beat"),
        lambda: running.kill("valkey-server"),
    ]
    lit = []

    def state():
        try:
            return running.script(STATE.format(job=job))
        except AssertionError:  # PostgreSQL is down just now
            return {"state": "", "states": {}}

    ends = time.monotonic() + 420
    while (found := state())["state"] != "DONE" and time.monotonic() < ends:
        done = found["states"].get("DONE", 0)
        if len(lit) < len(fires) and done >= 2 + 3 * len(lit):
            lit.append(fires[len(lit)]())
        time.sleep(1)

    assert found["state"] == "DONE", (found, (running.folder / "run.log").read_text()[-2000:])
    assert len(lit) == len(fires)
    assert found["states"] == {"DONE": found["steps"]}
    assert (found["events"], found["distinct"]) == (found["steps"], found["steps"])
    assert found["attempts"] == 0
    assert found["mails"] >= 1
    effects = running.truth(HOST)["effects"]
    installed = [e["detail"]["package"] for e in effects if e["name"].startswith("install_")]
    assert len(installed) >= 4
    assert len(installed) == len(set(installed))
    assert wait_for(running.healthy, seconds=120)
