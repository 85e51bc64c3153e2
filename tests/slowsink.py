"""A mail server for tests that takes its time with every answer, or never ends one."""

import contextlib
import email
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from email import policy
from email.message import EmailMessage


class SlowSink:
    """`pause`: seconds before each answer; `last_pause`: before the one to a whole mail (None: as
    the others); `drops`: of that one a line comes each so many seconds, and never the last.
    `accepted` are the mails that it has, whether or not anybody still listened to its answer."""

    def __init__(self) -> None:
        self.pause, self.drops = 0.0, 0.0
        self.last_pause: float | None = None
        self.accepted: list[EmailMessage] = []
        self.before_text: Callable[[], object] | None = None  # once the envelope stands
        self._ended = False
        self._listens = socket.create_server(("127.0.0.1", 0))
        self.port = self._listens.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def copies(self) -> list[int]:
        """How often each mail came, by what makes it recognisable."""
        return sorted(Counter(mail["Message-ID"] for mail in self.accepted).values())

    def end(self) -> None:
        self._ended = True
        self._listens.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                there, _ = self._listens.accept()
                threading.Thread(target=self._serve, args=[there], daemon=True).start()

    def _serve(self, there: socket.socket) -> None:
        with contextlib.suppress(OSError), there, there.makefile("rb") as lines:
            self._say(there, b"220 here")
            while line := lines.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    if self.before_text:
                        self.before_text()
                    self._say(there, b"354 go on")
                    self._take(there, lines)
                elif word == b"QUIT":
                    return
                else:
                    self._say(there, b"250 ok")

    def _take(self, there: socket.socket, lines: object) -> None:
        text = b""
        while not text.endswith(b"\r\n.\r\n"):
            line = lines.readline()  # type: ignore[attr-defined]
            if not line:
                return  # half a mail is none (RFC 5321 §4.1.1.4)
            text += line
        self.accepted.append(email.message_from_bytes(text[:-3], policy=policy.default))
        while self.drops and not self._ended:
            there.sendall(b"250-wait\r\n")
            time.sleep(self.drops)
        self._say(there, b"250 taken", self.last_pause)

    def _say(self, there: socket.socket, answer: bytes, pause: float | None = None) -> None:
        ends = time.monotonic() + (self.pause if pause is None else pause)
        while not self._ended and time.monotonic() < ends:
            time.sleep(0.02)
        there.sendall(answer + b"\r\n")
