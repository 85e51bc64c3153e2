"""Everything a person can press on an appliance's pages, by name; programs press the same.

A button is a function (park, appliance, fields) that answers with a dict of what the page would
show. Names follow the acts of an upgrade procedure where there is one.
"""

from appliances.simulator import (
    accounts,
    backups,
    cluster,
    configuration,
    failover,
    faults,
    manual,
    power,
    updates,
)
from appliances.simulator.operations import away
from appliances.simulator.park import Park
from appliances.simulator.refusals import AlreadySo, Refused, Unknown


def press(park: Park, appliance: dict, button: str, fields: dict) -> dict:
    """Raises Unknown for no such button, Refused when the appliance will not or is away."""
    action = BUTTONS.get(button)
    if action is None:
        raise Unknown(f"There is no button {button!r}. Known: {', '.join(sorted(BUTTONS))}.")
    if button == "shut_down" and not appliance["powered"]:
        raise AlreadySo(f"{appliance['hostname']} is off.")
    if button not in FROM_OUTSIDE and away(appliance):
        raise Refused(f"{appliance['hostname']} does not answer.")
    return action(park, appliance, fields) or {}


def _check_updates(park: Park, appliance: dict, fields: dict) -> dict:
    appliance["checked_at"] = park.now(appliance)
    park.effect(appliance, "check_updates")
    return {"updates": updates.feed(park, appliance)}


def _install(park: Park, appliance: dict, fields: dict) -> dict:
    package = _package(park, fields)
    if package["name"] in appliance["hidden"] or package["withdrawn"]:
        raise Refused(f"{package['name']} is not on the list. Only support can offer it again.")
    updates.install(park, appliance, package, eula=_ticked(fields, "eula"))
    return _begun(appliance)


def _update_software(park: Park, appliance: dict, fields: dict) -> dict:
    package = _package(park, fields)
    manual.update_software(park, appliance, package, eula=_ticked(fields, "eula"))
    return _begun(appliance)


def _begun(appliance: dict) -> dict:
    return {"ends_at_real": appliance["operation"]["ends_at"]}


def _accept_eula(park: Park, appliance: dict, fields: dict) -> None:
    package = _package(park, fields)
    if package["name"] not in appliance["eula"]:
        appliance["eula"].append(package["name"])
    park.effect(appliance, "accept_eula", package=package["name"])


def _make_key(park: Park, appliance: dict, fields: dict) -> dict:
    return {"key": manual.make_key(park, appliance)}


def _support_key(park: Park, appliance: dict, fields: dict) -> dict:
    return {"key": manual.support_key(park, appliance)}


def _fetch_packages(park: Park, appliance: dict, fields: dict) -> dict:
    """With the key given or last made: one package, or all that are offered."""
    key = fields.get("key") or appliance["download_key"] or appliance["support_key"] or ""
    owner = manual.holder(park, key)
    names = [fields["package"]] if fields.get("package") else None
    if names is None:
        names = [row["name"] for row in manual.on_server(park, owner)]
    files = [(name, *manual.fetch(park, owner, name)) for name in names]
    return {
        "files": [
            {"package": name, "file": file, "sha256": manual.sha256(content)}
            for name, file, content in files
        ]
    }


def _offer_again(park: Park, appliance: dict, fields: dict) -> None:
    manual.offer_again(park, appliance, _package(park, fields)["name"])


def _distribute(park: Park, appliance: dict, fields: dict) -> None:
    cluster.distribute(park, appliance, _package(park, fields))


def _become_backup(park: Park, appliance: dict, fields: dict) -> dict:
    return _become(park, appliance, "backup", fields)


def _become_primary(park: Park, appliance: dict, fields: dict) -> dict:
    return _become(park, appliance, "primary", fields)


def _become(park: Park, appliance: dict, role: str, fields: dict) -> dict:
    sync, force = _ticked(fields, "data_sync_first"), _ticked(fields, "force")
    return {"message": failover.become(park, appliance, role, sync_first=sync, force=force)}


