"""The simulator's own first page: every appliance, every public name and where it leads."""

from html import escape

from appliances.simulator import operations
from appliances.simulator.messages import Request, Response, html, see_other
from appliances.simulator.pages import layout, sessions
from appliances.simulator.park import Park
from appliances.simulator.refusals import Unknown

ROLES = {"none": "not paired", "primary": "primary", "backup": "backup"}


def answer(park: Park, request: Request) -> Response:
    """Moving a name here is what DNS or NAT would do outside the appliances."""
    if request.method == "POST" and request.path == "/network":
        if sessions.is_foreign(request):
            return html(layout.notice("Refused", "The form came from another site."), 403)
        fields = request.fields()
        try:
            park.point(fields.get("public_name", ""), fields.get("behind", ""))
        except Unknown as problem:
            return html(layout.notice("Refused", str(problem)), 404)
        return see_other("/")
    links = [("/update-server/", "Update server")]
    body = layout.section("Appliances", _appliances(park)) + layout.section("Network", _names(park))
    return html(layout.page("Simulated appliances", body, links=links))


def _appliances(park: Park) -> str:
    if not park.appliances:
        return layout.paragraph("The park is empty.")
    rows = []
    for row in park.appliances.values():
        at = escape(f"/at/{row['hostname']}")
        state = "away" if operations.away(row) else ROLES[row["failover_role"]]
        pages = f'<a href="{at}/appliance">/appliance</a> <a href="{at}/login">/login</a>'
        rows.append([escape(row["hostname"]), escape(row["product"] or "none"), state, pages])
    return layout.table(["Appliance", "Product", "State", "Pages"], rows)


def _names(park: Park) -> str:
    rows = []
    for name in sorted({row["public_name"] for row in park.appliances.values()}):
        now = park.behind(name)
        members = park.members(name)
        if [row["hostname"] for row in members] == [name]:
            continue
        if any(row["shared_ip"] for row in members):
            switch = "by shared address"
        else:
            options = "".join(
                f"<option{' selected' if row is now else ''}>{escape(row['hostname'])}</option>"
                for row in members
            )
            chooser = f'<label>Leads to <select name="behind">{options}</select></label>'
            switch = layout.form("/network", "Save", layout.hidden(public_name=name), chooser)
        rows.append([escape(name), escape(now["hostname"]) if now else "nothing", switch])
    return layout.table(["Public name", "Answers", ""], rows)
