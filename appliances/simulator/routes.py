"""Which part answers: by Host header, by /at/<host name>/, or the simulator's own pages."""

from appliances.simulator import (
    backup_api,
    config_api,
    control,
    faults,
    json_api,
    oauth,
    operations,
    xml_api,
)
from appliances.simulator.messages import Request, Response, as_json, dropped, html
from appliances.simulator.pages import (
    appliance as appliance_pages,
    layout,
    login as login_pages,
    start,
    update_server,
)
from appliances.simulator.park import Park
from appliances.simulator.refusals import Unknown

APIS = [
    ("/oauth2/token", oauth.answer),
    ("/api/command/v2", json_api.answer),
    ("/api/config/v1", config_api.answer),
    ("/api/command", xml_api.answer),
    ("/api/backup", backup_api.answer),
    ("/check_health", xml_api.liveness),
]
PAGES = [
    ("/appliance", appliance_pages.answer),
    ("/login", login_pages.answer),
]


def answer(park: Park, request: Request) -> Response:
    with park.change():
        operations.settle(park)  # written before anything is asked, so that the log is whole
    with park.change():
        if request.path.startswith("/at/"):
            _, _, name, *rest = request.path.split("/", 3)
            request.prefix, request.path = f"/at/{name}", "/" + "".join(rest)
            return _appliance(park, request, name.lower())
        if request.host.endswith(".sim"):
            return _appliance(park, request, request.host)
        return _own(park, request)


def _own(park: Park, request: Request) -> Response:
    if request.path.startswith("/_sim/"):
        return control.answer(park, request)
    if request.path.startswith("/update-server"):
        return update_server.answer(park, request)
    if request.path in ("/", "/network"):
        return start.answer(park, request)
    if request.path == "/style.css":
        return layout.style()
    if request.path == "/healthz":
        return as_json({"status": "ok", "appliances": len(park.appliances)})
    return html(layout.notice("Not found", "There is no such page."), 404)


def _appliance(park: Park, request: Request, name: str) -> Response:
    request.target = name
    try:
        appliance = park.find(name)
    except Unknown as problem:
        return html(layout.notice("Unknown appliance", str(problem)), 404)
    if request.path == "/style.css":
        return layout.style()
    if appliance is None:
        return _silent(request, f"Nothing answers behind {name}.")
    if appliance["faults"]:
        park.touch(appliance)
    return _unreachable(request, appliance) or _reached(park, request, appliance)


def _unreachable(request: Request, appliance: dict) -> Response | None:
    if faults.take(appliance, "offline", request.path) is not None:
        return _silent(request, f"{request.target} is off line.")
    if how := operations.away(appliance):
        return _away(request, appliance, how)
    if faults.take(appliance, "reset", request.path) is not None:
        return dropped("reset")
    return None


def _reached(park: Park, request: Request, appliance: dict) -> Response:
    before = len(park.effects)
    response = _with_faults(park, request, appliance)
    if len(park.effects) > before and faults.take(appliance, "answer_lost", request.path):
        return dropped("reset")
    return response


def _with_faults(park: Park, request: Request, appliance: dict) -> Response:
    delay = faults.take(appliance, "slow", request.path)
    route = next((one for start, one in APIS if request.path.startswith(start)), None)
    if route is None:
        response = _page(park, request, appliance)
    elif faults.take(appliance, "html_login", request.path) is not None:
        response = html(layout.notice("Sign in", "Please sign in to /login."))
    else:
        response = route(park, request, appliance)
        if faults.take(appliance, "truncated", request.path) is not None:
            response.body = response.body[: len(response.body) // 2]
    response.delay = float(delay or 0)
    return response


def _page(park: Park, request: Request, appliance: dict) -> Response:
    for area, page in PAGES:
        if request.path == area or request.path.startswith(area + "/"):
            return page(park, request, appliance)
    if request.path == "/":
        return html(layout.public(request.prefix, appliance))
    return html(layout.notice("Not found", "Document Not Found"), 404)


def _away(request: Request, appliance: dict, how: str) -> Response:
    if how == "drop" and not request.prefix:
        return dropped("close")
    reason = appliance["down"] or "The appliance is away for the moment."
    return html(layout.away(appliance["hostname"], reason), 503)


def _silent(request: Request, reason: str) -> Response:
    """No connection; a browser that came by /at/ is told in a page what would be silence."""
    return html(layout.away(request.target, reason), 503) if request.prefix else dropped("close")
