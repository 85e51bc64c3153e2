"""The simulator of one rehearsal: a process of its own with its own park, clock and faults."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import Any

from appliances.simulator.autopilot.calls import Park
from appliances.simulator.process import Simulator

# Real seconds: what takes minutes is waited out on the driven clock. One account serves every
# release, and nobody is told to slow down: the play is faster than any clock.
QUICK = {
    "SIM_INSTALL_SECONDS": "0.1", "SIM_BASE_SECONDS": "0.1", "SIM_SYNC_SECONDS": "0.05",
    "SIM_FIRST_SYNC_SECONDS": "0.4", "SIM_RESET_SECONDS": "0.05", "SIM_DRAIN_SECONDS": "0.05",
    "SIM_OAUTH_FROM": "10.1", "SIM_CONFIG_FROM": "10.1", "SIM_V2_FROM": "10.1",
    "SIM_RATE_SECOND": "1000000", "SIM_RATE_HOUR": "1000000000", "SIM_TOKEN_CAP": "1000000",
}  # fmt: skip
OPERATION_SECONDS = 20.0  # an operation that lasts longer in real time never ends


class Stage:
    """What a play asks of its simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.park = Park(simulator.url, simulator.key)

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.simulator.port

    def build(
        self, boxes: list[dict[str, Any]], feed: Iterable[Any], at: datetime
    ) -> list[dict[str, Any]]:
        """An empty park, then these appliances; what their maker needs to talk to them."""
        self.simulator.control("DELETE", "park")
        self.clock(at)  # an empty park has real time again
        return self.simulator.park(*boxes, packages=list(feed))

    def clock(self, at: datetime) -> None:
        self.simulator.clock(anchor_virtual=at.timestamp())

    def truth(self, host: str) -> dict[str, Any]:
        return self.simulator.truth(host)

    def settled(self, host: str) -> dict[str, Any]:
        """Its truth once it is in the middle of nothing (real time)."""
        return self.simulator.settled(host, timeout=OPERATION_SECONDS)

    def add_faults(self, host: str, **faults: Any) -> None:
        self.simulator.control("PATCH", f"appliances/{host}/faults", faults)

    def clear_faults(self, host: str, *names: str) -> None:
        kept = self.truth(host)["faults"]
        left = {name: value for name, value in kept.items() if name not in names}
        self.simulator.faults(host, **left)

    def set(self, host: str, **values: Any) -> None:
        """Fields of an appliance, as they are given."""
        self.simulator.control("PATCH", f"appliances/{host}", values)


@contextmanager
def opened() -> Iterator[Stage]:
    """A simulator on a free loopback port, in a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        simulator = Simulator(folder, key=secrets.token_urlsafe(24), tied=True, **QUICK)
        with simulator:
            yield Stage(simulator)
