"""HTML to PDF, by the typesetter: a process of its own that has WeasyPrint loaded.

The installation's, whose socket settings.TYPESETTER names; else one of this process, started with
the first paper. Each paper is made in a child of it that ends with the paper: see typesetting/.
"""

import atexit
import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

from portal.embedded.programs import PAPER_SECONDS, for_papers, papers

IN_TURN = 4.0 * PAPER_SECONDS  # to wait for an answer: others may be before it
STARTS = 20.0  # seconds in which a typesetter may start


class PdfFailed(RuntimeError):
    """The document could not be made; what WeasyPrint said is in the message."""


def render(
    html: str, *, css: Sequence[Path], files: Mapping[str, bytes] | None = None, owner: str = ""
) -> bytes:
    """A PDF/UA-1 document: tagged, so that readers for the blind can read it.

    `html` is a whole page with `lang` and `title`; `css` are our own style sheets; `files` are
    pictures that it names by relative address. The same page of the same `owner` is made once an
    hour. Raises PdfFailed, also after PAPER_SECONDS.
    """
    work = {
        "html": html,
        "css": [path.read_text() for path in css],
        "files": {
            name: base64.b64encode(content).decode() for name, content in (files or {}).items()
        },
    }
    page = json.dumps(work, sort_keys=True).encode()
    key = hashlib.sha256(hashlib.sha256(owner.encode()).digest() + page).digest()
    return _ask(settings.TYPESETTER or OWN.address(), key, page)


def _ask(address: str, key: bytes, page: bytes) -> bytes:
    try:
        with _reach(address) as line:
            line.sendall(key)
            sign = line.recv(1)
            if sign == b"?":
                line.sendall(page)
                line.shutdown(socket.SHUT_WR)
                sign = line.recv(1)
            content = _read(line, int.from_bytes(_read(line, 8), "big"))
    except (OSError, EOFError) as lost:
        raise PdfFailed(f"It took too long, or more memory than it may: {lost}") from lost
    if sign != b"=":
        raise PdfFailed(content.decode(errors="replace"))
    return content


def _reach(address: str) -> socket.socket:
    """A line to the typesetter, which may be about to start."""
    ends = time.monotonic() + STARTS
    while True:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(IN_TURN)
        try:
            line.connect(address)
        except (FileNotFoundError, ConnectionRefusedError):
            line.close()
            if time.monotonic() > ends:
                raise
            time.sleep(0.02)
        else:
            return line


def _read(line: socket.socket, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        if not (part := line.recv(min(length - len(found), 1 << 16))):
            raise EOFError("its process has ended")
        found += part
    return bytes(found)


class Typesetter:
    """One of this process, started when it is first asked for; it ends with this process."""

    def __init__(self, seconds: int = PAPER_SECONDS) -> None:
        self.seconds = seconds
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = ""

    def address(self) -> str:
        """Its socket. It is started anew, if it has ended."""
        with self._starting:
            if self._process is None or self._process.poll() is not None:
                self.stop()
                self._start()
            return self._socket

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._process = None

    @property
    def _socket(self) -> str:
        return f"{self._folder}/socket"

    def _start(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="changeover-papers-")
        words = [str(word) for word in papers(self._socket, self.seconds)]
        self._process = subprocess.Popen(
            words, env=for_papers(os.environ), stdin=subprocess.DEVNULL
        )
        atexit.register(self.stop)


OWN = Typesetter()
