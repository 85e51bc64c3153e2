"""Keeps one process under an account's limit of 20 calls a second (vendor's API guide).

Several processes may still meet the limit together: then the appliance answers 429, and the
caller hears RateLimited.
"""

import threading
import time
from collections.abc import Callable

INTERVAL_SECONDS = 1 / 15
KEPT = 4096


class Pace:
    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._next: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, account: str) -> None:
        """Return when it is this account's turn."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next.pop((host, account), 0.0))
            self._next[(host, account)] = turn + INTERVAL_SECONDS
            if len(self._next) > KEPT:
                self._next.pop(next(iter(self._next)))
        if turn > now:
            self._sleep(turn - now)


PACE = Pace()
