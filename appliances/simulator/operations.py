"""What an appliance is in the middle of, and what is so when that ends.

Nothing ticks: before anything is asked of the park, `settle` carries out what has ended since.
"""

from appliances.simulator import failover, power, updates
from appliances.simulator.park import Park

ENDINGS = {
    "install": updates.finish_install,
    "sync": failover.finish_sync,
    "swap": failover.finish_swap,
    "reset": power.finish_reset,
}


def settle(park: Park) -> None:
    real = park.real_time()
    ended = [
        appliance
        for appliance in park.appliances.values()
        if appliance["operation"] and appliance["operation"]["ends_at"] <= real
    ]
    # The primary first: its sync reads what the backup is about to get.
    ended.sort(key=lambda row: (row["operation"]["ends_at"], row["failover_role"] != "primary"))
    for appliance in ended:
        if (operation := appliance["operation"]) is None:
            continue
        appliance["operation"] = None
        at = park.clock.at(operation["ends_at"]) + appliance["ahead"]
        ENDINGS[operation["kind"]](park, appliance, operation, at)
        park.touch(appliance)


def away(appliance: dict) -> str:
    """Why the appliance does not answer: "drop" (no connection), "busy" (a 503 page), or ""."""
    if appliance["down"] or not appliance["powered"]:
        return "drop"
    operation = appliance["operation"] or {}
    if operation.get("kind") == "install":
        return "drop" if operation["package"]["kind"] == "base" else "busy"
    return "drop" if operation.get("kind") == "reset" else ""