def _establish(park: Park, appliance: dict, fields: dict) -> None:
    peer = _peer_name(park, fields.get("peer", ""))
    failover.establish(park, appliance, peer, fields.get("reverse", ""))


def _peer_name(park: Park, given: str) -> str:
    """The backup may be given by its own IP address."""
    by_ip = {row["own_ip"]: row["hostname"] for row in park.appliances.values()}
    return by_ip.get(given, given)


def _accepting(value: bool):
    def button(park: Park, appliance: dict, fields: dict) -> None:
        nodes = fields.get("nodes") or []
        cluster.accept(park, appliance, [nodes] if isinstance(nodes, str) else nodes, value)

    return button


def _download_backup(park: Park, appliance: dict, fields: dict) -> dict:
    content = backups.take(park, appliance, password=fields.get("password", ""))
    return {"size": len(content), "sha256": manual.sha256(content)}


def _restore_backup(park: Park, appliance: dict, fields: dict) -> None:
    """As Upload Backup on the page, with the last file that was taken of another appliance."""
    source, password = str(fields.get("from", "")), str(fields.get("password", ""))
    backups.carry_over(park, appliance, source, password=password)


def _delete_virtual(park: Park, appliance: dict, fields: dict) -> None:
    """By the virtual machine's host: nothing of it is left, and nothing answers any more."""
    if appliance["physical"]:
        raise Refused("This is no virtual machine.")
    power.shut_down(park, appliance)
    park.effect(appliance, "delete_virtual")


def _point(park: Park, appliance: dict, fields: dict) -> None:
    lag = float(faults.peek(appliance, "dns_propagation") or 0)
    swing = fields.get("swing", "")
    park.point(appliance["public_name"], appliance["hostname"], swing, after=lag)
    park.effect(appliance, "point_public_name", public_name=appliance["public_name"])


def _regenerate_secret(park: Park, appliance: dict, fields: dict) -> dict:
    return accounts.regenerate(park, appliance, fields.get("client_id", ""))


def _package(park: Park, fields: dict) -> dict:
    return park.package(str(fields.get("package") or fields.get("version") or ""))


def _ticked(fields: dict, name: str) -> bool:
    return fields.get(name) in (True, 1, "1", "on", "true", "yes")


def _plain(function):
    return lambda park, appliance, fields: function(park, appliance)


BUTTONS = {
    "check_updates": _check_updates,
    "accept_eula": _accept_eula,
    "install": _install,
    "install_base": _install,
    "install_product": _install,
    "make_key": _make_key,
    "support_key": _support_key,
    "fetch_packages": _fetch_packages,
    "update_software": _update_software,
    "offer_again": _offer_again,
    "download_backup": _download_backup,
    "restore_backup": _restore_backup,
    "delete_virtual": _delete_virtual,
    "sync_now": _plain(failover.sync_now),
    "break_failover": _plain(failover.break_relationship),
    "establish_failover": _establish,
    "become_backup": _become_backup,
    "become_primary": _become_primary,
    "stop_accepting": _accepting(False),
    "start_accepting": _accepting(True),
    "distribute": _distribute,
    "cluster_sync": _plain(cluster.sync),
    "factory_reset": _plain(power.factory_reset),
    "shut_down": _plain(power.shut_down),
    "power_on": _plain(power.power_on),
    "repair": _plain(power.repair),
    "point_dns": _point,
    "point_nat": _point,
    "regenerate_secret": _regenerate_secret,
} | configuration.BUTTONS

# Pressed elsewhere than on the appliance: at the vendor's, in the network, on the case.
FROM_OUTSIDE = frozenset(
    {
        "support_key",
        "fetch_packages",
        "offer_again",
        "power_on",
        "repair",
        "point_dns",
        "point_nat",
        "delete_virtual",
    }
)
