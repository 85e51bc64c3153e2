"""The JSON command API, version 2: an unhealthy appliance answers 500 with the whole body."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from appliances.drivers import scalars
from appliances.drivers.answers import api_error, read_json
from appliances.drivers.errors import ApiError, NotSupported, ProtocolError, answered
from appliances.drivers.remote import Remote
from appliances.drivers.session import JSON, Call, Session
from appliances.drivers.values import (
    Accepted,
    ApiInfo,
    ApplianceRow,
    Changed,
    ClientCounts,
    Health,
    Representative,
    Role,
)
from portal import egress

BASE = "/api/command/v2"
NAMED_IN_HEALTH = ("appliance_id", "version", "failover_role")


class JsonDriver(Remote):
    def __init__(self, session: Session, now: Callable[[], datetime] | None = None) -> None:
        super().__init__(session)
        self._now = now or (lambda: datetime.now(UTC))

    def health(self) -> Health:
        response = self.session.call(Call("GET", f"{BASE}/health", accept=JSON))
        # The body of an unhealthy appliance is whole; other failures only look like it by status.
        told = scalars.mapping(
            read_json(response) if response.status == 500 else self._read(response)
        )
        if not any(name in told for name in NAMED_IN_HEALTH):
            raise api_error(response) if response.status == 500 else ProtocolError("no health")
        return _health(told, response)

    def api_info(self) -> ApiInfo:
        told = scalars.mapping(self._get("/info"))
        now = self._now()
        if "command_api_version" not in told and "permissions" not in told:
            raise ProtocolError("not an API information")
        theirs = scalars.moment(told.get("current_time"))
        granted = scalars.mapping(told.get("permissions"))
        return ApiInfo(
            version=scalars.text(told.get("command_api_version")),
            clock_offset=(theirs - now).total_seconds() if theirs else None,
            permissions={scalars.text(name): scalars.text(may) for name, may in granted.items()},
            product=scalars.text(told.get("product")),
        )

    def appliances(self) -> tuple[ApplianceRow, ...]:
        return tuple(
            ApplianceRow(
                guid=scalars.guid(one.get("id")),
                name=scalars.text(one.get("name")),
                public_hostname=scalars.text(one.get("public_hostname")),
                cluster_role=scalars.cluster_role(one.get("cluster_role")),
                failover_role=scalars.text(one.get("failover_role")).lower(),
                accepting_connections=scalars.truth(one.get("accepting_connections")),
                timezone_offset=scalars.integer(one.get("timezone_offset")),
            )
            for one in self._list("/appliance")
        )

    def client_counts(self) -> tuple[ClientCounts, ...]:
        """The type names are not documented for Remote Support: every whole number counts."""
        return tuple(
            ClientCounts(
                guid=scalars.guid(one.get("id")),
                by_type={
                    scalars.text(name): scalars.count(number)
                    for name, number in one.items()
                    if name != "id" and scalars.integer(number) is not None
                },
            )
            for one in self._list("/appliance/client-count")
        )

    def logged_in(self) -> tuple[Representative, ...]:
        return tuple(
            Representative(
                id=scalars.text(one.get("id")),
                name=scalars.text(one.get("display_name")),
                type=scalars.text(one.get("type")).lower(),
                since=scalars.moment(one.get("logged_in_since")),
                sessions=scalars.count(one.get("session_count")),
            )
            for one in self._list("/user")
        )

    def log_out(self, representative_id: str) -> None:
        if not representative_id.isascii() or not representative_id.isdigit():
            raise ApiError("not the id of a logged-in person")
        self.confirm()
        path = f"{BASE}/user/{representative_id}/logout"
        response = self.session.call(Call("POST", path, content={}, accept=JSON, changes=True))
        if response.status not in (200, 204):
            raise api_error(response, changes=True)

    def set_failover_role(
        self, role: Role, *, data_sync_first: bool = False, force: bool = False
    ) -> Accepted | Changed:
        self.confirm()
        content = {"role": role, "data_sync_first": data_sync_first, "force": force}
        call = Call("POST", f"{BASE}/failover-role", content=content, accept=JSON, changes=True)
        response = self.session.call(call)
        if response.status != 200:
            raise api_error(response, changes=True)
        with answered(changes=True):
            told = scalars.mapping(read_json(response))
            if "message" not in told:
                raise ProtocolError("no message about the role")
        message = scalars.text(told["message"], scalars.TEXT_LENGTH)
        return Accepted(message) if data_sync_first else Changed(message)

    def _get(self, path: str) -> object:
        return self._read(self.session.call(Call("GET", f"{BASE}{path}", accept=JSON)))

    def _list(self, path: str) -> list[Mapping[str, object]]:
        listed = self._get(path)
        if not isinstance(listed, list):
            raise ProtocolError("not a list")
        return scalars.rows(listed)

    def _read(self, response: egress.Response) -> object:
        if response.status == 404:
            raise NotSupported("no JSON command API on this version")
        if response.status != 200:
            raise api_error(response)
        return read_json(response)


def _health(told: Mapping[str, object], response: egress.Response) -> Health:
    version, build = scalars.version_and_build(told.get("version"))
    shared = told.get("enabled_shared_ips")
    return Health(
        version=version,
        build=scalars.text(told.get("build")) or build,
        guid=scalars.guid(told.get("appliance_id")),
        hostname=scalars.text(told.get("appliance_hostname")),
        healthy=response.status == 200,
        message=scalars.text(told.get("message"), scalars.TEXT_LENGTH),
        failover_role=scalars.text(told.get("failover_role")).lower(),
        shared_ips=tuple(map(scalars.text, shared)) if isinstance(shared, list) else (),
        last_sync_at=scalars.moment(told.get("last_data_sync")),
        last_sync_status=scalars.text(told.get("last_data_sync_status")),
        cluster_role=scalars.cluster_role(told.get("cluster_role")),
        certificate_ends_at=response.certificate_ends_at,
    )
