"""What happens when a process ends by itself."""

from collections.abc import Callable

from portal.embedded.console import LogWatch, say
from portal.embedded.processes import CannotStart, Child

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a process that ended is started again
STEADY = 60.0  # seconds after which a process counts as well again


class Keeper:
    """Starts one process again when it ends, after a pause that grows while it keeps ending."""

    def __init__(self, child: Child, start: Callable[[], None]) -> None:
        self.child = child
        self.start = start
        self.watch = LogWatch(child.log)
        self.failures = 0
        self.due: float | None = None

    def look(self, now: float) -> None:
        for line in self.watch.serious_lines():
            say(f"{self.child.name}: {line}")
        if self.child.alive:
            if self.child.uptime > STEADY:
                self.failures = 0
            return
        if self.due is None:
            pause = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2**self.failures)
            say(f"{self.child.name} ended ({self.child.exit_code}); starts again in {pause:g} s")
            self.failures += 1
            self.due = now + pause
        elif now >= self.due:
            self.due = None
            try:
                self.start()
            except CannotStart as reason:  # a server; the next look tries once more
                say(str(reason))
