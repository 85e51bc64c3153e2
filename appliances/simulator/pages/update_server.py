"""/update-server/: plays the vendor's update server and support's desk for keys."""

from html import escape

from appliances.simulator import manual
from appliances.simulator.messages import Request, Response, binary, html
from appliances.simulator.pages import layout, sessions
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused

HERE = "/update-server/"


def answer(park: Park, request: Request) -> Response:
    if request.method == "POST" and sessions.is_foreign(request):
        return html(layout.notice("Refused", "The form came from another site."), 403)
    fields = request.fields() if request.method == "POST" else {}
    try:
        if fields.get("package"):
            owner = manual.holder(park, fields.get("key", ""))
            name, content = manual.fetch(park, owner, fields["package"])
            return binary(content, name)
        if fields.get("serial"):
            return _page(layout.section("Support", _desk(park, fields["serial"].strip())))
        if fields.get("key"):
            return _page(_offers(park, fields["key"].strip()))
    except Refused as refusal:
        return _page(layout.paragraph(str(refusal), "note refused"))
    return _page()


def _page(*parts: str) -> Response:
    ask = layout.section(
        "Get updates",
        layout.form(HERE, "Show available updates", layout.field("Appliance Download Key", "key")),
    )
    desk = layout.section(
        "Support's desk",
        layout.paragraph("Before base 3.3.2 an appliance makes no key: support gives one."),
        layout.form(HERE, "Ask support for a key", layout.field("Serial Number", "serial")),
    )
    start = [("/", "All appliances")]
    return html(layout.page("Update server", *parts, ask, desk, links=start))


def _desk(park: Park, serial: str) -> str:
    found = next((row for row in park.appliances.values() if row["serial"] == serial), None)
    if found is None:
        raise Refused("Support knows no appliance of this serial number.")
    return layout.facts(("Key", manual.support_key(park, found)))


def _offers(park: Park, key: str) -> str:
    """Each package can be fetched once."""
    owner = manual.holder(park, key)
    rows = [
        [
            escape(row["name"]),
            escape(row["build"]),
            layout.form(HERE, "Download", layout.hidden(key=key, package=row["name"])),
        ]
        for row in manual.on_server(park, owner)
    ]
    title = f"Updates for {owner['hostname']}"
    once = layout.paragraph("Each package can be downloaded once. Install it right after.")
    return layout.section(title, once, layout.table(["Package", "Build", ""], rows))
