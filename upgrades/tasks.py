from celery import shared_task

from portal import clock
from upgrades.services import waking
from upgrades.services.ticks import loop

SECONDS_A_RING = 20  # a doorbell is answered for this long at most; the next one goes on


@shared_task(name="upgrades.ring")
def ring() -> None:
    """The doorbell: turn steps until nothing is due."""
    loop.run(SECONDS_A_RING)


@shared_task(name="upgrades.sweep")
def sweep() -> None:
    """What time brings; the standing process does the same, this only makes it prompt."""
    now = clock.now()
    waking.wake(now)
    waking.look_after_jobs(now)
