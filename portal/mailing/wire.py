"""One connection to the mail server, for many mails one after another.

A mail goes in two halves. `begin` starts its envelope and waits for nothing; only `finish` gives
the text and the dot that makes the server take it. So a mail is under way while the one before it
is recorded, and yet the record of each is committed before the server can have the next. A server
that offers PIPELINING (RFC 2920) gets the whole envelope at once, others their first line.

A server may be slow with each answer, and an answer may come in drops: whatever it does, the
connection is cut at a moment that was told, and after it no text is given to anybody.
"""

import logging
import re
import socket
import threading
import time
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from smtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from typing import Any, Self

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from portal.mailing.mime import Mail

log = logging.getLogger(__name__)

LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Unanswered(OSError):
    """The server has the whole mail and did not say whether it took it: perhaps it did."""


class OutOfTime(OSError):
    """The time to send in is over: nothing was given to the server."""


class Wire:
    """Open as a context; it connects with the first mail. A server that cannot be reached stays so
    for this context's life.

    `timeout`: seconds for one answer; the last one of a mail, after which it is the server's, may
    take all the time there is. `until`: when all must be over, of the monotonic clock.
    """

    def __init__(self, timeout: float, *, until: float) -> None:
        self._backend = get_connection(timeout=timeout)
        self._trouble: Exception | None = None  # of the mail that is begun
        self._away = False
        self._mail: Mail | None = None
        self._until = until
        self._guard = threading.Timer(max(0.0, self._left), self._cut)
        self._guard.daemon = True

    def __enter__(self) -> Self:
        self._guard.start()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._mail:  # begun and not finished: the server drops it with the connection
            self._hang_up()
        try:
            self._backend.close()
        except (SMTPException, OSError):
            log.info("the mail server did not say good-bye")
        finally:
            self._guard.cancel()

    def begin(self, mail: Mail) -> None:
        """Start one mail. Whatever goes wrong is told by `finish`."""
        self._connect()
        self._mail = mail
        if self._server and not self._away:
            self._trouble = None
            try:
                _begin(self._server, mail)
            except (SMTPException, OSError) as error:
                self._trouble = error

    def finish(self) -> Exception | None:
        """Have the mail that was begun taken; the error, or None. After an error that may have left
        the connection in the middle of something, the next mail gets a new one."""
        mail, self._mail = self._mail, None
        assert mail, "nothing was begun"
        if self._away:
            return self._trouble
        try:
            if self._trouble:
                raise self._trouble
            if self._server:
                _envelope(self._server, mail)
                if self._left <= 0:  # whoever slept meanwhile sends nothing: others may by now
                    raise OutOfTime("the time to send it was over")
                _text(self._server, mail.data, seconds=self._left)
            else:
                self._backend.send_messages([_Ready(mail)])
        except SMTPRecipientsRefused as error:
            self._forget()
            return error
        except (SMTPException, OSError) as error:
            self._hang_up()
            return error
        return None

    @property
    def _server(self) -> SMTP | None:
        """None where mails do not go to a server, but into files."""
        return self._backend.connection if isinstance(self._backend, EmailBackend) else None

    @property
    def _left(self) -> float:
        return self._until - time.monotonic()

    def _cut(self) -> None:
        """By a thread of its own: whoever waits for the server gets the end of the connection."""
        server = self._server
        wire = server.sock if server else None
        if wire is not None:
            with suppress(OSError):  # the plain one below TLS, which has nothing to say any more
                socket.socket.shutdown(wire, socket.SHUT_RDWR)

    def _connect(self) -> None:
        if self._away or self._server:
            return
        try:
            if self._left <= 0:
                raise OutOfTime("the time to send was over")
            self._backend.open()
            if self._server:
                self._server.ehlo_or_helo_if_needed()
        except (SMTPException, OSError) as error:
            self._away, self._trouble = True, error
            outcome = {"outcome": type(error).__name__}
            log.warning("the mail server cannot be reached", extra=outcome)

    def _forget(self) -> None:
        """One recipient was refused: the connection is as good as before."""
        try:
            if self._server and self._server.rset()[0] != 250:
                self._hang_up()
        except (SMTPException, OSError):
            self._hang_up()

    def _hang_up(self) -> None:
        if self._server and isinstance(self._backend, EmailBackend):
            self._server.close()
            self._backend.connection = None


class _Ready(EmailMessage):
    """For backends that are no server: what is made already."""

    def __init__(self, mail: Mail) -> None:
        super().__init__(from_email=mail.sender, to=[mail.to])
        self._made = message_from_bytes(mail.data)

    def message(self) -> Message:  # type: ignore[override]
        return self._made


def _begin(server: SMTP, mail: Mail) -> None:
    size = f" SIZE={len(mail.data)}" if server.has_extn("size") else ""
    lines = f"MAIL FROM:<{mail.sender}>{size}\r\n"
    if server.has_extn("pipelining"):
        lines += f"RCPT TO:<{mail.to}>\r\nDATA\r\n"
    server.send(lines)


def _envelope(server: SMTP, mail: Mail) -> None:
    """Until the server waits for the text. Raises what it refused."""
    refused: SMTPException | None = None
    together = server.has_extn("pipelining")
    code, words = server.getreply()
    if code != 250:
        refused = SMTPSenderRefused(code, words, mail.sender)
        if not together:
            raise refused
    code, words = server.getreply() if together else server.docmd(f"RCPT TO:<{mail.to}>")
    if code not in (250, 251):
        refused = refused or SMTPRecipientsRefused({mail.to: (code, words)})
        if not together:
            raise refused
    code, words = server.getreply() if together else server.docmd("DATA")
    if refused:
        if code == 354:  # for nobody: the server refuses the empty mail (RFC 2920 §3.1)
            server.send(b".\r\n")
            server.getreply()
        raise refused
    if code != 354:
        raise SMTPDataError(code, words)


def _text(server: SMTP, data: bytes, *, seconds: float) -> None:
    """The text, its leading dots doubled (RFC 5321 §4.5.2), and the dot that ends it. The answer to
    that may take longer than others (§4.5.3.2.6): who hangs up before it repeats the mail."""
    end = b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"
    server.send(LEADING_DOT.sub(b"..", data) + end)
    usual = server.sock.gettimeout() if server.sock else None
    try:
        if server.sock:
            server.sock.settimeout(seconds)
        code, words = server.getreply()
        if server.sock:
            server.sock.settimeout(usual)
    except (SMTPServerDisconnected, OSError) as error:
        raise Unanswered("no answer after the text") from error
    if code < 100:  # cut off amid its code
        raise Unanswered("no answer after the text")
    if code != 250:
        raise SMTPDataError(code, words)
