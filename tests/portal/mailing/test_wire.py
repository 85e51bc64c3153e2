"""What goes over the wire and when, seen by a server that answers from a list."""

import contextlib
import socket
import threading
import time
from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest

from portal.mailing.mime import Mail
from portal.mailing.wire import Wire

LETTER = Mail("us@example.com", "a@example.com", b"Subject: x\r\n\r\n.dot\r\n")
EHLO = "250-here\r\n250-PIPELINING\r\n250 SIZE 1000000"


class Answering:
    """Answers each line (a text counts as one) with the next of the list; keeps all it was told."""

    def __init__(self, answers):
        self.told = []
        self._answers = iter(answers)
        self._listens = socket.create_server(("127.0.0.1", 0))
        self.port = self._listens.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        there, _ = self._listens.accept()
        there.settimeout(30)
        hung_up = contextlib.suppress(ConnectionError)  # perhaps with an answer unread
        with hung_up, there, there.makefile("rwb") as lines:
            answer = "220 here"
            while answer:
                lines.write(answer.encode() + b"\r\n")
                lines.flush()
                data = self._one(lines, text=answer.startswith("354"))
                if not data:
                    return
                self.told.append(data)
                answer = next(self._answers, "")

    @staticmethod
    def _one(lines, *, text):
        data = lines.readline()
        while text and data and not (data == b".\r\n" or data.endswith(b"\r\n.\r\n")):
            data += lines.readline()
        return data

    def end(self):
        self._thread.join(30)
        self._listens.close()


@pytest.fixture
def sent(settings):
    """Send LETTER to a server with these answers: the problem, and what the server was told."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    def send(*answers, finish=True):
        server = Answering(answers)
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        problem = None
        with Wire(30, until=time.monotonic() + 60) as wire:
            wire.begin(LETTER)
            if finish:
                problem = wire.finish()
        server.end()
        return problem, server.told

    return send


@pytest.mark.parametrize("ehlo", [EHLO, "250 here"])
def test_a_mail_goes_with_its_dots_doubled(sent, ehlo):
    problem, told = sent(ehlo, "250 ok", "250 ok", "354 go on", "250 taken", "221 bye")

    assert problem is None
    size = b" SIZE=20" if ehlo == EHLO else b""
    assert told[1:] == [
        b"MAIL FROM:<us@example.com>" + size + b"\r\n",
        b"RCPT TO:<a@example.com>\r\n",
        b"DATA\r\n",
        b"Subject: x\r\n\r\n..dot\r\n.\r\n",
        b"quit\r\n",
    ]


def test_a_text_for_nobody_is_empty_and_goes_to_nobody(sent):
    """A server that says "go on" though it refused everybody gets nothing but the end."""
    problem, told = sent(
        EHLO, "250 ok", "550 no such user", "354 go on", "554 for whom", "250 reset", "221 bye"
    )

    assert isinstance(problem, SMTPRecipientsRefused)
    assert told[4:] == [b".\r\n", b"rset\r\n", b"quit\r\n"]


def test_a_text_that_is_refused_has_not_left(sent):
    problem, told = sent(EHLO, "250 ok", "250 ok", "354 go on", "552 too much")

    assert isinstance(problem, SMTPDataError)
    assert problem.smtp_code == 552
    assert len(told) == 5  # hung up


def test_what_was_begun_and_not_finished_is_not_sent(sent):
    _problem, told = sent(EHLO, "250 ok", "250 ok", "354 go on", "250 taken", finish=False)

    assert not any(b"dot" in line for line in told)
