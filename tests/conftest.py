"""A database for each worker, copied from a template that the owner migrated; tests serve as `app`.

Every test commits for real, as production does: afterwards the owner empties the tables.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from itertools import compress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from portal import clock
from portal.services import database
from tests import labelled
from tests.kept_database import TEMPLATE
from tests.mailsink import Sink

UNFINISHED = f"{TEMPLATE}_unfinished"
EMPTIED = """
SELECT quote_ident(relname) FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
  AND relname NOT IN ('django_migrations', 'django_content_type') AND relname NOT LIKE 'auth_%'
ORDER BY relname
"""
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

# Nothing is collected for tests: names without a hash, files served from where they lie. Said
# here and not in a fixture: Django reads it once, and a module that names `default_storage` makes
# it do so while tests are still being collected.
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
labelled.watch()
settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2", *settings.PASSWORD_HASHERS]


def admin_url(name: str = "postgres") -> str:
    return re.sub(
        r"^(postgres(?:ql)?://[^/]*)/[^?]*", rf"\1/{name}", os.environ["DATABASE_ADMIN_URL"]
    )


def point_at(name: str) -> None:
    for connection in connections.all():
        connection.close()
        connection.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest, worker_name: str) -> Iterator[None]:
    name = f"changeover_{worker_name}"
    with django_db_blocker.unblock():
        with psycopg.connect(admin_url(), autocommit=True) as server:
            server.execute("SELECT pg_advisory_lock(20261122)")
            make_template(server)
            server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER changeover_owner")
            server.execute("SELECT pg_advisory_unlock(20261122)")
        point_at(name)
        yield
        for connection in connections.all():
            connection.close()
        superuser(name).close()


def make_template(server: psycopg.Connection) -> None:
    if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
        return
    database.prepare(admin_url(), UNFINISHED, {})
    point_at(UNFINISHED)
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    point_at("")
    server.execute(f"ALTER DATABASE {UNFINISHED} RENAME TO {TEMPLATE}")


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The real database; what the test wrote is gone afterwards."""
    with django_db_blocker.unblock():
        yield
        empty_tables()
        connections["default"].close()


@pytest.fixture
def transactional_db(db: None) -> None:
    """What pytest-django's live_server asks for: here every test commits."""


@cache
def superuser(name: str) -> psycopg.Connection:
    """One connection for all emptying: what PostgreSQL reads of a hundred tables for each new one
    takes longer than the rest. Triggers rest; locks give way to pages that hold them crosswise."""
    server = psycopg.connect(admin_url(name), autocommit=True)
    server.execute("SET lock_timeout = '250ms'; SET session_replication_role = replica")
    return server


def empty_tables() -> None:
    """As the superuser and with triggers resting: deleting the few rows of a test takes a tenth of
    the time that emptying fifty tables with all their indexes does."""
    server = superuser(settings.DATABASES["owner"]["NAME"])
    tables = [name for (name,) in server.execute(EMPTIED, prepare=True)]
    asked = ", ".join(f"EXISTS (SELECT FROM {name})" for name in tables)
    for _ in range(80):
        # All are locked, those without rows too: the locks wait for whoever still writes.
        with suppress(psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            with server.transaction():
                server.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
                filled = server.execute(f"SELECT {asked}", prepare=True).fetchone()
                for name in compress(tables, filled):
                    server.execute(f"DELETE FROM {name}")
            return
    pytest.fail("The tables could not be emptied: something holds them.")


@pytest.fixture
def noon() -> Iterator[datetime]:
    """The clock stands at Monday 23 November 2026, 12:00 UTC."""
    with clock.at(NOON):
        yield NOON


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A mail server that receives what is sent, and keeps it."""
    sink = Sink()
    sink.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.stop()


@pytest.fixture
def own_store(settings: Any, tmp_path: Path) -> None:
    """For tests that sweep: other processes' tests have their files in the one of all."""
    options = {**settings.STORAGES["default"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": options},
    }


@pytest.fixture(scope="session", autouse=True)
def _state_folder() -> None:
    settings.STATE.mkdir(parents=True, exist_ok=True)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
