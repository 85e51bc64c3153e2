"""Sites of the cluster's stories: in the portal's books, and standing in the simulator."""

from typing import Any

from appliances.models import Appliance, Package
from appliances.simulator.process import Simulator
from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.conftest import World, a_world, stand

STEM = "atlas.sim"
PUBLIC = f"support.{STEM}"
SHARED = "192.0.2.60"
VERSIONS = {"product": "12.1", "base": "3.2.4"}


def boxes(regions: dict[str, int], *, failover: bool) -> list[dict[str, Any]]:
    """As `sites.register` takes them: A (and B), then N1… by region."""
    made = [{"letter": "A", "cluster_role": "MASTER"}]
    if failover:
        made[0]["failover_role"] = "PRIMARY"
        made.append({"letter": "B", "cluster_role": "MASTER", "failover_role": "BACKUP"})
    places = [region for region, number in regions.items() for _ in range(number)]
    made += [
        {"letter": f"N{number}", "cluster_role": "TRAFFIC", "region": region}
        for number, region in enumerate(places, start=1)
    ]
    return [
        {
            **box, "name": f"Atlas {box['letter']}", "host": host(box["letter"]),
            "product_version": VERSIONS["product"], "base_version": VERSIONS["base"],
        }
        for box in made
    ]  # fmt: skip


def host(letter: str) -> str:
    return f"{letter.lower()}.{STEM}"


def spec(box: dict[str, Any], failover: bool, swing: str = "DNS") -> dict[str, Any]:
    """The same box as the simulator takes it."""
    master = box["cluster_role"] == "MASTER"
    made: dict[str, Any] = {
        "hostname": box["host"], "public_name": PUBLIC, **VERSIONS,
        "cluster": "atlas", "cluster_role": box["cluster_role"].lower(),
        "region": box.get("region", ""), "installers": 2 if master else 0,
        "jump_clients": {"count": 6, "off": 0.0, "seed": 1} if master else 0,
    }  # fmt: skip
    if master and failover:
        made["failover_role"] = box["failover_role"].lower()
        made["peer"] = host("B" if box["letter"] == "A" else "A")
        made["last_sync_at"] = NOON.timestamp() - 1320
        made["last_sync_status"] = "Data-Sync completed successfully."
        if swing == "SHARED_IP":
            made["shared_ip"] = SHARED
    return made


def a_cluster(
    catalogue: dict[str, Package], park: Simulator, regions: dict[str, int], *,
    failover: bool = False, swing: str = "DNS", minutes: int = 16 * 60,
) -> World:  # fmt: skip
    shape = "CLUSTER_WITH_FAILOVER" if failover else "CLUSTER"
    given = boxes(regions, failover=failover)
    world = a_world(
        catalogue, *given, minutes=minutes, shape=shape, name="Atlas", public_name=PUBLIC,
        swing=swing,
    )  # fmt: skip
    stand(park, world, *(spec(box, failover, swing) for box in given))
    return world


def box_of(world: World, letter: str) -> Appliance:
    with tenancy.transaction(world.customer):
        return Appliance.objects.get(site=world.site, letter=letter)
