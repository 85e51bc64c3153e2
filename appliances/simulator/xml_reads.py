"""What the XML command API can be asked."""

from datetime import UTC, datetime

from appliances.simulator import cluster, doors, faults, people, seeds, versions
from appliances.simulator.markup import element, text
from appliances.simulator.messages import Request
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused

SCHEMA = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    + "".join(
        f'<xs:element name="{name}"/>'
        for name in (
            "api_information", "health_check", "appliances", "connected_client_list",
            "connected_clients", "logged_in_reps", "support_teams", "success", "error",
        )
    )
    + "</xs:schema>"
)  # fmt: skip


def moment(at: float) -> str:
    """ISO 8601 with milliseconds and +0000, without a colon."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def api_info(park: Park, request: Request, appliance: dict) -> str:
    company = text("company_name", appliance["company_name"])
    return element(
        "api_information",
        text("api_version", versions.api_version(appliance["product"])),
        "" if versions.at_least(appliance["product"], "24.3") else company,
        text("timestamp", int(doors.own_time(park, appliance))),
        element("permissions", *_permissions(request.caller)),
    )


def _permissions(caller: doors.Caller) -> list[str]:
    """Of the account, or what a user of the old way amounts to."""
    old = {"perm_command": "full_access", "perm_backup": True}
    has = old if caller.account is None else caller.account
    return [
        text("permission", int(value) if isinstance(value, bool) else value, name=key)
        for key, value in has.items()
        if key.startswith("perm_")
    ]


def health(park: Park, request: Request, appliance: dict) -> str:
    bad = faults.take(appliance, "health_bad", request.path)
    sentence = "Simulated: storage service is not responding." if bad is True else bad
    version = f"{appliance['product']} ({appliance['build']}-{appliance['hash']})"
    shared = text("ip", appliance["shared_ip"]) if appliance["shared_ip_enabled"] else ""
    return element(
        "health_check",
        text("appliance", appliance["hostname"], id=doors.guid(appliance, request)),
        text("version", version),
        text("success", 0 if bad else 1),
        text("error_message", sentence) if bad else "",
        text("failover_role", doors.role(park, appliance)),
        element("enabled_shared_ips", shared) if shared else "",
        *_sync(park, appliance),
    )


def _sync(park: Park, appliance: dict) -> list[str]:
    at = doors.last_sync(park, appliance)
    if appliance["failover_role"] == "none" or at is None:
        return []
    return [
        text("last_data_sync_time", moment(at), ts=int(at)),
        text("last_data_sync_status", appliance["last_sync_status"]),
    ]


def appliances(park: Park, request: Request, appliance: dict) -> str:
    rows = []
    for node in park.cluster_of(appliance):
        guid = doors.guid(node, request) if node is appliance else node["guid"]
        rows.append(
            element(
                "appliance",
                text("name", node["hostname"]),
                text("public_hostname", node["public_name"]),
                text("cluster_role", cluster_role(node)),
                text("failover_role", doors.role(park, node)),
                text("accepting_connections", int(cluster.listed(appliance, node))),
                text("timezone_offset", node["timezone_offset"]),
                id=guid,
            )
        )
    return element("appliances", *rows)


def cluster_role(appliance: dict) -> str:
    """Newer releases say primary where older ones say master."""
    new = versions.at_least(appliance["product"], "23.1")
    return "primary" if new and appliance["cluster_role"] == "master" else appliance["cluster_role"]


def _types(fields: dict[str, str]) -> tuple[str, ...]:
    asked = fields.get("type", "all") or "all"
    if asked == "all":
        return people.TYPES
    types = tuple(asked.split(","))
    if unknown := set(types) - set(people.TYPES):
        raise Refused(f"Unknown client type {', '.join(sorted(unknown))}.")
    return types


def client_list(park: Park, request: Request, appliance: dict) -> str:
    fields = request.fields()
    types, now = _types(fields), park.now(appliance)
    summaries, rows = [], []
    for node in park.cluster_of(appliance):
        counted = park.connected(node)
        counts = [text("count", counted.get(kind, 0), type=kind) for kind in types]
        if fields.get("type", "all") in ("all", ""):
            online = people.online_jump_clients(node, now)
            counts.append(text("count", online, type="pinned_client"))
        summaries.append(element("appliance_summary", *counts, id=node["guid"]))
        rows += [
            element("connected_client", type=row["type"], id=row["id"])
            for row in people.rows(node, counted, now)
            if row["type"] in types
        ]
    summary = element("connected_client_summary", *summaries)
    only = fields.get("summary_only") == "1"
    return element("connected_client_list", summary, *([] if only else rows))


def clients(park: Park, request: Request, appliance: dict) -> str:
    fields = request.fields()
    types, now = _types(fields), park.now(appliance)
    ids = set(fields["id"].split(",")) if fields.get("id") else None
    if ids and len(ids) > 100:
        raise Refused("At most 100 ids can be asked for.")
    found = [
        _client(row)
        for node in park.cluster_of(appliance)
        for row in people.rows(node, park.connected(node), now)
        if row["type"] in types and (ids is None or row["id"] in ids)
    ]
    return element("connected_clients", *found)


def _client(row: dict) -> str:
    return element(
        f"connected_{row['type']}",
        text("hostname", row["hostname"]),
        text("platform", row["platform"], id="winNT-64"),
        text("timezone_offset", 0),
        text("connected_since", moment(row["since"]), ts=int(row["since"])),
        id=row["id"],
    )


def reps(park: Park, request: Request, appliance: dict) -> str:
    serving = park.serves(appliance)
    rows = [
        element(
            "rep",
            text("display_name", row["name"]),
            text("public_display_name", row["name"]),
            text("private_display_name", row["name"]),
            text("type", row["type"]),
            text("direct_link", f"https://{appliance['public_name']}/?rep={row['id']}"),
            text("logged_in_since", moment(row["since"]), ts=int(row["since"])),
            text("presentation_count", 0),
            text("support_session_count", row["sessions"]),
            text("showing_on_rep_list", 1),
            id=row["id"],
        )
        for row in people.logged_in(appliance, park.now(appliance), serving=serving)
    ]
    return element("logged_in_reps", *rows)


def teams(park: Park, request: Request, appliance: dict) -> str:
    members = [element("member", text("name", r["name"]), id=r["id"]) for r in appliance["reps"]]
    shown = element("members", *members) if request.fields().get("showmembers") == "1" else ""
    issue = element("issues", element("issue", text("title", "General"), id=1))
    return element(
        "support_teams", element("support_team", text("name", "Help"), issue, shown, id=1)
    )


def session_ids(park: Park, appliance: dict) -> list[str]:
    epoch = appliance["sessions_lost_at"]
    usual = appliance["clients"].get("support_customer", 0)
    ids = [seeds.hexes(32, appliance["hostname"], "session", i, epoch) for i in range(usual)]
    return [lsid for lsid in ids if lsid not in appliance["terminated"]]
