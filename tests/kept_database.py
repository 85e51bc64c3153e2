"""What the migrations made, kept in var/ for the next run: they take longer than most tests.

Kept is the whole data folder of the stopped PostgreSQL with its template, by a name that changes
with whatever the template is made of. A run that cannot use it makes its own.
"""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import psycopg

from portal.embedded.postgres import Postgres

PROJECT = Path(__file__).resolve().parent.parent
KEPT = PROJECT / "var" / "test-database"
TEMPLATE = "changeover_template"
MADE_OF = (
    "*/migrations/**/*.py", "*/models/*.py", "portal/rowsecurity.py", "portal/services/database.py",
    "portal/embedded/postgres.py", "requirements*.txt",
)  # fmt: skip


def name() -> str:
    """The same while nothing has changed that the template is made of, for the same account."""
    found = sha256(str(os.getuid()).encode())
    for path in sorted(path for pattern in MADE_OF for path in PROJECT.glob(pattern)):
        found.update(path.relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:20]


def take(postgres: Postgres) -> None:
    """Before it starts: the data of an earlier run, if it fits."""
    kept = KEPT / name()
    if kept.exists() and not _copied(kept, postgres.data):
        shutil.rmtree(postgres.data, ignore_errors=True)


def keep(postgres: Postgres) -> None:
    """At the end of a run: stop it, and keep its template if that is new."""
    kept = KEPT / name()
    new = not kept.exists() and _is_alone(postgres)
    postgres.stop()
    if not new:
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    unfinished = KEPT / f"unfinished-{os.getpid()}"
    if _copied(postgres.data, unfinished):
        for old in KEPT.iterdir():
            if old != unfinished and not old.name.startswith("unfinished-"):
                shutil.rmtree(old, ignore_errors=True)
        unfinished.rename(kept)


def _is_alone(postgres: Postgres) -> bool:
    """Drop the databases of the tests. False: there is no template to keep."""
    with psycopg.connect(postgres.admin_url, autocommit=True) as server:
        found = [row[0] for row in server.execute("SELECT datname FROM pg_database")]
        for database in found:
            if database.startswith("changeover_") and database != TEMPLATE:
                server.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
    return TEMPLATE in found


def _copied(origin: Path, target: Path) -> bool:
    """With owners and modes: as root, PostgreSQL runs under another account."""
    return subprocess.run(["cp", "-a", origin, target], capture_output=True).returncode == 0
