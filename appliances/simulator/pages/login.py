"""/login: the site's own administration."""

from appliances.simulator import backups, buttons
from appliances.simulator.messages import Request, Response, binary, html, see_other
from appliances.simulator.pages import layout, login_jump, login_management, sessions
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused, Unknown

LINKS = [
    ("/login/status/information", "Status > Information"),
    ("/login/jump/clients", "Jump > Jump Clients"),
    ("/login/management/software", "Management > Software Management"),
    ("/login/management/failover", "Management > Failover"),
    ("/login/management/cluster", "Management > Cluster"),
    ("/login/management/security", "Management > Security"),
    ("/login/management/api", "Management > API Configuration"),
]
PAGES = {
    "/login/status/information": login_jump.information,
    "/login/jump/clients": login_jump.clients,
    "/login/management/software": login_management.software,
    "/login/management/failover": login_management.failover,
    "/login/management/cluster": login_management.cluster,
    "/login/management/security": login_management.security,
    "/login/management/api": login_management.api,
}


def answer(park: Park, request: Request, appliance: dict) -> Response:
    if not appliance["product"]:
        return html(layout.notice("No site", "No product software is installed."), 404)
    if request.method == "POST" and sessions.is_foreign(request):
        return html(layout.notice("Refused", "The form came from another site."), 403)
    if request.path == "/login/sign-in" and request.method == "POST":
        return sessions.sign_in(park, request, appliance, "login")
    if not sessions.is_signed_in(park, request, appliance, "login"):
        return sessions.ask(request, appliance, "login")
    if request.method == "POST":
        return _post(park, request, appliance)
    if request.path in ("/login", "/login/"):
        return see_other(f"{request.prefix}/login/status/information")
    draw = PAGES.get(request.path)
    if draw is None:
        return html(layout.notice("Not found", "There is no such page."), 404)
    body = sessions.note(park, request) + draw(park, request, appliance)
    heading = f"{appliance['hostname']} /login"
    return html(
        layout.page(
            heading, body, prefix=request.prefix, links=LINKS, here=request.path, heading=heading
        )
    )


def _post(park: Park, request: Request, appliance: dict) -> Response:
    if request.path == "/login/upload":
        return _restore(park, request, appliance)
    fields = request.fields()
    if request.path == "/login/backup":
        content = backups.take(park, appliance, password=fields.get("password", ""))
        return binary(content, f"{appliance['hostname']}.nsb")
    button, address = sessions.pressed(fields), fields.pop("back", "/login")
    if "nodes" in fields:
        fields["nodes"] = request.form()["nodes"]
    try:
        shown = buttons.press(park, appliance, button, fields)
    except (Refused, Unknown) as problem:
        return sessions.back(park, request, address, str(problem), refused=True)
    return sessions.back(park, request, address, _told(button, shown))


def _told(button: str, shown: dict) -> str:
    """A new secret is shown this once; else the appliance's own sentence, if it has one."""
    if button == "regenerate_secret":
        return f"The new client secret, shown once: {shown['client_secret']}"
    return shown.get("message", "Saved.")


def _restore(park: Park, request: Request, appliance: dict) -> Response:
    fields, files = request.parts()
    address = "/login/management/software"
    try:
        content = files["file"].content if "file" in files else b""
        backups.restore(park, appliance, content, password=fields.get("password", ""))
    except Refused as refusal:
        return sessions.back(park, request, address, str(refusal), refused=True)
    return sessions.back(park, request, address, "The backup was restored.")
