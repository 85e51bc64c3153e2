"""The XML command API: every version has it; errors come with status 200."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from appliances.drivers import scalars
from appliances.drivers.errors import Forbidden, ProtocolError, answered
from appliances.drivers.remote import Remote
from appliances.drivers.session import Call, Session
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
from appliances.drivers.xml_answers import (
    attribute,
    child,
    children,
    local_name,
    parse,
    read,
    refusal,
    value,
)
from portal import egress

# The full name first; the plain element is of the oldest versions.
_NAMES = ("private_", "public_", "")
_STARTED = re.compile(r"start|begun|when .*(finish|complet)|in progress|queued", re.I)


class XmlDriver(Remote):
    def __init__(self, session: Session, now: Callable[[], datetime] | None = None) -> None:
        super().__init__(session)
        self._now = now or (lambda: datetime.now(UTC))
        # As for the backup: with user and password the old path first.
        old = session.connection.auth == "old"
        self._paths = ["/api/command.ns", "/api/command"] if old else ["/api/command"]

    def health(self) -> Health:
        response = self._ask("check_health")
        root = read(response, "health_check")
        version, build = scalars.version_and_build(value(root, "version"))
        appliance, synced = child(root, "appliance"), child(root, "last_data_sync_time")
        shared = child(root, "enabled_shared_ips")
        stamp = attribute(synced, "ts") or value(root, "last_data_sync_time")
        return Health(
            version=version,
            build=build,
            guid=scalars.guid(attribute(appliance, "id")),
            hostname=scalars.text(value(root, "appliance")),
            healthy=scalars.truth(value(root, "success")),
            message=scalars.text(value(root, "error_message"), scalars.TEXT_LENGTH),
            failover_role=scalars.text(value(root, "failover_role")).lower(),
            shared_ips=_addresses(shared),
            last_sync_at=scalars.moment(stamp),
            last_sync_status=scalars.text(value(root, "last_data_sync_status")),
            certificate_ends_at=response.certificate_ends_at,
        )

    def api_info(self) -> ApiInfo:
        response = self._ask("get_api_info")
        now = self._now()
        root = read(response, "api_information")
        theirs = scalars.moment(value(root, "timestamp"))
        granted = child(root, "permissions")
        return ApiInfo(
            version=scalars.text(value(root, "api_version")),
            clock_offset=(theirs - now).total_seconds() if theirs else None,
            permissions={
                scalars.text(attribute(one, "name")): scalars.text("".join(one.itertext()))
                for one in (children(granted, "permission") if granted is not None else ())
            },
        )

    def appliances(self) -> tuple[ApplianceRow, ...]:
        root = read(self._ask("get_appliances"), "appliances")
        return tuple(
            ApplianceRow(
                guid=scalars.guid(attribute(one, "id")),
                name=scalars.text(value(one, "name")),
                public_hostname=scalars.text(value(one, "public_hostname")),
                cluster_role=scalars.cluster_role(value(one, "cluster_role")),
                failover_role=scalars.text(value(one, "failover_role")).lower(),
                accepting_connections=scalars.truth(value(one, "accepting_connections")),
                timezone_offset=scalars.integer(value(one, "timezone_offset")),
            )
            for one in children(root, "appliance")
        )

    def client_counts(self) -> tuple[ClientCounts, ...]:
        asked = {"type": "all", "summary_only": "1"}
        root = read(self._ask("get_connected_client_list", asked), "connected_client_list")
        summary = child(root, "connected_client_summary")
        if summary is None:
            raise ProtocolError("no summary of connected clients")
        return tuple(
            ClientCounts(
                guid=scalars.guid(attribute(one, "id")),
                by_type={
                    scalars.text(attribute(entry, "type")): scalars.count(entry.text)
                    for entry in children(one, "count")
                },
            )
            for one in children(summary, "appliance_summary")
        )

    def logged_in(self) -> tuple[Representative, ...]:
        root = read(self._ask("get_logged_in_reps"), "logged_in_reps")
        return tuple(_representative(one) for one in children(root, "rep"))

    def log_out(self, representative_id: str) -> None:
        self.confirm()
        self._tell("logout_rep", {"rep_id": representative_id})

    def set_failover_role(
        self, role: Role, *, data_sync_first: bool = False, force: bool = False
    ) -> Accepted | Changed:
        self.confirm()
        asked = {"role": role, "data_sync_first": str(int(data_sync_first))}
        message = self._tell("set_failover_role", {**asked, "force": str(int(force))})
        if data_sync_first or _STARTED.search(message):
            return Accepted(message)
        return Changed(message)

    def _ask(
        self, action: str, fields: Mapping[str, str] | None = None, *, changes: bool = False
    ) -> egress.Response:
        form = {"action": action, **(fields or {})}
        for path in list(self._paths):
            response = self.session.call(Call("POST", path, form=form, changes=changes))
            if response.status != 404:
                self._paths = [path]
                return response
        # What the API answers when it is switched off or the account may not use it.
        raise Forbidden("Document Not Found")

    def _tell(self, action: str, fields: Mapping[str, str]) -> str:
        """A call that changes something; the appliance's own words about it."""
        response = self._ask(action, fields, changes=True)
        with answered(changes=True):
            return _success(parse(response))


def _success(root: Element) -> str:
    """The text of `success`, at the root or one below it: the wrapper is documented nowhere."""
    for one in [root, *root]:
        if local_name(one) == "success":
            return scalars.text("".join(one.itertext()), scalars.TEXT_LENGTH)
        if local_name(one) == "error":
            raise refusal("".join(one.itertext()))
    raise ProtocolError(f"neither success nor error in {local_name(root)[:40]!r}")


def _addresses(shared: Element | None) -> tuple[str, ...]:
    if shared is None:
        return ()
    found = (scalars.text("".join(one.itertext())) for one in children(shared, "ip"))
    return tuple(address for address in found if address)


def _representative(one: Element) -> Representative:
    since = child(one, "logged_in_since")
    name = next(filter(None, (value(one, f"{kind}display_name") for kind in _NAMES)), "")
    return Representative(
        id=scalars.text(attribute(one, "id")),
        name=scalars.text(name),
        type=scalars.text(value(one, "type")).lower(),
        since=scalars.moment(attribute(since, "ts") or value(one, "logged_in_since")),
        sessions=scalars.count(value(one, "support_session_count")),
    )
