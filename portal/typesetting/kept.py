"""What was made, under the hash of all that it is made of: papers, and what is of nobody."""

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

MOST = 64_000_000  # bytes of papers
PAPERS = 200  # each is an open file
SECONDS = 3600.0
SHARED = 16_000_000  # bytes of what is of nobody
KEY = 32  # bytes
LENGTH = 8


class Kept:
    """The newest, each in a file that has no name: nothing of a customer is left when the process
    ends, and a child that reads somebody's page lets go of all papers first (`let_go`)."""

    def __init__(
        self, most: int = MOST, papers: int = PAPERS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.most, self.number, self.now = most, papers, now
        self.papers: OrderedDict[bytes, tuple[float, int, int]] = OrderedDict()
        self.size = 0

    def get(self, key: bytes) -> bytes | None:
        self.forget()
        if key not in self.papers:
            return None
        _made, sheet, size = self.papers[key]
        return os.pread(sheet, size, 0)

    def put(self, key: bytes, sheet: int) -> None:
        """Keep the open file `sheet`, or close it."""
        size = os.fstat(sheet).st_size
        if key in self.papers or size > self.most:
            os.close(sheet)
            return
        self.papers[key] = self.now(), sheet, size
        self.size += size
        self.forget()

    def forget(self) -> None:
        """What is older than SECONDS, and the oldest while there is too much."""
        while self.papers:
            key, (made, sheet, size) = next(iter(self.papers.items()))
            few = self.size <= self.most and len(self.papers) <= self.number
            if few and made >= self.now() - SECONDS:
                return
            del self.papers[key]
            os.close(sheet)
            self.size -= size

    def let_go(self) -> None:
        """Close all: this process has no business with them."""
        for _made, sheet, _size in self.papers.values():
            os.close(sheet)
        self.papers.clear()
        self.size = 0


class Shared(OrderedDict[bytes, bytes]):
    """What has nobody's words in it, for every child to read; the newest."""

    def __init__(self, most: int = SHARED) -> None:
        super().__init__()
        self.most = most

    def read(self, file: int) -> None:
        """Take in what a child has put down."""
        content, place = os.pread(file, self.most, 0), 0
        while place < len(content):
            key, place = content[place : place + KEY], place + KEY
            length, place = int.from_bytes(content[place : place + LENGTH], "big"), place + LENGTH
            self[key], place = content[place : place + length], place + length
        while sum(map(len, self.values())) > self.most:
            self.popitem(last=False)


def put_down(file: int, found: Mapping[bytes, bytes]) -> None:
    """Write it into an open file, for Shared.read, and close that."""
    with os.fdopen(file, "wb") as place:
        for key, content in found.items():
            place.write(key + len(content).to_bytes(LENGTH, "big") + content)
