"""/login > Management: software, failover, cluster, security, API."""

from html import escape

from appliances.simulator import cluster as clusters, updates
from appliances.simulator.messages import Request
from appliances.simulator.pages import layout
from appliances.simulator.park import Park


def _press(request: Request, button: str, label: str, *inputs: str) -> str:
    fields = layout.hidden(button=button, back=request.path)
    return layout.form(f"{request.prefix}/login/press", label, fields, *inputs)


def software(park: Park, request: Request, appliance: dict) -> str:
    password = layout.field("Backup password", "password", kind="password")
    take = layout.form(f"{request.prefix}/login/backup", "Download Backup", password)
    file = layout.field("Backup file", "file", kind="file", more="required")
    restore = layout.form(
        f"{request.prefix}/login/upload", "Upload Backup", file, password, upload=True
    )
    last = appliance["backups"][-1]["at"] if appliance["backups"] else None
    parts = [
        layout.section(
            "Software :: Backup Settings", layout.facts(("Last", layout.moment(last))), take
        ),
        layout.section("Software :: Restore Settings", restore),
    ]
    if appliance["cluster_role"] == "master":
        offered = [row for row in updates.feed(park, appliance) if row["kind"] != "licence"]
        options = "".join(f"<option>{escape(row['name'])}</option>" for row in offered)
        chooser = f'<label>Package <select name="package">{options}</select></label>'
        staged = layout.facts(("Distributed", ", ".join(appliance["staged"]) or "nothing"))
        form = _press(request, "distribute", "Distribute to Cluster", chooser)
        parts.append(layout.section("Cluster", staged, form))
    return "".join(parts)


def failover(park: Park, request: Request, appliance: dict) -> str:
    peer = park.appliances.get(appliance["peer"] or "")
    about = layout.facts(
        ("Failover Role", appliance["failover_role"]),
        ("Peer", appliance["peer"] or "none"),
        ("Peer Answers", "yes" if peer and not peer["operation"] else "no" if peer else "-"),
        ("Last Data Sync", layout.moment(appliance["last_sync_at"])),
        ("Last Data Sync Status", appliance["last_sync_status"] or "-"),
        ("Backup Operations", "enabled" if appliance["backup_operations"] else "not enabled"),
    )
    if appliance["failover_role"] == "none":
        return layout.section("Failover :: Status", about) + _establish(request, appliance)
    primary = appliance["failover_role"] == "primary"
    label = "Become Backup" if primary else "Become Primary"
    ticks = [layout.tick("Perform a data sync first", "data_sync_first")]
    if primary:
        sentence = "Become a backup even if the peer site instance cannot be contacted"
        ticks.append(layout.tick(sentence, "force"))
    swap = _press(request, "become_backup" if primary else "become_primary", label, *ticks)
    operations = layout.switch(
        f"{request.prefix}/login/press",
        "Enable Backup Operations",
        "Save",
        on="start_backup_operations",
        off="stop_backup_operations",
        ticked=appliance["backup_operations"],
        back=request.path,
    )
    return layout.section(
        "Failover :: Status",
        about,
        _press(request, "sync_now", "Sync Now"),
        swap,
        operations,
        _press(request, "break_failover", "Break Failover Relationships"),
    )


def _establish(request: Request, appliance: dict) -> str:
    return layout.section(
        "Establish Relationship",
        _press(
            request,
            "establish_failover",
            "Establish Relationship",
            "<fieldset><legend>New Backup Site Connection Details</legend>",
            layout.field("Host Name or IP Address", "peer", more="required"),
            layout.field("TLS Port", "port", 443, "number"),
            "</fieldset><fieldset>",
            "<legend>Reverse Connection Details To This Primary Site</legend>",
            layout.field("Host Name or IP Address", "reverse", appliance["hostname"]),
            layout.field("TLS Port", "reverse_port", 443, "number"),
            "</fieldset>",
        ),
    )


def cluster(park: Park, request: Request, appliance: dict) -> str:
    """The state stands in a clear word beside each node."""
    if not appliance["cluster"]:
        return layout.section("Cluster", layout.paragraph("This appliance is in no cluster."))
    rows = []
    for node in park.cluster_of(appliance):
        accepts = clusters.listed(appliance, node)
        switch = layout.switch(
            f"{request.prefix}/login/press",
            "Accept New Client Connections",
            "Save",
            on="start_accepting",
            off="stop_accepting",
            ticked=accepts,
            back=request.path,
            nodes=node["hostname"],
        )
        word = "accepting" if accepts else "not accepting"
        role = escape(f"{node['cluster_role']} {node['region']}".strip())
        rows.append([escape(node["hostname"]), role, node["product"], word, switch])
    nodes = layout.table(["Node", "Role", "Version", "Now", ""], rows)
    status = layout.facts(("Last Sync", layout.moment(appliance["cluster_synced_at"])))
    return layout.section("Cluster :: Nodes", nodes) + layout.section(
        "Cluster :: Status", status, _press(request, "cluster_sync", "Sync Now")
    )


def security(park: Park, request: Request, appliance: dict) -> str:
    key = layout.field("Inter-appliance Communication Pre-shared Key", "psk", appliance["psk"])
    return layout.section("Security", _press(request, "set_psk", "Save Changes", key))


def api(park: Park, request: Request, appliance: dict) -> str:
    enabled = layout.tick("Enable XML API", "enabled", appliance["xml_api"])
    rows = [
        [
            escape(row["name"]),
            f"<code>{row['client_id']}</code>",
            "enabled" if row["enabled"] else "disabled",
            escape(row["perm_command"]),
            _press(
                request,
                "regenerate_secret",
                "Generate New Client Secret",
                layout.hidden(client_id=row["client_id"]),
            ),
        ]
        for row in appliance["accounts"]
    ]
    accounts = layout.table(["Account", "OAuth Client ID", "State", "Command API", ""], rows)
    return layout.section(
        "API :: Configuration", _press(request, "set_xml_api", "Save Changes", enabled)
    ) + layout.section("API :: Accounts", accounts)
