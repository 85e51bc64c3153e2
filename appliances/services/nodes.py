"""What the appliances of a cluster are asked. Beside `remote`, and like it outside transactions.

It is made sure that the very appliance answers: each master keeps a list of its own (vendor.md
§2.3), and a node is counted by its own name.
"""

from appliances.drivers import errors
from appliances.models import Appliance
from appliances.services.remote import BUDGET_SECONDS, asking

# Two of these are asked in one turn: together they keep within the time of one question.
HALF = BUDGET_SECONDS / 2


def flags(master: Appliance) -> dict[str, bool]:
    """Which nodes accept new connections in this master's list, by GUID. Raises Trouble."""
    with asking(master, budget=HALF) as driver:
        driver.confirm()
        return {row.guid: row.accepting_connections for row in driver.appliances()}


def connections(node: Appliance) -> dict[str, int]:
    """The clients connected to this node, by type. Raises Trouble."""
    with asking(node, budget=HALF) as driver:
        guid = driver.confirm().guid
        own = [row for row in driver.client_counts() if row.guid == guid]
        if not own:
            raise errors.ProtocolError("the counts do not name the node that was asked")
        return dict(own[0].by_type)
