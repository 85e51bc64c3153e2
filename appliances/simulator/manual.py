"""The manual way: download key, the vendor's update server, the file (guide G-MANUAL)."""

import hashlib
import json

from appliances.simulator import seeds, updates, versions
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused, Unknown

MAGIC = b"SIMULATED-UPDATE-PACKAGE 1\n"
KEY_ON_PAGE_FROM = "3.3.2"
CLOCK_TOLERANCE = 120


def make_key(park: Park, appliance: dict) -> str:
    """The page's own key; it depends on the appliance's clock (G-MANUAL-1, 5)."""
    if not versions.at_least(appliance["base"], KEY_ON_PAGE_FROM):
        raise Refused("This base software cannot make a download key. Ask support for one.")
    appliance["download_key"] = _key(park, appliance, "page")
    park.effect(appliance, "make_key")
    return appliance["download_key"]


def support_key(park: Park, appliance: dict) -> str:
    """What the vendor's support gives out for a serial number, before base 3.3.2."""
    appliance["support_key"] = _key(park, appliance, "support")
    park.effect(appliance, "support_key")
    return appliance["support_key"]


def _key(park: Park, appliance: dict, source: str) -> str:
    offset = abs(appliance["clock_offset"])
    stamp = "late" if offset > CLOCK_TOLERANCE and source == "page" else "good"
    return (
        stamp[:1].upper() + seeds.hexes(31, appliance["guid"], source, park.now(appliance)).upper()
    )


def holder(park: Park, key: str) -> dict:
    """The appliance a key was made for. Raises Refused when the key is not accepted."""
    for appliance in park.appliances.values():
        if key and key in (appliance["download_key"], appliance["support_key"]):
            if key.startswith("L"):
                raise Refused(
                    "The key is not valid now. Check the appliance's clock and its NTP setting."
                )
            return appliance
    raise Refused("This download key is not known.")


def on_server(park: Park, appliance: dict) -> list[dict]:
    """Every available update, blocked ones too; each can be fetched once."""
    return [row for row in updates.feed(park, appliance) if row["kind"] != "licence"]


def fetch(park: Park, appliance: dict, name: str) -> tuple[str, bytes]:
    """File name and content. Afterwards the package is in no list any more (G-MANUAL-4)."""
    package = next((row for row in on_server(park, appliance) if row["name"] == name), None)
    if package is None:
        raise Refused(f"{name} is not offered. Only support can offer it again.")
    appliance["hidden"].append(name)
    appliance["media"].append(name)
    park.effect(appliance, "fetch_package", package=name)
    body = MAGIC + json.dumps({"guid": appliance["guid"], "package": name}).encode() + b"\n"
    return f"{name.replace(' ', '-')}.pkg", body


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def offer_again(park: Park, appliance: dict, name: str) -> None:
    """Support puts a downloaded package back on the list."""
    if name not in appliance["hidden"]:
        raise Unknown(f"{name} was not taken off the list.")
    appliance["hidden"].remove(name)
    park.effect(appliance, "offer_again", package=name)


def update_software(park: Park, appliance: dict, package: dict, *, eula: bool) -> None:
    """Installs from removable media; the package must have been fetched before."""
    if package["name"] not in appliance["media"]:
        raise Refused(f"No file of {package['name']} was given.")
    updates.install(park, appliance, package, eula=eula)


def package_in(park: Park, appliance: dict, content: bytes) -> dict:
    """The package a chosen file holds. Raises Refused for anything else."""
    if not content.startswith(MAGIC):
        raise Refused("The file is no update package.")
    try:
        header = json.loads(content[len(MAGIC) :])
        package = park.package(header["package"])
    except (ValueError, KeyError, Unknown):
        raise Refused("The update package is damaged.") from None
    if header["guid"] != appliance["guid"]:
        raise Refused("The update package was made for another appliance.")
    if package["name"] not in appliance["media"]:
        appliance["media"].append(package["name"])
        park.touch(appliance)
    return package
