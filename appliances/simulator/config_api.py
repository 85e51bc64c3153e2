"""The configuration API v1: Jump Clients, installers, Jumpoints, public portals, accounts."""

from collections.abc import Callable
from urllib.parse import urlencode

from appliances.simulator import accounts, config_rows, configuration, doors, oauth
from appliances.simulator.messages import Request, Response, as_json, binary, html
from appliances.simulator.park import Park

BASE = "/api/config/v1"
NOT_FOUND = {"message": "Not found"}
PLATFORMS = frozenset(
    {
        "linux-64",
        "raspberry-pi-32-headless",
        "mac-dmg",
        "mac-zip",
        "windows-64-msi",
        "windows-32-msi",
    }
)
LISTS: dict[str, Callable[[Park, dict], list[dict]]] = {
    "jump-client": config_rows.jump_clients,
    "jump-client/installer": config_rows.installers,
    "jumpoint": config_rows.jumpoints,
    "public-portal": config_rows.public_portals,
    "api-account": config_rows.api_accounts,
    "user": config_rows.users,
    "team": config_rows.teams,
}
PAGING = frozenset({"per_page", "current_page"})


def answer(park: Park, request: Request, appliance: dict) -> Response:
    if not oauth.speaks(park, appliance, "config_from"):
        return html("<h1>Document Not Found</h1>", 404)
    caller = doors.enter(park, request, appliance)
    if isinstance(caller, Response):
        return caller
    if not accounts.has(appliance, caller.account, "perm_configuration"):
        response = as_json({"message": "Forbidden"}, 403)
    else:
        response = _answer(park, request, appliance)
    response.headers |= caller.headers
    return response


def _answer(park: Park, request: Request, appliance: dict) -> Response:
    path = request.path[len(BASE) :].strip("/")
    methods = _methods(path)
    if methods is None:
        return as_json(NOT_FOUND, 404)
    allow = {"Allow": ", ".join([*methods, "HEAD", "OPTIONS"])}
    if request.method == "OPTIONS":
        return Response(204, headers=allow)
    method = "GET" if request.method == "HEAD" else request.method
    if method not in methods:
        return as_json({"message": "Method not allowed"}, 405, allow)
    return methods[method](park, request, appliance, path)


def _methods(path: str) -> dict[str, Callable[..., Response]] | None:
    parts = path.split("/")
    if path in LISTS:
        creates = {"POST": _create_installer} if path.endswith("installer") else {}
        return {"GET": _list} | creates
    if path.startswith("jump-client/installer/"):
        return {"GET": _one, "DELETE": _delete} if len(parts) == 3 else {"GET": _download}
    if len(parts) == 3 and parts[0] == "jumpoint" and parts[2] == "node":
        return {"GET": _nodes}
    if len(parts) == 2 and parts[0] in LISTS:
        deletes = {"DELETE": _delete} if parts[0] == "jump-client" else {}
        return {"GET": _one} | deletes
    return None


def _list(park: Park, request: Request, appliance: dict, path: str) -> Response:
    return _paged(request, LISTS[path](park, appliance))


def _nodes(park: Park, request: Request, appliance: dict, path: str) -> Response:
    number = path.split("/")[1]
    row = next((one for one in appliance["jumpoints"] if str(one["id"]) == number), None)
    if row is None:
        return as_json(NOT_FOUND, 404)
    return _paged(request, config_rows.nodes(row, park.now(appliance)))


def _paged(request: Request, rows: list[dict]) -> Response:
    """Filters are exact, whatever the case, and all must hold; pages count from 1."""
    filters = {key: value for key, value in request.query.items() if key not in PAGING}
    if rows and (unknown := set(filters) - set(rows[0])):
        return as_json({"message": f"Unknown parameter: {', '.join(sorted(unknown))}"}, 401)
    found = [row for row in rows if all(_same(row[key], filters[key]) for key in filters)]
    try:
        size = int(request.query.get("per_page", 100))
        page = int(request.query.get("current_page", 1))
    except ValueError:
        size = 0
    if not 1 <= size <= 100 or page < 1:
        errors = {"per_page": ["must lie between 1 and 100"]}
        return as_json({"message": "The given data is not valid.", "errors": errors}, 422)
    last = max(1, -(-len(found) // size))
    headers = {
        "X-BT-Pagination-Current-Page": str(page),
        "X-BT-Pagination-Per-Page": str(size),
        "X-BT-Pagination-Last-Page": str(last),
        "X-BT-Pagination-Total": str(len(found)),
        "Link": _links(request, filters, size, page, last),
    }
    return as_json(found[(page - 1) * size : page * size], headers=headers)


def _same(value: object, wanted: str) -> bool:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.casefold() == wanted.casefold()


def _links(request: Request, filters: dict, size: int, page: int, last: int) -> str:
    targets = {"first": 1, "previous": page - 1, "next": page + 1, "last": last}
    host = request.headers.get("host", request.host)
    start = f"http://{host}{request.prefix}{request.path}"
    return ", ".join(
        f'<{start}?{urlencode(filters | {"per_page": size, "current_page": number})}>; rel="{rel}"'
        for rel, number in targets.items()
        if 1 <= number <= last
    )


def _one(park: Park, request: Request, appliance: dict, path: str) -> Response:
    kind, _, number = path.rpartition("/")
    row = next((one for one in LISTS[kind](park, appliance) if str(one["id"]) == number), None)
    return as_json(NOT_FOUND, 404) if row is None else as_json(row)


def _delete(park: Park, request: Request, appliance: dict, path: str) -> Response:
    kind, _, number = path.rpartition("/")
    key = "installers" if kind.endswith("installer") else "jump_clients"
    rows = appliance[key]
    kept = [row for row in rows if str(row["id"]) != number]
    if len(kept) == len(rows):
        return as_json(NOT_FOUND, 404)
    appliance[key] = kept
    name = "delete_installer" if key == "installers" else "delete_jump_client"
    configuration.revised(park, appliance, name, id=number)
    return Response(204)


def _create_installer(park: Park, request: Request, appliance: dict, path: str) -> Response:
    try:
        body = request.json()
    except ValueError:
        return as_json({"message": "The body cannot be read"}, 400)
    row, errors = config_rows.new_installer(park, appliance, body)
    if errors:
        return as_json({"message": "The given data is not valid.", "errors": errors}, 422)
    appliance["installers"].append(row)
    configuration.revised(park, appliance, "create_installer", id=row["id"], called=row["name"])
    return as_json(config_rows.installer(row), 201)


def _download(park: Park, request: Request, appliance: dict, path: str) -> Response:
    """The installer itself; older than the last product package it is worth nothing."""
    *_, installer_id, platform = path.split("/")
    row = next((r for r in appliance["installers"] if r["installer_id"] == installer_id), None)
    if row is None or platform not in PLATFORMS:
        return as_json(NOT_FOUND, 404)
    if not row["valid"] or row["expires_at"] <= park.now(appliance):
        return as_json({"message": "The installer is no longer valid."}, 404)
    content = f"SIMULATED-INSTALLER {installer_id} {platform} {appliance['product']}\n".encode()
    return binary(content, f"installer-{platform}.bin")
