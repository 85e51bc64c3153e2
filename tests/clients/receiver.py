"""A receiver of Changeover's webhooks in one file, with Python's own library and nothing else.

It takes what is signed with one of its secrets and not older than five minutes, and answers alike
when the same event comes again, without handing it on twice.

    python receiver.py 8443 server.pem whsec_…
"""

import base64
import hashlib
import hmac
import json
import ssl
import sys
import time
from collections.abc import Callable, Collection, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

TOLERANCE = 300  # seconds
LONGEST_BODY = 65_536


class NotTaken(Exception):
    """What came is not from the portal, too old, or not to be read."""


class Inbox:
    """Verifies what comes, and hands each event on once.

    `seen` here is a set in memory: a real receiver keeps the ids for three days at least, in the
    same transaction as what it does about the event.
    """

    def __init__(
        self, secrets: Collection[str], handle: Callable[[dict[str, Any]], object],
        now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.secrets, self.handle, self.now = list(secrets), handle, now
        self.seen: set[str] = set()

    def take(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the event is new. Raises NotTaken."""
        message_id = headers.get("webhook-id", "")
        self._verify(message_id, headers, body)
        if message_id in self.seen:
            return False
        event = json.loads(body)
        self.handle(event)
        self.seen.add(message_id)
        return True

    def _verify(self, message_id: str, headers: Mapping[str, str], body: bytes) -> None:
        stamp = headers.get("webhook-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit()):
            raise NotTaken("no time")
        if abs(self.now() - int(stamp)) > TOLERANCE:
            raise NotTaken("too old, or from the future")
        signed = f"{message_id}.{stamp}.".encode() + body
        given = headers.get("webhook-signature", "").split(" ")
        for secret in self.secrets:
            key = base64.b64decode(secret.removeprefix("whsec_"))
            right = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
            if any(hmac.compare_digest(right.encode(), each.encode()) for each in given):
                return
        raise NotTaken("no signature of ours")


def server(port: int, inbox: Inbox, certificate: str) -> HTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > LONGEST_BODY:
                self._answer(413)
                return
            try:
                inbox.take(self.headers, self.rfile.read(length))  # type: ignore[arg-type]
            except NotTaken:
                self._answer(400)
            except Exception:  # whatever went wrong here: it will come again
                self._answer(500)
            else:
                self._answer(204)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            """Quiet: headers and bodies belong in no log."""

    found = HTTPServer(("127.0.0.1", port), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    found.socket = context.wrap_socket(found.socket, server_side=True)
    return found


if __name__ == "__main__":
    inbox = Inbox(sys.argv[3:], lambda event: sys.stdout.write(f"{event}\n"))
    server(int(sys.argv[1]), inbox, sys.argv[2]).serve_forever()
