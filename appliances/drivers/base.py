"""The appliance as the portal sees it: one protocol, spoken by several drivers.

A driver is built for one piece of work and thrown away: all its calls go to the machine that the
name pointed to at the first one. None has a verb that interrupts an appliance's service other
than `set_failover_role` and `log_out`; installing is a person's, in the appliance's own pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from appliances.drivers.values import (
    Accepted,
    AccountState,
    ApiInfo,
    ApplianceRow,
    BackupFile,
    Changed,
    ClientCounts,
    Health,
    Installer,
    JumpClient,
    JumpClientSummary,
    Jumpoint,
    Representative,
    Role,
)

Dialect = Literal["xml", "json", "none"]
Auth = Literal["old", "oauth"]


@dataclass(frozen=True)
class Connection:
    """How to reach one appliance, and which one it should be.

    `account` is the client id of an API account ("oauth") or a user name ("old"). `guid` empty
    means not known yet: such an appliance can be asked, never told. `pin`: SHA-256 print of its
    certificate. `private_allowed`: staff have approved its network (and the installation must).
    """

    host: str
    guid: str = ""
    dialect: Dialect = "xml"
    auth: Auth = "oauth"
    account: str = ""
    secret: str = field(default="", repr=False)
    simulated: bool = False
    pin: str = ""
    private_allowed: bool = False


class Writable(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Driver(Protocol):
    """Every method raises DriverError (errors.py). Those that change something, and the backup,
    call `confirm` first, on the same machine."""

    def alive(self) -> bool:
        """The unauthenticated probe: up or down, without identity and without a credential."""

    def health(self) -> Health:
        """Whoever answers. An unhealthy appliance is an answer, not an error."""

    def confirm(self) -> Health:
        """Health of the expected appliance. Raises WrongAppliance."""

    def api_info(self) -> ApiInfo: ...

    def appliances(self) -> tuple[ApplianceRow, ...]: ...

    def client_counts(self) -> tuple[ClientCounts, ...]:
        """One entry a node, from the totals, not from the list of clients."""

    def logged_in(self) -> tuple[Representative, ...]: ...

    def jump_clients(self) -> Iterator[JumpClient]:
        """Page after page of 100, asked as the iterator is read."""

    def jump_client_summary(self) -> JumpClientSummary: ...

    def jumpoints(self) -> tuple[Jumpoint, ...]: ...

    def api_accounts(self) -> tuple[AccountState, ...]: ...

    def users(self) -> int | None:
        """How many accounts of people there are; None if it does not say. `teams` likewise."""

    def teams(self) -> int | None: ...

    def installers(self) -> tuple[Installer, ...]: ...

    def create_installer(
        self,
        *,
        jump_group_id: int,
        jump_group_type: str = "shared",
        name: str = "",
        tag: str = "",
        comments: str = "",
        connection_type: str = "active",
        valid_minutes: int = 1440,
    ) -> Installer: ...

    def log_out(self, representative_id: str) -> None: ...

    def set_failover_role(
        self, role: Role, *, data_sync_first: bool = False, force: bool = False
    ) -> Accepted | Changed: ...

    def take_backup(
        self, stream: Writable, *, limit: int, password: str | None = None
    ) -> BackupFile:
        """Write the backup to the stream. After an error the stream's content is worthless."""
