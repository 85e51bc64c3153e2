"""/login > Status > Information and Jump > Jump Clients."""

from html import escape

from appliances.simulator import doors, jump_clients as rows_of, people
from appliances.simulator.messages import Request
from appliances.simulator.pages import layout
from appliances.simulator.park import Park

TITLES = {
    "representative": "Representative consoles",
    "support_customer": "Customer clients",
    "presentation_attendee": "Presentation attendees",
    "push_agent": "Connection agents",
}


def information(park: Park, request: Request, appliance: dict) -> str:
    counted = park.connected(appliance)
    about = layout.facts(
        ("Product Version", f"{appliance['product']} ({appliance['build']})"),
        ("Public Site Address", appliance["public_name"]),
        ("Failover Role", doors.role(park, appliance)),
        ("Time", layout.moment(doors.own_time(park, appliance))),
    )
    connected = layout.facts(
        *((title, counted.get(kind, 0)) for kind, title in TITLES.items()),
        ("Jump Clients", people.online_jump_clients(appliance, park.now(appliance))),
    )
    return layout.section("Status :: Information", about) + layout.section(
        "Connected Clients", connected
    )


def clients(park: Park, request: Request, appliance: dict) -> str:
    """The list's dates are the sure check that every client has followed (G-CLIENT-7)."""
    now = park.now(appliance)
    limit = layout.form(
        f"{request.prefix}/login/press",
        "Save",
        layout.hidden(button="set_jump_limit", back="/login/jump/clients"),
        layout.field(
            "Maximum Number of Concurrent Jump Client Upgrades",
            "limit",
            appliance["max_concurrent_jump_upgrades"],
            "number",
            'min="1" max="500" required',
        ),
    )
    pending = sum(rows_of.needs_update(row, now) for row in appliance["jump_clients"])
    count = layout.facts(("Jump Clients", len(appliance["jump_clients"])), ("Pending", pending))
    rows = [
        [
            escape(row["name"]),
            row["connection_type"],
            rows_of.status(row, now),
            layout.moment(rows_of.last_connect(row, now)),
        ]
        for row in appliance["jump_clients"]
    ]
    listed = layout.table(["Name", "Type", "Status", "Status Details"], rows)
    return layout.section("Jump :: Jump Clients", limit, count) + layout.section("List", listed)
