"""The update feed of an appliance, and installing from it (guide G-AUTO, G-CLIENT-1)."""

from appliances.simulator import cluster, faults, jump_clients, people, versions
from appliances.simulator.park import Park
from appliances.simulator.refusals import AlreadySo, Refused


def feed(park: Park, appliance: dict) -> list[dict]:
    """Packages newer than what is installed, lowest first, each with the reason that blocks it."""
    rows = []
    for package in sorted(park.packages, key=lambda row: versions.parse(row["version"])):
        if package["withdrawn"] or package["name"] in appliance["hidden"]:
            continue
        if is_installed(appliance, package):
            continue
        rows.append(package | {"blocked": blocked(appliance, package)})
    return sorted(rows, key=lambda row: row["kind"] != "base")


def is_installed(appliance: dict, package: dict) -> bool:
    if package["kind"] == "licence":
        return package["name"] in appliance["licence_add_ons"]
    return versions.parse(appliance[package["kind"]]) >= versions.parse(package["version"])


def blocked(appliance: dict, package: dict) -> str:
    """The appliance's own sentence, empty when the package can be installed. An earlier release is
    asked of an appliance that carries one; new hardware takes the one it is to have (G-HW-5)."""
    for need in package["requires"]:
        if need["kind"] == "product" and not appliance["product"]:
            continue
        if not versions.compare(appliance[need["kind"]], need["op"], need["version"]):
            has = appliance[need["kind"]] or "none"
            wanted = _wanted(need)
            return f"{has} does not satisfy the requirements of {package['version']}: {wanted}."
    return ""


def _wanted(need: dict) -> str:
    kind = {"base": "base software", "product": "product software"}[need["kind"]]
    shapes = {">": "newer than {}", ">=": "{} or newer", "<": "older than {}", "<=": "{} or older"}
    return f"{kind} {shapes.get(need['op'], '{}').format(need['version'])} is needed"


def install(park: Park, appliance: dict, package: dict, *, eula: bool) -> None:
    """Begins the install: the appliance is away until it is over."""
    if is_installed(appliance, package):
        raise AlreadySo(f"{package['name']} is not offered: {_installed(appliance, package)}.")
    if reason := blocked(appliance, package):
        raise Refused(reason)
    accepted = eula or package["name"] in appliance["eula"]
    if package["kind"] == "product" and not accepted:
        raise Refused("Accept the End User License Agreement before the package is installed.")
    is_base = package["kind"] == "base"
    seconds = park.settings.base_seconds if is_base else park.settings.install_seconds
    appliance["operation"] = {
        "kind": "install",
        "package": package,
        "ends_at": park.real_time() + seconds,
        "fails": is_base and bool(faults.take(appliance, "base_install_fails")),
        "does_nothing": not is_base and bool(faults.take(appliance, "product_install_noop")),
    }
    park.effect(
        appliance, f"install_{package['kind']}", package=package["name"], version=package["version"]
    )


def _installed(appliance: dict, package: dict) -> str:
    if package["kind"] == "licence":
        return "it is installed"
    return f"{appliance[package['kind']]} is installed"


def finish_install(park: Park, appliance: dict, operation: dict, at: float) -> None:
    """What is so once the install is over; `at` is when that was, by the simulator's clock."""
    package = operation["package"]
    kind = package["kind"]
    people.sessions_are_lost(appliance, at, park.settings.return_minutes)
    if operation.get("fails"):
        appliance["down"] = "The base update did not end. Do not restart this appliance."
        park.effect(appliance, "base_install_failed", at=at, package=package["name"])
        return
    if operation.get("does_nothing"):
        park.effect(appliance, "product_install_did_nothing", at=at, package=package["name"])
        return
    if kind == "licence":
        appliance["licence_add_ons"].append(package["name"])
    else:
        appliance[kind] = package["version"]
        appliance[f"{kind}_installed_at"] = at
    if kind == "product":
        _new_release(park, appliance, package, at)
    appliance["media"] = [name for name in appliance["media"] if name != package["name"]]
    park.effect(appliance, f"{kind}_installed", at=at, version=package["version"])


def _new_release(park: Park, appliance: dict, package: dict, at: float) -> None:
    appliance["build"], appliance["hash"] = package["build"], package["hash"]
    appliance["terminated"] = []
    jump_clients.release_changed(
        appliance["jump_clients"],
        at,
        appliance["max_concurrent_jump_upgrades"],
        park.settings.jump_batch_minutes * 60,
    )
    for row in appliance["jumpoints"]:
        row["connected_at"] = at + 60
        row["off"] = row["off"] or row["stays_away"]
    for row in appliance["installers"]:
        row["valid"], row["expires_at"] = False, min(row["expires_at"], at)
    if appliance["cluster_role"] == "master":
        cluster.mark_all(park, appliance, at)


def reschedule(park: Park, appliance: dict) -> None:
    """The throttle was changed: clients that have not followed yet get their turn anew."""
    jump_clients.schedule(
        appliance["jump_clients"],
        park.now(appliance),
        appliance["max_concurrent_jump_upgrades"],
        park.settings.jump_batch_minutes * 60,
    )
