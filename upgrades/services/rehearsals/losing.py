"""A worker that is lost: a process of its own that dies by SIGKILL in the middle of a turn."""

import os
import signal
from enum import StrEnum

from django.db import connection, connections, transaction

from portal import clock
from upgrades.services.ticks import acting, claims, loop
from upgrades.services.ticks.outcomes import Outcome
from upgrades.services.ticks.work import Work


class Moment(StrEnum):
    """Where in its turn the worker dies."""

    CLAIMING = "claiming"  # the claim is not committed
    INTENDED = "intended"  # claimed, the intent written, nothing sent
    ACTED = "acted"  # the call was made, nothing recorded
    RECORDED = "recorded"  # recorded, the lock not given back


def lose(moment: Moment) -> bool:
    """Fork a worker that takes one step and dies there. Whether it died; False: nothing was due.

    The child has a connection of its own, as a worker has: the server frees its lock when the
    kernel closes it.
    """
    connection.close()  # neither of the two may speak on a wire that the other holds
    child = os.fork()
    if child == 0:
        try:
            _turn(moment)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _turn(moment: Moment) -> None:
    for one in connections.all(initialized_only=True):
        one.connection = None
    if moment == Moment.CLAIMING:
        with transaction.atomic():
            if claims.claim(clock.now()) is not None:
                _die()
        return
    if loop.tick(lambda work: _act(work, moment)):
        _die()


def _act(work: Work, moment: Moment) -> Outcome:
    if moment == Moment.INTENDED:
        _die()
    outcome = acting.act(work)
    if moment == Moment.ACTED:
        _die()
    return outcome


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
