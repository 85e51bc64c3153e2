"""A Celery app with one task that notes how long it took to be started, and nothing else."""

import os
import time

from celery import Celery
from redis import Redis

BROKER = os.environ["REDIS_URL"].rpartition("/")[0] + "/1"
STARTED = "started"

app = Celery("bare", broker=BROKER, set_as_current=False)
app.conf.update(
    task_ignore_result=True, worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True
)
redis = Redis.from_url(BROKER)


@app.task(name="bare.note")
def note(sent: float) -> None:
    redis.rpush(STARTED, time.time() - sent)


def enqueue() -> float:
    """Seconds from the call to the task's start."""
    note.apply_async(args=[time.time()], retry=False)
    ends = time.monotonic() + 60
    while (found := redis.lpop(STARTED)) is None:
        assert time.monotonic() < ends, "the bare worker does not answer"
        time.sleep(0.001)
    return float(found)
