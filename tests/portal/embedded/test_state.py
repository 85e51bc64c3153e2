import os
import subprocess
import sys

import pytest

from portal.embedded.processes import CannotStart
from portal.embedded.state import State, choose_folder, write_privately

LOCKS = """
import sys
from pathlib import Path
from portal.embedded.state import State
state = State(Path(sys.argv[1]))
sys.exit(0 if state.lock() else 3)
"""


def test_secrets_are_made_once_and_are_private(tmp_path):
    state = State(tmp_path / "state")
    first = state.secret("secret-key")
    state.make_key_ring()
    ring = state.key_ring.read_text()

    again = State(tmp_path / "state")
    again.make_key_ring()

    assert again.secret("secret-key") == first
    assert again.key_ring.read_text() == ring
    for file in (state.key_ring, state.folder / "secret-key"):
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_second_run_on_the_same_folder_is_noticed(tmp_path):
    state = State(tmp_path)

    assert state.lock()
    assert subprocess.call([sys.executable, "-c", LOCKS, tmp_path]) == 3

    state.unlock()
    assert subprocess.call([sys.executable, "-c", LOCKS, tmp_path]) == 0


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match="set PORTAL_STATE to a folder of your own"):
        State(tmp_path / "file" / "state")


def test_the_environment_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_STATE", str(tmp_path / "here"))

    assert choose_folder() == tmp_path / "here"


def test_the_simulator_keeps_its_port(tmp_path, monkeypatch):
    monkeypatch.delenv("SIM_PORT", raising=False)
    state = State(tmp_path)

    assert state.simulator_port() == state.simulator_port()


def test_a_long_log_is_cut_and_what_was_in_it_is_kept_beside_it(tmp_path, monkeypatch):
    monkeypatch.setattr("portal.embedded.state.LARGEST_LOG", 10)
    state = State(tmp_path)
    log = state.logs / "web.log"
    with log.open("a") as still_open:
        still_open.write("a" * 20)
        still_open.flush()

        state.trim_logs()
        still_open.write("b")

    assert log.read_text() == "b"
    assert (state.logs / "web.log.1").read_text() == "a" * 20


def test_a_private_file_is_replaced_whole(tmp_path):
    file = tmp_path / "secret"
    file.write_text("old")
    os.chmod(file, 0o644)

    write_privately(file, "new")

    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o600
