"""Starts the simulator as a process of its own, for tests, demos and whoever else needs one."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path


class ControlError(Exception):
    """The control surface turned a call down; `status` and `message` say why."""

    def __init__(self, status: int, message: str):
        super().__init__(f"{status}: {message}")
        self.status, self.message = status, message


class Simulator:
    """One running simulator. `environment` takes SIM_* values, e.g. SIM_INSTALL_SECONDS="0.3".

    `tied`: it ends with the process that started it, however that one ends.
    """

    def __init__(
        self,
        state: str | None = None,
        *,
        port: int = 0,
        key: str = "",
        tied: bool = False,
        **environment,
    ):
        self.state = state or tempfile.mkdtemp(prefix="simulator-")
        self.port, self.key, self.tied = port, key, tied
        self.environment = {name: str(value) for name, value in environment.items()}
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Simulator":
        """Returns once it listens; a second start keeps port and state."""
        command = [sys.executable, "-m", "appliances.simulator", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--state", self.state]
        command += ["--tied"] if self.tied else []
        root = str(Path(__file__).resolve().parents[2])
        environment = os.environ | self.environment | {"PYTHONPATH": root}
        if self.key:
            environment["SIM_CONTROL_KEY"] = self.key
        Path(self.state).mkdir(parents=True, exist_ok=True)
        log = (Path(self.state) / "simulator.log").open("ab")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, env=environment, cwd=root,
            stdin=subprocess.PIPE if self.tied else None,
        )  # fmt: skip
        log.close()
        line = self.process.stdout.readline().decode()
        if "http://" not in line:
            raise RuntimeError(f"the simulator did not start; see {self.state}/simulator.log")
        self.port = int(line.rsplit(":", 1)[1].strip().strip("/"))
        return self

    def stop(self) -> None:
        self._end(self.process.terminate)

    def kill(self) -> None:
        """As SIGKILL does it; `start()` brings the same park back."""
        self._end(self.process.kill)

    def _end(self, how) -> None:
        how()
        self.process.wait(timeout=10)
        self.process.stdout.close()
        if self.process.stdin is not None:
            self.process.stdin.close()

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        """A call to /_sim/<path>. Raises ControlError for every status but 200."""
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.url}/_sim/{path.lstrip('/')}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Content-Type": "application/json", "X-Sim-Control": self.key},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            message = json.load(problem).get("message", "")
            raise ControlError(problem.code, message) from None

    def park(self, *appliances: dict, packages: list | None = None, **rest) -> list[dict]:
        """Creates appliances; answers with their GUIDs, API accounts and users."""
        body = {"appliances": list(appliances)} | rest
        if packages is not None:
            body["packages"] = packages
        return self.control("POST", "park", body)["appliances"]

    def press(self, hostname: str, button: str, **fields) -> dict:
        body = {"button": button} | fields
        return self.control("POST", f"appliances/{hostname}/press", body)["result"]

    def faults(self, hostname: str, **faults) -> dict:
        """Replaces the appliance's faults; without any, clears them."""
        return self.control("PUT", f"appliances/{hostname}/faults", faults)

    def truth(self, hostname: str) -> dict:
        return self.control("GET", f"appliances/{hostname}")

    def point(self, public_name: str, hostname: str | None) -> None:
        self.control("PUT", f"sites/{public_name}", {"behind": hostname})

    def clock(self, **settings) -> dict:
        """Sets the clock (anchor_real, anchor_virtual, rate, until), or only reads it."""
        return self.control("PUT", "clock", settings) if settings else self.control("GET", "clock")

    def settled(self, hostname: str, timeout: float = 30.0) -> dict:
        """Waits in real time until the appliance is in the middle of nothing."""
        deadline = time.monotonic() + timeout
        while (found := self.truth(hostname))["operation"] and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def __enter__(self) -> "Simulator":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()
