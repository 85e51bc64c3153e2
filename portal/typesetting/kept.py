"""Papers that were made, under the hash of all that they are made of."""

import time
from collections import OrderedDict
from collections.abc import Callable

MOST = 64_000_000  # bytes of papers
SECONDS = 3600.0


class Kept:
    """The newest, in memory alone: nothing of a customer is left when the process ends."""

    def __init__(self, most: int = MOST, now: Callable[[], float] = time.monotonic) -> None:
        self.most, self.now = most, now
        self.papers: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self.size = 0

    def get(self, key: bytes) -> bytes | None:
        self.forget()
        return self.papers[key][1] if key in self.papers else None

    def put(self, key: bytes, paper: bytes) -> None:
        if key in self.papers or len(paper) > self.most:
            return
        self.papers[key] = self.now(), paper
        self.size += len(paper)
        self.forget()

    def forget(self) -> None:
        """What is older than SECONDS, and the oldest while there is too much."""
        while self.papers:
            key, (made, paper) = next(iter(self.papers.items()))
            if made >= self.now() - SECONDS and self.size <= self.most:
                return
            del self.papers[key]
            self.size -= len(paper)
