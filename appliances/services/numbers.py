"""How much an appliance holds, to compare two of them. Beside `remote`, outside transactions."""

from appliances.models import Appliance
from appliances.services.observations import Trouble
from appliances.services.remote import asking

SECONDS = 20.0  # of one appliance: a lease of 60 s holds over two


def numbers(appliance: Appliance) -> dict[str, int]:
    """Its users, teams, Jump Clients and Jumpoints, as far as it tells. Raises Trouble if it could
    tell but did not answer."""
    try:
        with asking(appliance, budget=SECONDS) as driver:
            found = {
                "users": driver.users(),
                "teams": driver.teams(),
                "jump_clients": driver.jump_client_summary().total,
                "jumpoints": len(driver.jumpoints()),
            }
        return {name: number for name, number in found.items() if number is not None}
    except Trouble as trouble:
        if trouble.kind == "refused":
            return {}
        raise
