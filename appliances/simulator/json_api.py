"""The command API v2: JSON, health as 500 with the full body, 403 and 422 as they are."""

from collections.abc import Callable

from appliances.simulator import accounts, cluster, doors, failover, faults, oauth, people, xml_acts
from appliances.simulator.clock import rfc3339
from appliances.simulator.messages import Request, Response, as_json, html
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused
from appliances.simulator.xml_reads import cluster_role

BASE = "/api/command/v2"
NOT_FOUND = {"message": "Not found"}


def answer(park: Park, request: Request, appliance: dict) -> Response:
    if not oauth.speaks(park, appliance, "v2_from"):
        return html("<h1>Document Not Found</h1>", 404)
    caller = doors.enter(park, request, appliance)
    if isinstance(caller, Response):
        return caller
    response = _answer(park, request, appliance, caller)
    response.headers |= caller.headers
    return response


def _answer(park: Park, request: Request, appliance: dict, caller: doors.Caller) -> Response:
    pattern, arguments = _route(request.path[len(BASE) :].strip("/"))
    methods = ROUTES.get(pattern)
    if methods is None:
        return as_json(NOT_FOUND, 404)
    allow = {"Allow": ", ".join([*methods, "HEAD", "OPTIONS"])}
    if request.method == "OPTIONS":
        return Response(204, headers=allow)
    method = "GET" if request.method == "HEAD" else request.method
    if method not in methods:
        return as_json({"message": "Method not allowed"}, 405, allow)
    has = accounts.has(appliance, caller.account, "perm_command")
    if has == "deny" or (method != "GET" and has != "full_access"):
        return as_json({"message": "Forbidden"}, 403)
    if unknown := set(request.query) - KNOWN.get(pattern, set()):
        return as_json({"message": f"Unknown parameter: {', '.join(sorted(unknown))}"}, 400)
    if method != "GET" and (appliance["operation"] or {}).get("kind") == "swap":
        return as_json({"message": "A data synchronization is in progress."}, 500)
    return methods[method](park, request, appliance, *arguments)


def _route(path: str) -> tuple[str, list[str]]:
    """client/42/connections -> the pattern client/*/connections and ["42"]."""
    parts = path.split("/")
    if len(parts) >= 2 and parts[0] in ("client", "user", "session"):
        return "/".join([parts[0], "*", *parts[2:]]), [parts[1]]
    return path, []


def _info(park: Park, request: Request, appliance: dict) -> Response:
    authorization = request.headers.get("authorization", "")
    account = accounts.bearer(park, appliance, authorization, request.address)
    body = {
        "permissions": {key: value for key, value in account.items() if key.startswith("perm_")},
        "current_time": rfc3339(doors.own_time(park, appliance)),
        "command_api_version": "2.0.0",
        "config_api_version": "1.10.0",
        "reporting_api_version": "1.24.1",
        "backup_api_version": "1.0.0",
        "product": "rs",
    }
    return as_json(body)


def _health(park: Park, request: Request, appliance: dict) -> Response:
    """Sync fields only on the primary of a pair."""
    bad = faults.take(appliance, "health_bad", request.path)
    primary = appliance["failover_role"] == "primary"
    body = {
        "version": appliance["product"],
        "build": appliance["build"],
        "appliance_hostname": appliance["hostname"],
        "appliance_id": doors.guid(appliance, request),
        "cluster_role": _cluster_role(appliance),
        "failover_role": doors.role(park, appliance),
        "enabled_shared_ips": [appliance["shared_ip"]] if appliance["shared_ip_enabled"] else None,
        "last_data_sync": rfc3339(doors.last_sync(park, appliance)) if primary else None,
        "last_data_sync_status": appliance["last_sync_status"] or None if primary else None,
    }
    if not bad:
        return as_json(body)
    sentence = "Simulated: storage service is not responding." if bad is True else bad
    return as_json(body | {"message": sentence}, 500)


def _cluster_role(appliance: dict) -> str:
    return "primary" if appliance["cluster_role"] == "master" else cluster_role(appliance)


def _appliances(park: Park, request: Request, appliance: dict) -> Response:
    return as_json(
        [
            {
                "id": doors.guid(node, request) if node is appliance else node["guid"],
                "name": node["hostname"],
                "public_hostname": node["public_name"],
                "cluster_role": _cluster_role(node),
                "failover_role": doors.role(park, node),
                "accepting_connections": cluster.listed(appliance, node),
                "timezone_offset": node["timezone_offset"],
            }
            for node in park.cluster_of(appliance)
        ]
    )


