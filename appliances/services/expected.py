"""What a job under way makes otherwise at its site than at rest, and what is known of its next
window: said by upgrades, heeded by checks and drift."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Expected:
    """`related`: the failover relationship stands. `level`: no hop is half done. `flags`: the nodes
    accept as recorded at rest. `roles`: failover roles are as recorded. `syncs`: the job itself has
    the data synchronised. `takes_down`: nodes that are changed next and were drained, so that
    nobody may be connected; `unticked`: those of them that the job had stop accepting. `releases`:
    a product comes next for which every client must have followed the last. `products`: by
    appliance, versions that the job itself installs. `window`: minutes needed at worst, minutes
    there are. `differences`: values of earlier windows that nobody looked at yet. `keys`: a step of
    the job has the keys of both appliances compared; `keys_at`: when it was done.
    """

    related: bool = True
    level: bool = True
    flags: bool = True
    roles: bool = True
    syncs: bool = False
    releases: bool = True
    takes_down: frozenset[Any] = frozenset()
    unticked: frozenset[Any] = frozenset()
    products: dict[Any, frozenset[str]] = field(default_factory=dict)
    window: tuple[int, int] | None = None
    interim_since: datetime | None = None
    interim_days: int | None = None
    differences: int = 0
    keys: bool = False
    keys_at: datetime | None = None
