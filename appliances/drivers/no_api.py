"""An appliance without an API account: everything is a person's."""

from collections.abc import Iterator
from typing import NoReturn

from appliances.drivers.base import Writable
from appliances.drivers.errors import NotSupported
from appliances.drivers.values import Role


class NoApiDriver:
    """Answers every question the same way, without a call."""

    def alive(self) -> NoReturn:
        _refuse()

    def health(self) -> NoReturn:
        _refuse()

    def confirm(self) -> NoReturn:
        _refuse()

    def api_info(self) -> NoReturn:
        _refuse()

    def appliances(self) -> NoReturn:
        _refuse()

    def client_counts(self) -> NoReturn:
        _refuse()

    def logged_in(self) -> NoReturn:
        _refuse()

    def jump_clients(self) -> Iterator[NoReturn]:
        _refuse()

    def jump_client_summary(self) -> NoReturn:
        _refuse()

    def jumpoints(self) -> NoReturn:
        _refuse()

    def api_accounts(self) -> NoReturn:
        _refuse()

    def users(self) -> NoReturn:
        _refuse()

    def teams(self) -> NoReturn:
        _refuse()

    def installers(self) -> NoReturn:
        _refuse()

    def create_installer(self, *, jump_group_id: int, **options: object) -> NoReturn:
        _refuse()

    def log_out(self, representative_id: str) -> NoReturn:
        _refuse()

    def set_failover_role(
        self, role: Role, *, data_sync_first: bool = False, force: bool = False
    ) -> NoReturn:
        _refuse()

    def take_backup(self, stream: Writable, *, limit: int, password: str | None = None) -> NoReturn:
        _refuse()


def _refuse() -> NoReturn:
    raise NotSupported("this appliance has no API account")
