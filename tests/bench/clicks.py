"""D10: from a click to the start of the step, with a real worker and Valkey.

The click tries a held step again: as a service call, and as a POST to the REST API; both begin
before anything is read. The step starts when a worker claims it, which a trigger of the bench
notes. The baseline is a bare Celery task, from its call to its first line.
"""

import http.client
import time
from statistics import median

from portal import clock, tenancy
from portal.models import User
from portal.services import keys
from tests.bench import bare_celery, product, rows, world
from tests.bench.figures import Figure, against
from upgrades.models import JobStep
from upgrades.services import steps

CLICKS = 60
WARM_UP = 5
HEADERS = {"If-Match": "*"}
HOLD = f"UPDATE upgrades_jobstep SET {world.QUIET}, state = 'HELD', next_at = NULL"
HELD = "SELECT id FROM upgrades_jobstep WHERE state = 'HELD' LIMIT 1"
STARTED = "SELECT extract(epoch FROM at)::float FROM bare_start WHERE step = %s"
NOTE_STARTS = """
CREATE TABLE bare_start (step uuid, at timestamptz);
GRANT INSERT ON bare_start TO changeover_app, changeover_door;
CREATE FUNCTION bare_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO bare_start VALUES (NEW.id, clock_timestamp()); RETURN NULL;
END $$;
CREATE TRIGGER bare_note AFTER UPDATE ON upgrades_jobstep FOR EACH ROW
    WHEN (OLD.state = 'READY' AND NEW.state = 'CLAIMED') EXECUTE FUNCTION bare_note();
"""
FORGET = (
    "DROP TRIGGER bare_note ON upgrades_jobstep; DROP FUNCTION bare_note; DROP TABLE bare_start"
)


def measure() -> list[Figure]:
    world.customers(4, sites=CLICKS)
    world.jobs(steps=1)
    rows.ask(HOLD + " RETURNING 1")
    rows.do(NOTE_STARTS)
    agent = User.objects.get(email="agent@example.com")
    _key, token = keys.issue("bench", user=agent, by=agent, at=clock.now(), scope="ACT")
    port = product.free_port()
    with (
        product.running(product.bare_worker()), product.running(product.worker()),
        product.running(product.web(port)),
    ):  # fmt: skip
        api = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        taken = [
            (bare_celery.enqueue(), _called(agent), _posted(api, token))
            for _ in range(WARM_UP + CLICKS)
        ][WARM_UP:]
    rows.do(FORGET)
    baseline, called, posted = (median(column) * 1000 for column in zip(*taken, strict=True))
    return [
        against("D10 service call to step start, p50", called, "ms", baseline, most=3),
        against("D10 POST to step start, p50", posted, "ms", baseline, most=3),
    ]


def _called(agent: User) -> float:
    row = rows.ask(HELD)[0]
    customer = rows.ask("SELECT customer_id FROM upgrades_jobstep WHERE id = %s", [row])[0]
    began = time.time()
    with tenancy.transaction(customer):
        step = JobStep.objects.select_related("job__site").get(pk=row)
        steps.retry(step, by=agent, at=clock.now())
    return _start(row) - began


def _posted(api: http.client.HTTPConnection, token: str) -> float:
    row = rows.ask(HELD)[0]
    began = time.time()
    api.request(
        "POST", f"/api/v1/steps/{row}/retry", headers=HEADERS | {"Authorization": f"Bearer {token}"}
    )
    answer = api.getresponse()
    said = answer.read()
    assert answer.status == 200, (answer.status, said)
    return _start(row) - began


def _start(row: object) -> float:
    """When a worker claimed the step, in seconds of the epoch."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        if started := rows.ask(STARTED, [row]):
            return started[0]
        time.sleep(0.002)
    raise AssertionError("no worker has claimed the step")
