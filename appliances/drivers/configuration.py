"""The Configuration API v1: Jump Clients, Jumpoints and installers, page by page."""

from collections.abc import Iterable, Iterator, Mapping

from appliances.drivers import scalars
from appliances.drivers.answers import api_error, read_json
from appliances.drivers.errors import NotSupported, ProtocolError, answered
from appliances.drivers.session import JSON, Call, Session
from appliances.drivers.values import (
    AccountState,
    Installer,
    JumpClient,
    JumpClientSummary,
    Jumpoint,
)

BASE = "/api/config/v1"
PER_PAGE = 100
MOST_PAGES = 2000
PAGES, TOTAL = "x-bt-pagination-last-page", "x-bt-pagination-total"


def jump_clients(session: Session) -> Iterator[JumpClient]:
    """Each Jump Client once, although pages move while they are read."""
    seen: set[int] = set()
    for row in _rows(session, "/jump-client"):
        client = _jump_client(row)
        if client.id not in seen:
            seen.add(client.id)
            yield client


def summarise(clients: Iterable[JumpClient]) -> JumpClientSummary:
    """Count every client in exactly one of the summary's five kinds."""
    counted = dict.fromkeys(JumpClientSummary.__dataclass_fields__, 0)
    for client in clients:
        counted["total"] += 1
        counted[kind_of(client)] += 1
        counted["lost_needing_update"] += kind_of(client) == "lost" and client.needs_update
        counted["passive"] += client.connection_type == "passive"
    return JumpClientSummary(**counted)


def kind_of(client: JumpClient) -> str:
    """uninstalled, lost, updated, online_queued (connected, update to come) or offline."""
    if client.connection_type == "uninstalled":
        return "uninstalled"
    if client.lost:
        return "lost"
    if not client.needs_update:
        return "updated"
    return "online_queued" if client.online else "offline"


def jumpoints(session: Session) -> tuple[Jumpoint, ...]:
    return tuple(
        Jumpoint(
            id=scalars.count(row.get("id")),
            name=scalars.text(row.get("name")),
            platform=scalars.text(row.get("platform")),
            enabled=scalars.truth(row.get("enabled")),
            connected=scalars.truth(row.get("connected")),
            clustered=scalars.truth(row.get("clustered")),
        )
        for row in _rows(session, "/jumpoint")
    )


def api_accounts(session: Session) -> tuple[AccountState, ...]:
    return tuple(
        AccountState(
            client_id=scalars.text(row.get("client_id")),
            enabled=scalars.truth(row.get("enabled")),
            failed_attempts=scalars.count(row.get("failed_login_attempts")),
            locked_until=scalars.moment(row.get("failed_login_expiration")),
        )
        for row in _rows(session, "/api-account")
    )


def count(session: Session, path: str) -> int | None:
    """How many rows a list has, from the first page's header; None if it does not say."""
    call = Call("GET", f"{BASE}{path}?per_page=1&current_page=1", accept=JSON)
    response = session.call(call)
    if response.status == 404:
        raise NotSupported("no configuration API on this version")
    if response.status != 200:
        raise api_error(response)
    return scalars.integer(response.headers.get(TOTAL, ""))


def installers(session: Session) -> tuple[Installer, ...]:
    return tuple(_installer(row) for row in _rows(session, "/jump-client/installer"))


def create_installer(session: Session, asked: Mapping[str, object]) -> Installer:
    """The new installer. Empty texts are left to the appliance's defaults."""
    content = {name: value for name, value in asked.items() if value != ""}
    path = f"{BASE}/jump-client/installer"
    response = session.call(Call("POST", path, content=content, accept=JSON, changes=True))
    if response.status == 404:
        raise NotSupported("no configuration API for installers on this version")
    if response.status not in (200, 201):
        raise api_error(response, changes=True)
    with answered(changes=True):
        installer = _installer(scalars.mapping(read_json(response)))
        if not installer.installer_id:
            raise ProtocolError("an installer without its identifier")
    return installer


def _rows(session: Session, path: str) -> Iterator[Mapping[str, object]]:
    """Every row of a list, a page at a time. Ends at the first page that is not full."""
    for page in range(1, MOST_PAGES + 1):
        call = Call("GET", f"{BASE}{path}?per_page={PER_PAGE}&current_page={page}", accept=JSON)
        response = session.call(call)
        if response.status == 404:
            raise NotSupported("no configuration API on this version")
        if response.status != 200:
            raise api_error(response)
        listed = read_json(response)
        if not isinstance(listed, list):
            raise ProtocolError("not a list")
        yield from scalars.rows(listed)
        last = scalars.integer(response.headers.get(PAGES, ""))
        if len(listed) < PER_PAGE if last is None else page >= last:
            return
    raise ProtocolError(f"more than {MOST_PAGES} pages")


def _jump_client(row: Mapping[str, object]) -> JumpClient:
    number = scalars.integer(row.get("id"))
    if number is None:
        raise ProtocolError("a Jump Client without id")
    return JumpClient(
        id=number,
        name=scalars.text(row.get("name")),
        hostname=scalars.text(row.get("hostname")),
        connection_type=scalars.text(row.get("connection_type")),
        needs_update=scalars.truth(row.get("needs_update")),
        lost=scalars.truth(row.get("is_lost")),
        disabled=scalars.text(row.get("unavailable_reason")) == "disabled",
        last_connected_at=scalars.moment(row.get("last_connect_timestamp")),
        last_disconnected_at=scalars.moment(row.get("last_disconnect_timestamp")),
        operating_system=scalars.text(row.get("operating_system")),
        tag=scalars.text(row.get("tag")),
        jump_group_id=scalars.integer(row.get("jump_group_id")),
    )


def _installer(row: Mapping[str, object]) -> Installer:
    return Installer(
        id=scalars.count(row.get("id")),
        installer_id=scalars.text(row.get("installer_id")),
        name=scalars.text(row.get("name")),
        jump_group_id=scalars.integer(row.get("jump_group_id")),
        jump_group_type=scalars.text(row.get("jump_group_type")),
        connection_type=scalars.text(row.get("connection_type")),
        tag=scalars.text(row.get("tag")),
        comments=scalars.text(row.get("comments"), scalars.TEXT_LENGTH),
        expires_at=scalars.moment(row.get("expiration_timestamp")),
        key=scalars.text(scalars.mapping(row.get("key_info")).get("encodedInfo"), 4096),
    )
