"""PostgreSQL falls right after a mail was recorded as sent. That record does not wait for the disk
(DECISIONS.md, 30 November 2026): it may be forgotten, and then the mail comes again with the same
Message-ID. No mail is ever forgotten."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connections

from portal.embedded.postgres import Postgres
from tests.conftest import admin_url
from tests.factories import NOON, a_customer
from tests.house.sources import ROOT
from tests.portal.services.test_batches import five
from tests.upgrades import processes

pytestmark = pytest.mark.slow

SEND = """
import django, sys
from datetime import datetime
django.setup()
from portal.services import delivery
if sys.argv[2] == "waits":
    at_once = delivery.tenancy.at_once
    delivery.tenancy.at_once = lambda *all, wait_for_disk: at_once(*all, wait_for_disk=True)
delivery.send_due(datetime.fromisoformat(sys.argv[1]))
"""


class Fallible:
    """A PostgreSQL with all that this test's has now, which waits for its disk as real ones do."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)  # it enters it under another account when we are root
        self.server = Postgres(folder / "postgres", folder / "postgres.log")
        self.database = connections["default"].settings_dict["NAME"]
        assert processes.wait_for(self._is_copied, seconds=60), self.refusal
        self.server.start()

    def _is_copied(self) -> bool:
        """Tests beside this one make and drop databases: a copy that met that is made again."""
        shutil.rmtree(self.server.data, ignore_errors=True)
        try:
            self.server._run(
                self.server.binaries / "pg_basebackup", "-D", self.server.data, "-X", "stream",
                "--checkpoint=fast", "--no-sync", "-d", admin_url(),
            )  # fmt: skip
        except subprocess.CalledProcessError as failure:
            self.refusal = failure.stderr
            return False
        return True

    def ask(self, statement: str) -> list[tuple]:
        url = self.server.url("postgres", self.database)
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    @property
    def states(self) -> Counter:
        return Counter(row[0] for row in self.ask("SELECT state FROM portal_message"))

    def writer(self) -> int:
        """Who brings to disk what nobody waits for: it does so some tenths of a second later."""
        what = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
        assert processes.wait_for(lambda: self.ask(what), seconds=20)
        return self.ask(what)[0][0]

    def fall(self, writer: int) -> None:
        """As after a power cut: what lay in memory only is gone, the rest is recovered."""
        os.kill(writer, signal.SIGKILL)
        assert processes.wait_for(self._is_up_again, seconds=60)

    def _is_up_again(self) -> bool:
        try:
            return self.ask("SELECT NOT pg_is_in_recovery()") == [(True,)]
        except psycopg.OperationalError:
            return False

    def send(self, port: int, how: str) -> None:
        host = f"host={quote(str(self.server.socket))}"
        environment = {
            name: re.sub(r"host=[^&]*", lambda _: host, value) if "DATABASE" in name else value
            for name, value in processes.environment(EMAIL_URL=f"smtp://127.0.0.1:{port}").items()
        }
        told = subprocess.run(
            [sys.executable, "-c", SEND, NOON.isoformat(), how], cwd=ROOT, env=environment,
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr.decode()[-2000:]


@pytest.fixture
def fallible(db):
    five(a_customer("Marmara"))
    folder = Path(tempfile.mkdtemp(prefix="changeover-falls-"))
    made = Fallible(folder)
    yield made
    made.server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize(
    ("how", "refused", "forgotten"),
    [
        ("as it is", [], 5),
        ("waits", [], 0),  # the price of which is a wait for the disk with each mail
        (
            "as it is",
            [f"p{number}@example.com" for number in range(5)],
            0,
        ),  # problems are waited for
    ],
)
def test_what_is_forgotten_is_that_a_mail_left_and_never_that_it_must(
    fallible, sink, how, refused, forgotten
):
    sink.refusals = dict.fromkeys(refused, "451 Later")
    left = 5 - len(refused)
    writer = fallible.writer()
    os.kill(writer, signal.SIGSTOP)
    fallible.send(sink.port, how)
    assert fallible.states == +Counter({"SENT": left, "FAILED": len(refused)})
    assert len(sink.mails) == left

    fallible.fall(writer)

    assert fallible.states["QUEUED"] == forgotten
    assert fallible.states["SENT"] == left - forgotten
    assert fallible.states["FAILED"] == len(refused)
    # The lease was waited for: nobody sends it before that is over, though PostgreSQL fell.
    fallible.send(sink.port, "as it is")
    assert len(sink.mails) == left
    fallible.ask(
        "UPDATE portal_message SET lease_until = lease_until - interval '1 hour',"
        " again_at = again_at - interval '1 hour'"
    )
    sink.refusals = {}
    fallible.send(sink.port, "as it is")

    assert fallible.states == Counter({"SENT": 5})
    times = sorted(Counter(mail["Message-ID"] for mail in sink.mails).values())
    assert times == [1] * (5 - forgotten) + [2] * forgotten
    bodies = {mail["Message-ID"]: set() for mail in sink.mails}
    for mail in sink.mails:
        bodies[mail["Message-ID"]].add(mail.get_body(("plain",)).get_content())
    assert all(len(texts) == 1 for texts in bodies.values())  # the same words, too
