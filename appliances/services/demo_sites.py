"""The demo's sites as values, and each as the simulator wants its appliances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

# The vendor's cut-overs lie in the middle of the demo's path. So that one account serves from its
# first release to its last, and Jump Clients are counted all the way, these appliances know both.
BOTH_FROM_THE_START = {"oauth_from": "11.0", "config_from": "11.0"}
PRIMARY, BACKUP = {"failover_role": "PRIMARY"}, {"failover_role": "BACKUP"}


@dataclass(frozen=True)
class Box:
    """An appliance of a demo site: roles as our record has them, names under .sim."""

    letter: str
    host: str
    cluster_role: str = "SINGLE"
    failover_role: str = "NONE"
    region: str = ""


@dataclass(frozen=True)
class NewBox:
    """New hardware as it was delivered, waiting to take the place of appliance A."""

    host: str
    serial: str
    base: str
    model: str = "B400"
    physical: bool = True


@dataclass(frozen=True)
class DemoSite:
    name: str
    public_name: str
    shape: str
    zone: str
    base: str
    product: str
    boxes: tuple[Box, ...]
    swing: str = "DNS"
    jump_clients: int = 40
    licences: int = 15
    licences_end_in_days: int | None = None
    base_read_days_ago: int = 3
    model: str = "B300"
    data_gb: int = 40
    new: NewBox | None = None
    region: str = ""
    tags: tuple[str, ...] = ()

    def licences_end_on(self, at: datetime) -> date | None:
        days = self.licences_end_in_days
        return None if days is None else (at + timedelta(days=days)).date()


def single(stem: str, **values: Any) -> DemoSite:
    boxes = (Box("A", f"a.{stem}.sim"),)
    return DemoSite(shape="SINGLE", public_name=f"support.{stem}.sim", boxes=boxes, **values)


def pair(stem: str, **values: Any) -> DemoSite:
    boxes = (Box("A", f"a.{stem}.sim", **PRIMARY), Box("B", f"b.{stem}.sim", **BACKUP))
    return DemoSite(shape="PAIR", public_name=f"support.{stem}.sim", boxes=boxes, **values)


def cluster(stem: str, regions: Sequence[str], *, failover: bool = True, **values: Any) -> DemoSite:
    """Two masters in failover (or one, without), and two traffic nodes a region."""
    boxes = [Box("A", f"a.{stem}.sim", "MASTER")]
    if failover:
        boxes = [
            Box("A", f"a.{stem}.sim", "MASTER", **PRIMARY),
            Box("B", f"b.{stem}.sim", "MASTER", **BACKUP),
        ]
    for number in range(2 * len(regions)):
        region, letter = regions[number // 2], f"N{number + 1}"
        boxes.append(Box(letter, f"{letter.lower()}.{stem}.sim", "TRAFFIC", region=region))
    shape = "CLUSTER_WITH_FAILOVER" if failover else "CLUSTER"
    public_name = f"support.{stem}.sim"
    return DemoSite(shape=shape, public_name=public_name, boxes=tuple(boxes), **values)


# The story of the demo begins with the first: several releases behind, as in the guide.
BEHIND = single(
    "meridian", name="Meridian service desk", zone="Europe/Istanbul", base="3.2.4",
    product="12.1", jump_clients=60, licences_end_in_days=60,
)  # fmt: skip
NEARLY_THERE = single(
    "lyon", name="Lyon workshop", zone="Europe/Paris", base="6.1.1", product="22.1",
    jump_clients=25, model="B200", base_read_days_ago=45,
)  # fmt: skip
REPLACED = single(
    "rhone", name="Lyon counter", zone="Europe/Paris", base="6.1.1", product="22.1",
    jump_clients=20, model="B200",
    new=NewBox("new.rhone.sim", "CH4-90210", "6.1.1", physical=False, model="VMware"),
)  # fmt: skip
PAIR = pair(
    "marmara", name="Marmara help line", zone="Europe/Istanbul", base="6.2.0", product="22.3",
    swing="SHARED_IP", data_gb=220, licences=46,
)  # fmt: skip
CLUSTER = cluster(
    "northline", ["Europe", "Asia"], name="Northline worldwide", zone="Europe/London",
    base="7.0.0", product="23.2.1", jump_clients=120, licences=120, model="B400",
)  # fmt: skip
SITES = (BEHIND, NEARLY_THERE, REPLACED, PAIR, CLUSTER)


def park(plan: DemoSite, account: dict[str, str], *, at: datetime) -> list[dict[str, Any]]:
    """A site as the simulator wants its appliances."""
    return [*(_spec(plan, box, account, at) for box in plan.boxes), *_fresh(plan)]


def _fresh(plan: DemoSite) -> list[dict[str, Any]]:
    """Nobody's data, no account: what an appliance is before it is set up."""
    new = plan.new
    if new is None:
        return []
    return [{
        "hostname": new.host, "public_name": plan.public_name, "base": new.base, "product": "",
        "model": new.model, "physical": new.physical, "serial": new.serial,
        "certificate": "factory", "accounts": [], "reps": 0, "jumpoints": 0, "jump_clients": 0,
        "clients": {"support_customer": 0, "push_agent": 0}, "dialect": BOTH_FROM_THE_START,
    }]  # fmt: skip


def _spec(plan: DemoSite, box: Box, account: dict[str, str], at: datetime) -> dict[str, Any]:
    ends = plan.licences_end_on(at)
    holds_settings = box.cluster_role != "TRAFFIC"
    clients = {"count": plan.jump_clients, "passive": 0.35, "off": 0.05, "seed": plan.public_name}
    spec: dict[str, Any] = {
        "hostname": box.host,
        "public_name": plan.public_name,
        "model": plan.model,
        "company_name": plan.name,
        "base": plan.base,
        "product": plan.product,
        "failover_role": box.failover_role.lower(),
        "cluster_role": box.cluster_role.lower(),
        "region": box.region,
        "jump_clients": clients if holds_settings else 0,
        "installers": 3 if holds_settings else 0,
        "accounts": [{"name": "Changeover", **account}],
        "licences": {"number": plan.licences, "expires": ends.isoformat() if ends else None},
        "dialect": BOTH_FROM_THE_START,
    }
    return spec | _related(plan, box, at)


def _related(plan: DemoSite, box: Box, at: datetime) -> dict[str, Any]:
    """What stands only in a pair or a cluster."""
    found: dict[str, Any] = {}
    if box.failover_role != "NONE":
        found["peer"] = next(
            other.host
            for other in plan.boxes
            if other.failover_role not in ("NONE", box.failover_role)
        )
        found["last_sync_at"] = (at - timedelta(minutes=22)).timestamp()
        found["last_sync_status"] = "Data-Sync completed successfully."
    if plan.swing == "SHARED_IP":
        found["shared_ip"] = "192.0.2.40"
    if any(other.cluster_role == "TRAFFIC" for other in plan.boxes):
        found["cluster"] = plan.public_name
    return found