def _client_count(park: Park, request: Request, appliance: dict) -> Response:
    asked = request.query.get("type")
    types = asked.split(",") if asked else people.TYPES
    return as_json(
        [
            {"id": node["guid"]} | {kind: park.connected(node).get(kind, 0) for kind in types}
            for node in park.cluster_of(appliance)
        ]
    )


def _client_rows(park: Park, appliance: dict) -> list[dict]:
    """A representative's console carries its user, who can be logged out by that id."""
    reps = people.logged_in(appliance, park.now(appliance), serving=park.serves(appliance))
    found = []
    for row in people.rows(appliance, park.connected(appliance), park.now(appliance)):
        client = {key: row[key] for key in ("id", "type", "hostname", "platform")}
        client["timezone_offset"] = 0
        if row["type"] == "representative" and row["index"] < len(reps):
            rep = reps[row["index"]]
            client |= {
                "user_id": rep["id"],
                "user_type": "normal",
                "username": rep["name"].lower().replace(" ", "."),
                "display_name": rep["name"],
                "session_count": rep["sessions"],
                "session_lsids": [],
            }
        found.append(client)
    return found


def _clients(park: Park, request: Request, appliance: dict) -> Response:
    asked = request.query.get("type")
    rows = _client_rows(park, appliance)
    return as_json([row for row in rows if not asked or row["type"] in asked.split(",")])


def _client(park: Park, request: Request, appliance: dict, client_id: str) -> Response:
    row = next((r for r in _client_rows(park, appliance) if r["id"] == client_id), None)
    return as_json(NOT_FOUND, 404) if row is None else as_json(row)


def _connections(park: Park, request: Request, appliance: dict, client_id: str) -> Response:
    rows = people.rows(appliance, park.connected(appliance), park.now(appliance))
    row = next((one for one in rows if one["id"] == client_id), None)
    if row is None:
        return as_json(NOT_FOUND, 404)
    since = rfc3339(row["since"])
    connection = {
        "appliance_id": appliance["guid"],
        "purpose": "traffic" if appliance["cluster_role"] == "traffic" else "primary",
        "receive_traffic_node": None,
        "connected_since": since,
        "private_ip": "10.0.0.9",
    }
    events = [{"time": since, "message": "Connected"}]
    return as_json({"id": client_id, "connections": [connection], "events": events})


def _users(park: Park, request: Request, appliance: dict) -> Response:
    reps = people.logged_in(appliance, park.now(appliance), serving=park.serves(appliance))
    return as_json(
        [
            {
                "id": row["id"],
                "type": row["type"].lower(),
                "display_name": row["name"],
                "logged_in_since": rfc3339(row["since"]),
                "session_count": row["sessions"],
            }
            for row in reps
        ]
    )


def _logout(park: Park, request: Request, appliance: dict, user_id: str) -> Response:
    try:
        xml_acts.log_out(park, appliance, user_id)
    except Refused:
        return as_json(NOT_FOUND, 404)
    return Response(204)


def _failover_role(park: Park, request: Request, appliance: dict) -> Response:
    try:
        body = request.json()
    except ValueError:
        return as_json({"message": "The body cannot be read"}, 400)
    errors = {
        key: ["must be true or false"]
        for key in ("data_sync_first", "force")
        if not isinstance(body.get(key, False), bool)
    }
    if body.get("role") not in ("primary", "backup"):
        errors["role"] = ["must be primary or backup"]
    if errors:
        return as_json({"message": "The given data is not valid.", "errors": errors}, 422)
    sync, force = body.get("data_sync_first", False), body.get("force", False)
    try:
        message = failover.become(park, appliance, body["role"], sync_first=sync, force=force)
    except Refused as refusal:
        return as_json({"message": str(refusal)}, 500)
    return as_json({"message": message})


ROUTES: dict[str, dict[str, Callable[..., Response]]] = {
    "info": {"GET": _info},
    "health": {"GET": _health},
    "appliance": {"GET": _appliances},
    "appliance/client-count": {"GET": _client_count},
    "client": {"GET": _clients},
    "client/*": {"GET": _client},
    "client/*/connections": {"GET": _connections},
    "user": {"GET": _users},
    "user/*/logout": {"POST": _logout},
    "failover-role": {"POST": _failover_role},
}
KNOWN = {"appliance/client-count": {"type"}, "client": {"type"}}
