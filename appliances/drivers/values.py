"""What an appliance says about itself. All texts are cleaned and cut; all instants are in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Role = Literal["primary", "backup"]


@dataclass(frozen=True)
class Health:
    """`healthy` is the appliance's own verdict. The sync fields are filled only on the primary of
    a pair (JSON) or inside a pair (XML). The base version is in no API. `cluster_role` is single,
    primary or traffic, or empty in the XML API. `certificate_ends_at` comes from the TLS
    handshake and is None under a pin and with the simulator."""

    version: str
    build: str
    guid: str
    hostname: str
    healthy: bool
    message: str = ""
    failover_role: str = ""
    shared_ips: tuple[str, ...] = ()
    last_sync_at: datetime | None = None
    last_sync_status: str = ""
    cluster_role: str = ""
    certificate_ends_at: datetime | None = None


@dataclass(frozen=True)
class ApiInfo:
    """`version` is that of the command API. `clock_offset`: the appliance's clock minus ours, in
    seconds, None if it did not tell; half a round trip is not taken off."""

    version: str
    clock_offset: float | None
    permissions: Mapping[str, str] = field(default_factory=dict)
    product: str = ""


@dataclass(frozen=True)
class ApplianceRow:
    """One node of a site. `cluster_role`: single, primary (older texts: master) or traffic.
    `timezone_offset` in seconds."""

    guid: str
    name: str
    public_hostname: str
    cluster_role: str
    failover_role: str
    accepting_connections: bool
    timezone_offset: int | None


@dataclass(frozen=True)
class ClientCounts:
    """Connected clients of one node, by the type names of the dialect that was asked."""

    guid: str
    by_type: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_type.values())


@dataclass(frozen=True)
class JumpClient:
    """Only Jump Clients in shared Jump Groups are listed by an appliance."""

    id: int
    name: str
    hostname: str
    connection_type: str
    needs_update: bool
    lost: bool
    disabled: bool
    last_connected_at: datetime | None
    last_disconnected_at: datetime | None
    operating_system: str = ""
    tag: str = ""
    jump_group_id: int | None = None

    @property
    def online(self) -> bool:
        """Connected at its last change; a passive one is so only for seconds at a time."""
        if self.last_connected_at is None:
            return False
        ended = self.last_disconnected_at
        return ended is None or self.last_connected_at > ended


@dataclass(frozen=True)
class JumpClientSummary:
    """Every Jump Client once: total = updated + online_queued + offline + lost + uninstalled.

    `needs_update` = online_queued + offline + those of the lost that still need it, as
    `lost_needing_update` says. `passive` counts across all the others.
    """

    total: int = 0
    updated: int = 0
    online_queued: int = 0
    offline: int = 0
    lost: int = 0
    uninstalled: int = 0
    lost_needing_update: int = 0
    passive: int = 0

    @property
    def needs_update(self) -> int:
        return self.online_queued + self.offline + self.lost_needing_update


@dataclass(frozen=True)
class Jumpoint:
    id: int
    name: str
    platform: str
    enabled: bool
    connected: bool
    clustered: bool


@dataclass(frozen=True)
class Installer:
    """A deployment package of Jump Clients. `installer_id` and `key` are secrets of deployment:
    `key` is told once, on creation."""

    id: int
    installer_id: str
    name: str
    jump_group_id: int | None
    jump_group_type: str
    connection_type: str
    tag: str
    comments: str
    expires_at: datetime | None
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class AccountState:
    """How the API account stands that we ask with. After too many wrong secrets it is locked."""

    client_id: str
    enabled: bool
    failed_attempts: int
    locked_until: datetime | None


@dataclass(frozen=True)
class Representative:
    """A logged-in person. `id` is valid only for this login."""

    id: str
    name: str
    type: str
    since: datetime | None
    sessions: int


@dataclass(frozen=True)
class Accepted:
    """The appliance began (a data sync first): ask both appliances until the roles have moved."""

    message: str


@dataclass(frozen=True)
class Changed:
    """The appliance says that its role has changed. Believe it when both appliances agree."""

    message: str


@dataclass(frozen=True)
class BackupFile:
    """A backup that has been written to the caller's stream."""

    sha256: str
    size: int
    name: str
