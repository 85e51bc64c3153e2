"""/appliance: what is under the product. Its users are its own, and it has no API."""

from appliances.simulator import buttons, configuration, doors, manual, updates
from appliances.simulator.messages import Request, Response, binary, html, see_other
from appliances.simulator.pages import layout, sessions, updates_page
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused, Unknown

LINKS = [
    ("/appliance/status/basics", "Status > Basics"),
    ("/appliance/updates", "Updates"),
    ("/appliance/networking/ip", "Networking > IP Configuration"),
    ("/appliance/security/certificates", "Security > Certificates"),
]
DONE = {
    "check_updates": "The list of available updates is fresh.",
    "install": "The install has begun. The appliance is away until it is over.",
    "update_software": "The install has begun. The appliance is away until it is over.",
    "make_key": "A new Appliance Download Key was made.",
    "factory_reset": "The appliance is being reset to factory defaults.",
    "shut_down": "The appliance is shutting down.",
}


def answer(park: Park, request: Request, appliance: dict) -> Response:
    if request.method == "POST" and sessions.is_foreign(request):
        return html(layout.notice("Refused", "The form came from another site."), 403)
    if request.path == "/appliance/sign-in" and request.method == "POST":
        return sessions.sign_in(park, request, appliance, "appliance")
    if not sessions.is_signed_in(park, request, appliance, "appliance"):
        return sessions.ask(request, appliance, "appliance")
    if request.method == "POST":
        return _post(park, request, appliance)
    if request.path in ("/appliance", "/appliance/"):
        return see_other(f"{request.prefix}/appliance/status/basics")
    draw = PAGES.get(request.path)
    if draw is None:
        return html(layout.notice("Not found", "There is no such page."), 404)
    body = sessions.note(park, request) + draw(park, request, appliance)
    heading = f"{appliance['hostname']} /appliance"
    return html(
        layout.page(
            heading, body, prefix=request.prefix, links=LINKS, here=request.path, heading=heading
        )
    )


def _post(park: Park, request: Request, appliance: dict) -> Response:
    if request.path == "/appliance/export":
        buttons.press(park, appliance, "export_certificates", {})
        name = f"{appliance['public_name']}.pem"
        text = f"SIMULATED CERTIFICATE {configuration.fingerprint(appliance)}\n"
        return binary(text.encode(), name)
    if request.path == "/appliance/upload":
        return _upload(park, request, appliance)
    fields = request.fields()
    button, address = sessions.pressed(fields), fields.pop("back", "/appliance")
    try:
        buttons.press(park, appliance, button, fields)
    except (Refused, Unknown) as problem:
        return sessions.back(park, request, address, str(problem), refused=True)
    return sessions.back(park, request, address, DONE.get(button, "Saved."))


def _upload(park: Park, request: Request, appliance: dict) -> Response:
    fields, files = request.parts()
    given = files.get("file")
    address = "/appliance/updates"
    try:
        package = manual.package_in(park, appliance, given.content if given else b"")
        eula = fields.get("eula") == "1"
        manual.update_software(park, appliance, package, eula=eula)
    except Refused as refusal:
        return sessions.back(park, request, address, str(refusal), refused=True)
    return sessions.back(park, request, address, DONE["update_software"])


def _basics(park: Park, request: Request, appliance: dict) -> str:
    product = "none"
    if appliance["product"]:
        product = f"{appliance['product']} ({appliance['build']})"
    status = layout.facts(
        ("Base Software Version", appliance["base"]),
        ("Product Version", product),
        ("Serial Number", appliance["serial"]),
        ("Appliance Model", appliance["model"]),
        ("Appliance GUID", appliance["guid"]),
        ("Host Name", appliance["hostname"]),
        ("System Time", layout.moment(doors.own_time(park, appliance))),
        ("Last Base Install", layout.moment(appliance["base_installed_at"])),
        ("Last Product Install", layout.moment(appliance["product_installed_at"])),
    )
    press = f"{request.prefix}/appliance/press"
    sure = layout.tick("I am sure", "sure", more="required")
    power = [
        layout.form(press, label, layout.hidden(button=button), sure)
        for button, label in (
            ("factory_reset", "Reset Appliance to Factory Defaults"),
            ("shut_down", "Shut Down This Appliance"),
        )
    ]
    return layout.section("Status :: Basics", status) + layout.section("Appliance", *power)


def _updates(park: Park, request: Request, appliance: dict) -> str:
    offered = updates.feed(park, appliance)
    return updates_page.draw(request, appliance, offered)


def _eula(park: Park, request: Request, appliance: dict) -> str:
    return updates_page.eula(request, request.query.get("package", ""))


def _networking(park: Park, request: Request, appliance: dict) -> str:
    rows = [["Own address", appliance["own_ip"], "Enabled"]]
    if appliance["shared_ip"]:
        switch = layout.switch(
            f"{request.prefix}/appliance/press",
            "Enabled",
            "Save Changes",
            on="take_shared_ip",
            off="release_shared_ip",
            ticked=appliance["shared_ip_enabled"],
            back=request.path,
        )
        rows.append(["Shared address", appliance["shared_ip"], switch])
    addresses = layout.table(["Address", "IP", "State"], rows)
    ntp = layout.facts(
        ("NTP Server", appliance["ntp_server"]),
        ("Offset", f"{appliance['clock_offset']} s"),
    )
    return layout.section("IP Configuration", addresses) + layout.section("Time", ntp)


def _certificates(park: Park, request: Request, appliance: dict) -> str:
    press = f"{request.prefix}/appliance/press"
    if appliance["certificate"] == "factory":
        note = layout.paragraph("Only the certificate of the factory is here.")
        fields = layout.hidden(button="import_certificate", back=request.path)
        bring = layout.form(press, "Import", fields)
        return layout.section("Security :: Certificates", note, bring)
    assigned = appliance["certificate"] == "site"
    found = layout.facts(
        ("Issued To", appliance["public_name"]),
        ("SHA-256", configuration.fingerprint(appliance)),
        ("Assigned IP", (appliance["shared_ip"] or appliance["own_ip"]) if assigned else "none"),
        ("Last Export", layout.moment(appliance["certificate_exported_at"])),
    )
    export = layout.form(f"{request.prefix}/appliance/export", "Export")
    assign = layout.form(press, "Assign IP", layout.hidden(button="assign_ip", back=request.path))
    return layout.section(
        "Security :: Certificates", found, export, *([] if assigned else [assign])
    )


PAGES = {
    "/appliance/status/basics": _basics,
    "/appliance/updates": _updates,
    "/appliance/updates/eula": _eula,
    "/appliance/networking/ip": _networking,
    "/appliance/security/certificates": _certificates,
}
