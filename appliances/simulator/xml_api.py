"""The XML command API (/api/command, /api/command.ns): errors come with status 200."""

from appliances.simulator import accounts, doors, faults, oauth, xml_acts, xml_reads
from appliances.simulator.markup import BEYONDTRUST, BOMGAR, element, rooted, text
from appliances.simulator.messages import Request, Response, html, xml
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused

NOT_FOUND = "Document Not Found"
ADMINISTRATORS = frozenset({"check_health", "set_failover_role", "terminate_session"})

# Action: its function, the permission it needs, the root of its answer.
ACTIONS = {
    "get_api_info": (xml_reads.api_info, "", "api_information"),
    "check_health": (xml_reads.health, "read_only", "health_check"),
    "get_appliances": (xml_reads.appliances, "read_only", "appliances"),
    "get_connected_client_list": (xml_reads.client_list, "read_only", "connected_client_list"),
    "get_connected_clients": (xml_reads.clients, "read_only", "connected_clients"),
    "get_logged_in_reps": (xml_reads.reps, "read_only", "logged_in_reps"),
    "get_support_teams": (xml_reads.teams, "read_only", "support_teams"),
    "set_failover_role": (xml_acts.set_failover_role, "full_access", "set_failover_role"),
    "logout_rep": (xml_acts.logout_rep, "full_access", "logout_rep"),
    "terminate_session": (xml_acts.terminate_session, "full_access", "terminate_session"),
}


def answer(park: Park, request: Request, appliance: dict) -> Response:
    if request.path == "/api/command.xsd":
        return xml(xml_reads.SCHEMA)
    if request.path not in ("/api/command", "/api/command.ns") or not appliance["product"]:
        return html(f"<h1>{NOT_FOUND}</h1>", 404)
    if not appliance["xml_api"] or faults.take(appliance, "xml_api_off", request.path) is not None:
        return html(f"<h1>{NOT_FOUND}</h1>", 404)
    if request.method == "POST" and request.body and not request.form():
        return html("<h1>Unsupported Media Type</h1>", 415)
    caller = doors.enter(park, request, appliance, old_until="old_auth_until")
    if isinstance(caller, Response):
        return caller
    request.caller = caller
    response = xml(rooted(_root(park, request, appliance, caller), namespace(park, appliance)))
    response.headers |= caller.headers
    return response


def namespace(park: Park, appliance: dict) -> str:
    return BEYONDTRUST if oauth.speaks(park, appliance, "beyondtrust_from") else BOMGAR


def _root(park: Park, request: Request, appliance: dict, caller: doors.Caller) -> str:
    fields = request.fields()
    function, needs, root = ACTIONS.get(fields.get("action", ""), (None, "", ""))
    if function is None:
        return text("error", "The action is not known.")
    if fault := faults.take(appliance, "error_root", request.path):
        return text("error", "Simulated: the call failed." if fault is True else fault)
    if fault := faults.take(appliance, "error_child", request.path):
        sentence = "Simulated: the call failed." if fault is True else fault
        return element(root, text("error", sentence))
    if problem := _forbidden(appliance, caller, fields["action"], needs):
        return text("error", problem)
    if _syncing(appliance) and fields["action"] not in ("get_api_info", "check_health"):
        return text("error", "A data synchronization is in progress.")
    try:
        return function(park, request, appliance)
    except Refused as refusal:
        return element(root, text("error", refusal))


def _forbidden(appliance: dict, caller: doors.Caller, action: str, needs: str) -> str:
    """Why not, in the appliance's words; empty when the caller may."""
    if caller.account is not None:
        has = accounts.has(appliance, caller.account, "perm_command")
        enough = not needs or has == "full_access" or has == needs
        return "" if enough else NOT_FOUND
    if caller.user is None:
        return "Invalid credentials."
    if not caller.user["command_api"]:
        return "The user may not use the command API."
    if action in ADMINISTRATORS and not caller.user["administrator"]:
        return "The user must be an administrator."
    return ""


def _syncing(appliance: dict) -> bool:
    return (appliance["operation"] or {}).get("kind") == "swap"


def liveness(park: Park, request: Request, appliance: dict) -> Response:
    """/check_health: a word for load balancers, without any sign-in."""
    bad = faults.take(appliance, "health_bad", request.path)
    return Response(500 if bad else 200, b"Error" if bad else b"Ok", "text/plain")
