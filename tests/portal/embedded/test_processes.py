import os
import signal
import socket
import subprocess
import sys
import time

import psutil

from portal.embedded.processes import Child, port_is_free

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("ready", flush=True)
time.sleep(60)
"""
PARENT = """
import sys, time
from pathlib import Path
from portal.embedded.processes import Child
child = Child("sleeper", ["sleep", "60"], Path(sys.argv[1]))
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""


def until(condition, seconds=5.0):
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_a_child_that_does_not_listen_is_killed_with_all_it_started(tmp_path):
    child = Child("stubborn", [sys.executable, "-c", STUBBORN], tmp_path / "log")
    child.start()
    until(lambda: "ready" in child.last_words())
    family = [psutil.Process(child.process.pid), *psutil.Process(child.process.pid).children()]

    child.stop(patience=0.1)

    assert len(family) == 2
    until(lambda: not any(p.is_running() and p.status() != "zombie" for p in family))


def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path / "log"], stdout=subprocess.PIPE, text=True
    )
    child = psutil.Process(int(parent.stdout.readline()))

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    until(lambda: not child.is_running() or child.status() == "zombie")


def test_a_port_somebody_listens_on_is_not_free():
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as server:
        port = server.getsockname()[1]

        assert not port_is_free("127.0.0.1", port)

    assert port_is_free("127.0.0.1", port)
