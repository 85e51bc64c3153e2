"""The backup API: a binary file, or a page with 2xx that says why not."""

from appliances.simulator import accounts, backups, doors
from appliances.simulator.messages import Request, Response, binary, html
from appliances.simulator.park import Park


def answer(park: Park, request: Request, appliance: dict) -> Response:
    """Wrong credentials of the old way: status 200 and the words "Invalid credentials"."""
    known = request.path in ("/api/backup", "/api/backup.ns")
    if not known or not appliance["product"] or not appliance["xml_api"]:
        return html("<h1>Document Not Found</h1>", 404)
    if request.method not in ("GET", "POST"):
        return html("<h1>Method Not Allowed</h1>", 405)
    caller = doors.enter(park, request, appliance, old_until="old_backup_auth_until")
    if isinstance(caller, Response):
        return caller
    if caller.account is None and not (caller.user and caller.user["backup_api"]):
        return html("<html><body>Invalid credentials</body></html>")
    if caller.account and not accounts.has(appliance, caller.account, "perm_backup"):
        return html("<h1>Document Not Found</h1>")
    password = _password(request) if caller.account else ""
    content = backups.take(park, appliance, password=password)
    response = binary(content, f"{appliance['hostname']}.nsb")
    response.headers |= caller.headers
    return response


def _password(request: Request) -> str:
    try:
        return str(request.json().get("password", ""))
    except ValueError:
        return ""
