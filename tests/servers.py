"""A pytest plugin: a PostgreSQL and a Valkey for this run, in a temporary folder, gone afterwards.

Named in pyproject.toml (`-p tests.servers`), since pytest-django reads the settings before any
conftest.py. Whatever DATABASE_URL or REDIS_URL the developer has exported is replaced: tests never
touch their data. CHANGEOVER_TEST_NO_SERVERS=1 starts nothing (pure tests); TEST_DATABASE_ADMIN_URL
names a PostgreSQL to use instead of the embedded one (a superuser's address, database postgres).
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from portal.embedded import catalogues, fonts, native_libraries, roles
from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey
from portal.secrets import add_key
from tests import kept_database

PROJECT = Path(__file__).resolve().parent.parent
UNPACKED_BROWSER = PROJECT / "var" / "browser"  # made by setup.sh when it may not install one
UNPACKED_CURL = PROJECT / "var" / "curl"  # likewise
STARTED = "CHANGEOVER_TEST_FOLDER"  # set for the workers of pytest-xdist, which share what runs


def start_servers() -> None:
    folder = Path(tempfile.mkdtemp(prefix="changeover-tests-"))
    folder.chmod(0o711)  # PostgreSQL enters it under another account when we are root
    os.environ[STARTED] = str(folder)
    add_key(folder / "keys.json", "test")
    os.environ.update(plain_environment(folder))
    if os.environ.get("CHANGEOVER_TEST_NO_SERVERS") == "1":
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return
    valkey = Valkey(folder / "valkey", folder / "valkey.log", forgetful=True)
    valkey.start()
    os.environ["REDIS_URL"] = valkey.url
    atexit.register(stop_servers, folder, [valkey])
    if outside := os.environ.get("TEST_DATABASE_ADMIN_URL"):
        os.environ.update(roles.urls(outside))
        return
    postgres = Postgres(folder / "postgres", folder / "postgres.log", forgetful=True)
    kept_database.take(postgres)
    postgres.start()
    os.environ.update(roles.urls(postgres.admin_url))
    # Before the folder goes: the last registered runs first.
    atexit.register(kept_database.keep, postgres)


def stop_servers(folder: Path, servers: list[Valkey]) -> None:
    for server in servers:
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def plain_environment(folder: Path) -> dict[str, str]:
    """What the settings read, the same on every machine."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PORTAL_STATE": str(folder / "state"),
        "KEY_RING": str(folder / "keys.json"),
        "FONTCONFIG_FILE": str(fonts.configure(folder)),
        "HOST": "127.0.0.1",
        "PUBLIC_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "EMAIL_URL": "file:",
        "MAIL_FROM": "changeover@example.com",
        "SIMULATOR_URL": "http://127.0.0.1:1",  # a test that wants a simulator starts its own
        "DEMO": "0",
        "PRODUCTION": "0",
        "ALLOW_PRIVATE_ADDRESSES": "1",
        "RUN_ID": "tests",
        "API_CALLS_A_MINUTE": "0",
        "DJANGO_LIVE_TEST_SERVER_ADDRESS": "127.0.0.1",  # a bare machine has no name for it
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's loop runs in the thread of the test
    }


def offer_unpacked_programs() -> None:
    """`chromium` and `curl` on PATH; for Playwright's own program the one library it may lack."""
    for unpacked in (UNPACKED_BROWSER, UNPACKED_CURL):
        if unpacked.exists():
            os.environ["PATH"] = f"{unpacked / 'bin'}:{os.environ['PATH']}"
    for library in UNPACKED_BROWSER.glob("usr/lib/*-linux-gnu/libatomic.so.1"):
        alone = UNPACKED_BROWSER / "libatomic"
        alone.mkdir(exist_ok=True)
        (alone / library.name).unlink(missing_ok=True)
        (alone / library.name).symlink_to(library)
        known = os.environ.get("LD_LIBRARY_PATH")
        os.environ["LD_LIBRARY_PATH"] = f"{alone}:{known}" if known else str(alone)


def take_a_database_of_our_own(worker: str) -> None:
    """Each worker of pytest-xdist its own numbered database: the queues of one are no business of
    the others, whose fixtures empty theirs and whose Celery workers would take what lies there."""
    number = 1 + int(worker.removeprefix("gw")) % 15  # a Valkey has sixteen; 0 is the main process'
    if url := os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = url.rpartition("/")[0] + f"/{number}"


if worker := os.environ.get("PYTEST_XDIST_WORKER", ""):
    take_a_database_of_our_own(worker)
if STARTED not in os.environ:
    catalogues.compile_all()
    os.environ.update(native_libraries.environment())
    offer_unpacked_programs()
    start_servers()
