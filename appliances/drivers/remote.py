"""What both dialects share: identity, and the APIs beside the command API."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from appliances.drivers import backup, configuration
from appliances.drivers.base import Writable
from appliances.drivers.errors import ProtocolError, WrongAppliance
from appliances.drivers.session import Call, Session
from appliances.drivers.values import (
    AccountState,
    BackupFile,
    Health,
    Installer,
    JumpClient,
    JumpClientSummary,
    Jumpoint,
)


class Remote(ABC):
    """The part of a Driver that does not depend on the dialect."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @abstractmethod
    def health(self) -> Health:
        """As the dialect tells it."""

    def alive(self) -> bool:
        response = self.session.anonymous(Call("GET", "/check_health"))
        if response.status not in (200, 500) or b"<html" in response.body[:1024].lower():
            raise ProtocolError(f"status {response.status} of the probe")
        return response.status == 200

    def confirm(self) -> Health:
        health = self.health()
        expected = self.session.connection.guid.replace("-", "").lower()
        if not expected or health.guid != expected:
            raise WrongAppliance(expected, health.guid)
        return health

    def jump_clients(self) -> Iterator[JumpClient]:
        return configuration.jump_clients(self.session)

    def jump_client_summary(self) -> JumpClientSummary:
        return configuration.summarise(self.jump_clients())

    def jumpoints(self) -> tuple[Jumpoint, ...]:
        return configuration.jumpoints(self.session)

    def api_accounts(self) -> tuple[AccountState, ...]:
        return configuration.api_accounts(self.session)

    def users(self) -> int | None:
        return configuration.count(self.session, "/user")

    def teams(self) -> int | None:
        return configuration.count(self.session, "/team")

    def installers(self) -> tuple[Installer, ...]:
        return configuration.installers(self.session)

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
    ) -> Installer:
        self.confirm()
        asked = {
            "jump_group_id": jump_group_id,
            "jump_group_type": jump_group_type,
            "name": name,
            "tag": tag,
            "comments": comments,
            "connection_type": connection_type,
            "valid_duration": valid_minutes,
        }
        return configuration.create_installer(self.session, asked)

    def take_backup(
        self, stream: Writable, *, limit: int, password: str | None = None
    ) -> BackupFile:
        self.confirm()
        return backup.take(self.session, stream, limit=limit, password=password)
