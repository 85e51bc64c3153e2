"""Every Jump Client of an appliance, some at a time. Never inside a transaction."""

from collections.abc import Callable, Iterator
from itertools import islice

from appliances.drivers.values import JumpClient
from appliances.models import Appliance
from appliances.services.observations import Trouble
from appliances.services.remote import CLIENTS_A_PAGE, asking


def read_clients(appliance: Appliance, page: Callable[[list[JumpClient]], None]) -> bool:
    """Hand over every Jump Client, some at a time: a site may have a hundred thousand.

    False where its interface cannot tell, or not to our account. Raises Trouble if it did not
    answer, and whatever `page` raises: what was handed over by then is not all.
    """
    try:
        with asking(appliance, budget=None) as driver:
            for some in _batched(driver.jump_clients(), CLIENTS_A_PAGE):
                page(some)
    except Trouble as trouble:
        if trouble.kind == "refused":
            return False
        raise
    return True


def _batched(clients: Iterator[JumpClient], size: int) -> Iterator[list[JumpClient]]:
    while some := list(islice(clients, size)):
        yield some
