"""Servers of our own for the figures: a PostgreSQL that loses nothing (fsync on), and a Valkey.

As `run.sh` starts them, in a temporary folder that is gone afterwards. Import nothing of the
product's models before `opened()`: the settings are read from the environment that it makes.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command

from portal.embedded import native_libraries, roles
from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey
from portal.secrets import add_key

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = "CHANGEOVER_BENCH_FOLDER"


@contextmanager
def opened() -> Iterator[Path]:
    """The servers run, the database is migrated, Django is set up; the folder of this run."""
    folder = Path(tempfile.mkdtemp(prefix="changeover-bench-"))
    folder.chmod(0o711)  # PostgreSQL enters it under another account when we are root
    postgres = Postgres(folder / "postgres", folder / "postgres.log")
    valkey = Valkey(folder / "valkey", folder / "valkey.log")
    try:
        postgres.start()
        valkey.start()
        add_key(folder / "keys.json", "bench")
        os.environ.update(_environment(folder, postgres.admin_url, valkey.url))
        django.setup()
        call_command("prepare_database", stdout=StringIO())
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        yield folder
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, admin_url: str, redis_url: str) -> dict[str, str]:
    return {
        **roles.urls(admin_url),
        **native_libraries.environment(),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PORTAL_STATE": str(folder / "state"),
        "KEY_RING": str(folder / "keys.json"),
        "HOST": "127.0.0.1",
        "PUBLIC_URL": "http://127.0.0.1",
        "EMAIL_URL": "file:",
        "DEMO": "0",
        "PRODUCTION": "0",
        "C_FORCE_ROOT": "1",
        "RUN_ID": "bench",
        FOLDER: str(folder),
    }


def start(*words: str | Path, said: str, **more: str) -> subprocess.Popen[str]:
    """A process of the product, without the superuser's address; it reads lines and writes lines.

    What it says besides (its log) goes to a file of that name in the run's folder.
    """
    plain = {name: value for name, value in os.environ.items() if name != "DATABASE_ADMIN_URL"}
    with (Path(os.environ[FOLDER]) / f"{said}.log").open("ab") as log:
        return subprocess.Popen(
            [str(word) for word in words], cwd=PROJECT, env={**plain, **more}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip


def start_python(*words: str, said: str, **more: str) -> subprocess.Popen[str]:
    return start(sys.executable, *words, said=said, **more)
