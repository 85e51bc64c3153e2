"""/appliance > Updates: what is offered, what blocks it, and the manual way."""

from html import escape

from appliances.simulator import versions
from appliances.simulator.manual import KEY_ON_PAGE_FROM
from appliances.simulator.messages import Request
from appliances.simulator.pages import layout

BACK = "/appliance/updates"


def draw(request: Request, appliance: dict, offered: list[dict]) -> str:
    press = f"{request.prefix}/appliance/press"
    check = layout.form(
        press, "Check for Updates", layout.hidden(button="check_updates", back=BACK)
    )
    site = layout.facts(
        ("Primary Hostname", appliance["public_name"]),
        ("Licenses", appliance["licences"].get("number", "")),
        ("Expires", appliance["licences"].get("expires") or "Never"),
        ("Installed Base Software", appliance["base"]),
        ("Installed Product", appliance["product"] or "none"),
        ("Last Check", layout.moment(appliance["checked_at"])),
    )
    return (
        layout.section("Updates", site, check)
        + layout.section("Available Updates", _rows(request, appliance, offered))
        + layout.section("Appliance Download Key", _key(press, appliance))
        + layout.section("Manual Installation", _manual(request))
    )


def _rows(request: Request, appliance: dict, offered: list[dict]) -> str:
    if appliance["checked_at"] is None:
        return layout.paragraph("Press Check for Updates to see what is available.", "faint")
    if not offered:
        return layout.paragraph("No updates are available.")
    rows = [[escape(row["name"]), escape(row["build"]), _install(request, row)] for row in offered]
    return layout.table(["Package", "Build", ""], rows)


def _install(request: Request, row: dict) -> str:
    if row["blocked"]:
        greyed = layout.form("", "Install This Update", disabled=True)
        return greyed + layout.paragraph(row["blocked"], "reason")
    if row["kind"] == "product":
        name = escape(row["name"], quote=True)
        return (
            f'<form method="get" action="{escape(request.prefix)}/appliance/updates/eula">'
            f'<input type="hidden" name="package" value="{name}">'
            "<button>Install This Update</button></form>"
        )
    fields = layout.hidden(button="install", package=row["name"], back=BACK)
    return layout.form(f"{request.prefix}/appliance/press", "Install This Update", fields)


def eula(request: Request, package: str) -> str:
    """The agreement stands between the button and the install of every product package."""
    fields = layout.hidden(button="install", package=package, back=BACK)
    tick = layout.tick("I accept the End User License Agreement", "eula", more="required autofocus")
    text = "A simulated agreement: nothing is licensed here. All users are logged out meanwhile."
    press = f"{request.prefix}/appliance/press"
    form = layout.form(press, "Install This Update", fields, tick)
    return layout.section(package, layout.paragraph(text), form)


def _key(press: str, appliance: dict) -> str:
    """Only from a certain base on does the page make a key itself."""
    if not versions.at_least(appliance["base"], KEY_ON_PAGE_FROM):
        return layout.paragraph("This base software makes no key. Ask support for one.")
    shown = layout.facts(("Key", appliance["download_key"] or "none made yet"))
    fields = layout.hidden(button="make_key", back=BACK)
    return shown + layout.form(press, "Appliance Download Key", fields)


def _manual(request: Request) -> str:
    return layout.form(
        f"{request.prefix}/appliance/upload",
        "Update Software",
        layout.field("Choose file", "file", kind="file", more="required"),
        layout.tick("I accept the End User License Agreement", "eula"),
        upload=True,
    )
