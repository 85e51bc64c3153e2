import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.embedded.postgres import Postgres
from portal.embedded.processes import CannotStart

pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place that an unprivileged PostgreSQL may reach, which pytest's own folders are not."""
    place = Path(tempfile.mkdtemp(prefix="changeover-postgres-"))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def postgres(folder: Path):
    server = Postgres(folder / "postgres", folder / "postgres.log")
    server.start()
    yield server
    server.stop()


def count(postgres: Postgres) -> int:
    with psycopg.connect(postgres.admin_url) as connection:
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


def keep_rows(postgres: Postgres, rows: int) -> None:
    with psycopg.connect(postgres.admin_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, %s)", [rows])


def test_it_listens_on_a_socket_in_a_private_folder_and_on_no_port(postgres):
    with psycopg.connect(postgres.admin_url) as connection:
        listens = connection.execute("SHOW listen_addresses").fetchone()[0]

    assert listens == ""
    assert postgres.socket.stat().st_mode & 0o777 == 0o700


def test_committed_rows_survive_sigkill_and_the_next_start_waits_for_the_dying_server(postgres):
    keep_rows(postgres, 2000)

    os.kill(postgres.child.process.pid, signal.SIGKILL)
    postgres.child.process.wait()
    postgres.start()

    assert count(postgres) == 2000


def test_a_stop_and_a_start_by_another_object_keep_the_data(postgres, folder):
    keep_rows(postgres, 10)
    postgres.stop()

    another = Postgres(folder / "postgres", folder / "postgres.log")
    another.start()

    assert count(another) == 10
    another.stop()


def test_a_set_up_cut_short_leaves_nothing_that_looks_whole(folder):
    (folder / "postgres" / "data.unfinished").mkdir(parents=True)
    (folder / "postgres" / "data.unfinished" / "PG_VERSION").write_text("18\n")

    server = Postgres(folder / "postgres", folder / "postgres.log")
    server.start()

    assert server.child.alive
    server.stop()


def test_data_of_another_version_is_refused_with_a_sentence(postgres, folder):
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("15\n")

    with pytest.raises(CannotStart, match=r"is of PostgreSQL 15, this is 18: make a backup"):
        Postgres(folder / "postgres", folder / "postgres.log").start()


def test_a_path_too_long_for_a_socket_gets_a_short_one_elsewhere(folder):
    server = Postgres(folder / ("long" * 20) / "postgres", folder / "postgres.log")
    server.start()

    assert len(str(server.socket)) < 60
    server.stop()
