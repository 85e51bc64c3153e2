"""One appliance measured: what checks judge and snapshots keep. Reads only, outside transactions.

What an appliance cannot tell, or did not answer, is None: it stops nobody.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from appliances.drivers.base import Driver
from appliances.drivers.values import AccountState, ApplianceRow, ClientCounts, Jumpoint
from appliances.models import Appliance
from appliances.services import remote
from appliances.services.observations import Observation, Tally, Trouble

PAUSE_SECONDS = 0.5
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Measured:
    """`nodes` and `counts` are of the whole cluster, as the appliance that was asked lists them."""

    box: Appliance
    seen: Observation
    nodes: tuple[ApplianceRow, ...] | None = None
    counts: tuple[ClientCounts, ...] | None = None
    tally: Tally | None = None
    jumpoints: tuple[Jumpoint, ...] | None = None
    reps: int | None = None
    users: int | None = None
    teams: int | None = None
    account: AccountState | None = field(default=None, repr=False)

    @property
    def clients(self) -> ClientCounts | None:
        """Its own clients among those of the cluster."""
        return next((row for row in self.counts or () if row.guid == self.seen.guid), None)


def measure(box: Appliance, *, tries: int = 3, progress: Progress | None = None) -> Measured:
    """Ask one appliance everything that is read round a window. Never raises for its trouble.

    `progress` is called before each question, so that a lease of 60 s outlives any number of them
    (one takes at most 25 s); what it raises goes through.
    """
    seen = observe(box, tries=tries, progress=progress)
    if not seen.answered:
        return Measured(box, seen)

    def asked(question: Callable[[Driver], Any]) -> Any:
        if progress:
            progress(0)
        return _asked(box, question)

    if box.cluster_role == Appliance.ClusterRole.TRAFFIC:  # it holds no settings and no clients'
        return Measured(box, seen, counts=asked(lambda driver: driver.client_counts()))
    return Measured(
        box,
        seen,
        nodes=asked(lambda driver: driver.appliances()),
        counts=asked(lambda driver: driver.client_counts()),
        tally=_tally(box, progress),
        jumpoints=asked(lambda driver: driver.jumpoints()),
        reps=asked(lambda driver: len(driver.logged_in())),
        users=asked(lambda driver: driver.users()),
        teams=asked(lambda driver: driver.teams()),
        account=asked(lambda driver: _own(box, driver.api_accounts())),
    )


def glance(box: Appliance, *, counted: bool = False) -> Measured:
    """Who it is and how it stands, a master's list of its nodes; `counted`: and the numbers of its
    configuration. What the hourly read asks."""
    seen = remote.observe(box)
    if not seen.answered or box.cluster_role == Appliance.ClusterRole.TRAFFIC:
        return Measured(box, seen)
    master = box.cluster_role == Appliance.ClusterRole.MASTER
    return Measured(
        box,
        seen,
        nodes=_asked(box, lambda driver: driver.appliances()) if master else None,
        users=_asked(box, lambda driver: driver.users()) if counted else None,
        teams=_asked(box, lambda driver: driver.teams()) if counted else None,
    )


def observe(box: Appliance, *, tries: int = 3, progress: Progress | None = None) -> Observation:
    """A single lost packet is no reason to call a person."""
    for left in range(max(tries, 1), 0, -1):
        if progress:
            progress(0)
        seen = remote.observe(box)
        if seen.kind != "unreachable" or left == 1:
            break
        time.sleep(PAUSE_SECONDS)
    return seen


def _asked(box: Appliance, question: Callable[[Driver], Any]) -> Any:
    try:
        with remote.asking(box) as driver:
            return question(driver)
    except Trouble:
        return None


def _tally(box: Appliance, progress: Progress | None) -> Tally | None:
    if progress:
        progress(0)
    try:
        return remote.client_tally(box, progress=progress)
    except Trouble:
        return None


def _own(box: Appliance, accounts: Iterable[AccountState]) -> AccountState | None:
    return next((one for one in accounts if one.client_id == box.client_id), None)
