"""The typesetter: `python -P portal/typesetting SOCKET [SECONDS]`.

Has WeasyPrint loaded, and forks a child for each paper, with a limit of memory and of time: what a
text does to its paper ends with that child. Run by its folder, so that nothing of the site, neither
Django nor a secret, is in a process that reads what people wrote. It ends with who started it.

Papers of some kinds are stamped (stamping/): what helps with that has nobody's words in it, and is
kept here for all. A child puts it down before it reads what could not be stamped.

A client says the paper's key; it is told `=` and a paper kept under it, or `?` to send the page's
JSON, and then `=` and the paper or `!` and a reason, each with its length in eight bytes.
"""

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from kept import Kept, Shared, put_down

KEY = 32  # bytes
SECONDS = 60
BYTES = 1 << 30  # of address space: fonts are mapped whole
AT_ONCE = 2
Leave = Callable[[Mapping[bytes, bytes]], None]
Make = Callable[[Any, Mapping[bytes, bytes], Leave], bytes]
SOON = 1.0  # seconds for what takes no time on one machine


class Typesetter:
    def __init__(self, listener: socket.socket, make: Make, seconds: int) -> None:
        self.listener = listener
        self.make = make
        self.seconds = seconds
        self.kept = Kept()
        self.shared = Shared()
        # A child, the key of its paper, where that lies, and where lies what it leaves for others.
        self.working: dict[int, tuple[bytes, int, int]] = {}

    def serve(self, starter: int) -> None:
        while os.getppid() == starter:
            self.gather(os.WNOHANG)
            if select.select([self.listener], [], [], SOON)[0]:
                connection, _ = self.listener.accept()
                with connection, contextlib.suppress(OSError):
                    self.take(connection)

    def take(self, connection: socket.socket) -> None:
        connection.settimeout(SOON)
        key = connection.recv(KEY, socket.MSG_WAITALL)
        if len(key) != KEY:
            return
        self.gather(os.WNOHANG)
        if paper := self.kept.get(key):
            answer(connection, b"=", paper)
            return
        while len(self.working) >= AT_ONCE:
            self.gather(0)
        sheet, left = os.memfd_create("paper"), os.memfd_create("left")
        child = os.fork()
        if child == 0:
            self.forget_others()
            self.work(connection, sheet, left)
        self.working[child] = key, sheet, left

    def forget_others(self) -> None:
        """In a child: what others asked for is out of its reach before it reads a page."""
        self.listener.close()
        self.kept.let_go()
        for _key, *files in self.working.values():
            for file in files:
                os.close(file)

    def work(self, connection: socket.socket, sheet: int, left: int) -> NoReturn:
        """What the child does."""
        signal.alarm(self.seconds)
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds))
        status = 1
        try:
            connection.settimeout(self.seconds)
            connection.sendall(b"?")
            with connection.makefile("rb") as page:
                paper = self.make(json.load(page), self.shared, partial(put_down, left))
            with os.fdopen(sheet, "wb") as file:
                file.write(paper)
            answer(connection, b"=", paper)
            status = 0
        except Exception:  # whatever it was: said to who asked, and over
            answer(connection, b"!", traceback.format_exc()[-2000:].encode())
        finally:
            os._exit(status)

    def gather(self, options: int) -> None:
        """Keep the papers of children that ended well. Waits for one, if `options` is 0."""
        while self.working:
            child, status = os.waitpid(-1, options)
            if not child:
                return
            options = os.WNOHANG
            key, sheet, left = self.working.pop(child)
            if status == 0:
                self.shared.read(left)
                self.kept.put(key, sheet)
            else:
                os.close(sheet)
            os.close(left)


def answer(connection: socket.socket, sign: bytes, content: bytes) -> None:
    connection.sendall(sign + len(content).to_bytes(8, "big") + content)


def main(place: str, seconds: int = SECONDS) -> None:
    starter = os.getppid()
    from typeset import make  # noqa: PLC0415 - in this time who started it may end

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    Path(place).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen(64)
        gc.collect()
        gc.freeze()  # a collector that walks what is shared would copy all of it
        Typesetter(listener, make, seconds).serve(starter)


if __name__ == "__main__":
    main(sys.argv[1], *(int(each) for each in sys.argv[2:3]))
