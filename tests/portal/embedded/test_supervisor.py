"""The whole of `sh run.sh`, without its set-up, on an empty installation."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from portal.embedded.keeper import Keeper
from portal.embedded.processes import Child, free_port
from portal.embedded.state import PROJECT

INHERITED = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")


def until(condition, seconds: float = 400.0):
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def heed_interrupts() -> None:
    """Whoever runs the tests in the background has them ignored; what they start inherits that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Run:
    """One `python -m portal.embedded`, and what it has told so far."""

    def __init__(self, state: Path, port: int) -> None:
        self.told = state.parent / f"told-{time.monotonic_ns()}"
        variables = {name: os.environ[name] for name in INHERITED if name in os.environ}
        variables |= {"DEMO": "0", "PORT": str(port), "PORTAL_STATE": str(state)}
        with self.told.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.embedded"],
                cwd=PROJECT,
                env=variables,
                stdout=output,
                stderr=output,
                preexec_fn=heed_interrupts,
            )

    def tells(self, words: str) -> bool:
        return words in self.told.read_text()

    def wait_until_it_answers(self) -> list[psutil.Process]:
        until(lambda: self.tells("Changeover answers") or self.process.poll() is not None)
        assert self.process.poll() is None, self.told.read_text()
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, signum: int) -> int:
        self.process.send_signal(signum)
        return self.process.wait(timeout=240)


def gone(processes: list[psutil.Process]) -> bool:
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


@pytest.fixture
def state():
    with tempfile.TemporaryDirectory(prefix="changeover-run-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL passes through under another account
        yield Path(folder) / "state"


@pytest.fixture
def run(state):
    started: list[Run] = []

    def start(port: int | None = None) -> Run:
        started.append(Run(state, port or free_port()))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.end(signal.SIGTERM)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_it_answers_and_leaves_nothing_behind_and_starts_again_after_sigkill(run):
    first = run()
    family = first.wait_until_it_answers()

    assert first.tells("http://127.0.0.1:")
    assert first.end(signal.SIGTERM) == 0
    assert gone(family)

    second = run()
    family = second.wait_until_it_answers()
    second.end(signal.SIGKILL)
    until(lambda: gone(family))

    third = run()
    third.wait_until_it_answers()
    assert third.end(signal.SIGINT) == 0
    assert third.tells("Everything is kept in")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_killed_service_comes_back(run):
    whole = run()
    family = whole.wait_until_it_answers()
    steps = next(p for p in family if "run_steps" in p.cmdline())

    steps.kill()

    until(lambda: whole.tells("steps ended (-9); starts again in 0.5 s"))
    children = psutil.Process(whole.process.pid).children
    until(lambda: any("run_steps" in p.cmdline() for p in children()))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_taken_port_is_told_with_another_to_choose(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        refused = run(port)

        assert refused.process.wait(timeout=60) == 1

    assert refused.tells(f"Port {port} on 127.0.0.1 is taken by another program")
    assert not refused.tells("Traceback")


def test_a_process_that_keeps_ending_waits_longer_each_time(tmp_path, capsys):
    child = Child("brief", ["false"], tmp_path / "log")
    keeper = Keeper(child, child.start)
    child.start()
    now = 0.0
    for _ in range(3):
        child.process.wait()
        keeper.look(now)
        now += 100
        keeper.look(now)

    told = capsys.readouterr().out.splitlines()
    assert told == [f"brief ended (1); starts again in {pause} s" for pause in ("0.5", "1", "2")]
    child.process.wait()
