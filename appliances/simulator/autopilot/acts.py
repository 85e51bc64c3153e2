"""What the autopilot presses, by the name of the action a step asks for.

An act is a function (park, truth, step) that answers with what the page showed. An action without
an act is a person's word only: nothing is pressed, its fields are filled in.
"""

from appliances.simulator.autopilot.calls import Park
from appliances.simulator.versions import parse

MOST_DISTRIBUTED = 4


def press(button: str, **fields):
    """An act that is one button."""
    return lambda park, truth, step: park.press(truth["hostname"], button, **fields)


def _install(park: Park, truth: dict, step: dict) -> dict:
    """From removable media if the package lies there, else from the list; never twice."""
    package = step.get("package") or {}
    kind, version = package.get("kind", ""), package.get("version", "")
    if kind in ("base", "product") and parse(truth[kind]) >= parse(version):
        return {}
    name = _name_of(truth, package)
    button = "update_software" if name in truth["media"] else "install"
    return park.press(truth["hostname"], button, package=name, eula=True)


def _name_of(truth: dict, package: dict) -> str:
    """The name on the page: the portal may call a package differently."""
    pair = (package.get("kind"), parse(package.get("version", "")))
    for row in truth["updates"]:
        if (row["kind"], parse(row["version"])) == pair:
            return row["name"]
    made = {"base": "Base Software {}", "product": "Bomgar-{}"}.get(pair[0], "{}")
    name = made.format(package.get("version", ""))
    kept = [one for one in truth["media"] if one.endswith(package.get("version", ""))]
    return kept[0] if kept else package.get("name") or name


def _fetch(park: Park, truth: dict, step: dict) -> dict:
    """All that is there; what went onto the media before counts as fetched."""
    if not truth["download_key"] and not truth["support_key"]:
        park.press(truth["hostname"], "support_key")
    shown = park.press(truth["hostname"], "fetch_packages")
    if not shown["files"]:
        shown["files"] = [{"file": name, "sha256": "0" * 64} for name in truth["media"]]
    return shown


def _establish(park: Park, truth: dict, step: dict) -> dict:
    """The one that the step names becomes the backup: beside it an old appliance may still stand.
    A step that names none means the other master of the site."""
    named = [one["host"] for one in step.get("about") or []]
    others = [
        row["hostname"]
        for row in park.hosts()
        if row["public_name"] == truth["public_name"]
        and row["hostname"] != truth["hostname"]
        and row["cluster_role"] != "traffic"
    ]
    peer = next(iter([*named, *others]), "")
    return park.press(truth["hostname"], "establish_failover", peer=peer)


def _accept_eula(park: Park, truth: dict, step: dict) -> dict:
    """The terms of every product package that is offered."""
    for row in truth["updates"]:
        if row["kind"] == "product":
            park.press(truth["hostname"], "accept_eula", package=row["name"])
    return {}


def _restore_backup(park: Park, truth: dict, step: dict) -> dict:
    """The file of the appliance that serves the site now; never onto one that holds data."""
    if truth["effect_counts"].get("restore_backup"):
        return {}
    serving = [
        row["hostname"]
        for row in park.hosts()
        if row["public_name"] == truth["public_name"] and row["serves"] and row["product"]
    ]
    return park.press(truth["hostname"], "restore_backup", **{"from": serving[0]})


def _become_backup(park: Park, truth: dict, step: dict) -> dict:
    if truth["failover_role"] != "primary":
        return {}
    return park.press(truth["hostname"], "become_backup", force=True)


def _become_primary(park: Park, truth: dict, step: dict) -> dict:
    """Verify, or do: after Become Backup on the other one there is nothing left to press."""
    if truth["failover_role"] == "primary":
        return {}
    return park.press(truth["hostname"], "become_primary")


def _lower_limit(park: Park, truth: dict, step: dict) -> dict:
    limit = max(1, truth["max_concurrent_jump_upgrades"] // 2)
    return park.press(truth["hostname"], "set_jump_limit", limit=limit)


def _restore_limit(park: Park, truth: dict, step: dict) -> dict:
    """Back to the value before it was lowered, on whichever appliance of the site that was: after
    a pair has exchanged its roles it is another one."""
    members = [
        row["hostname"] for row in park.hosts() if row["public_name"] == truth["public_name"]
    ]
    set_ = [row for host in members for row in park.truth(host)["effects"]
            if row["name"] == "set_jump_limit"]  # fmt: skip
    limit, lowered = truth["max_concurrent_jump_upgrades"], False
    for row in sorted(set_, key=lambda row: row["at"]):
        detail = row["detail"]
        if detail["after"] >= detail["before"]:
            lowered = False
        elif not lowered:
            limit, lowered = detail["before"], True
    return park.press(truth["hostname"], "set_jump_limit", limit=limit)


def _nodes(button: str):
    """Boxes of the master's page are ticked for the nodes that the step names."""

    def act(park: Park, truth: dict, step: dict) -> dict:
        nodes = [one["host"] for one in step.get("about") or []]
        return park.press(truth["hostname"], button, nodes=nodes) if nodes else {}

    return act


def _distribute(park: Park, truth: dict, step: dict) -> dict:
    """The next product that is offered goes to every node; none is installed."""
    wanted = [row["name"] for row in truth["updates"] if row["kind"] != "licence"]
    for name in wanted[:MOST_DISTRIBUTED]:
        park.press(truth["hostname"], "distribute", package=name)
    nodes = [row for row in park.hosts() if row["public_name"] == truth["public_name"]]
    return {"nodes": sum(row["cluster_role"] == "traffic" for row in nodes)}


ACTS = {
    "check_updates": press("check_updates"),
    "export_certificates": press("export_certificates"),
    "back_up": press("download_backup"),
    "lower_jump_limit": _lower_limit,
    "restore_jump_limit": _restore_limit,
    "remove_clients": press("remove_clients"),
    "reinstall_clients": press("reinstall_clients"),
    "regenerate_installers": press("regenerate_installers"),
    "replace_installers": press("regenerate_installers"),
    "make_key": press("make_key"),
    "ask_for_key": press("support_key"),
    "fetch_packages": _fetch,
    "install_base": _install,
    "install_product": _install,
    "sync_now": press("sync_now"),
    "break_failover": press("break_failover"),
    "establish_failover": _establish,
    "become_backup": _become_backup,
    "become_primary": _become_primary,
    "release_shared_ip": press("release_shared_ip"),
    "take_shared_ip": press("take_shared_ip"),
    "point_dns": press("point_dns"),
    "point_nat": press("point_nat"),
    "point_dns_to_new": press("point_dns"),
    "stop_accepting": _nodes("stop_accepting"),
    "start_accepting": _nodes("start_accepting"),
    "stop_backup_operations": press("stop_backup_operations"),
    "start_backup_operations": press("start_backup_operations"),
    "distribute": _distribute,
    "cluster_sync": press("cluster_sync"),
    "import_certificate": press("import_certificate"),
    "assign_ip": press("assign_ip"),
    "accept_eula": _accept_eula,
    "change_default_login": press("change_login"),
    "restore_backup": _restore_backup,
    "delete_virtual": press("delete_virtual"),
    "factory_reset": press("factory_reset"),
    "shut_down": press("shut_down"),
}
