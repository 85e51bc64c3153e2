"""From how an appliance is reached to the driver that reaches it."""

from collections.abc import Callable
from datetime import datetime

from appliances.drivers.base import Connection, Driver
from appliances.drivers.errors import AddressRefused, NotSupported
from appliances.drivers.json_command import JsonDriver
from appliances.drivers.no_api import NoApiDriver
from appliances.drivers.session import Session
from appliances.drivers.xml_command import XmlDriver
from portal import egress


def driver_for(
    connection: Connection,
    *,
    guard: egress.Guard | None = None,
    now: Callable[[], datetime] | None = None,
    budget: float | None = None,
) -> Driver:
    """A driver for one piece of work. Raises AddressRefused for a name that may not be called.

    `guard` defaults to the installation's. `now` is the clock that the appliance's is compared
    with (the portal's, where the simulator runs on a scaled one); real time by default. `budget`
    in seconds is for all calls of this driver together, so that a lease can be kept; leave it out
    for backups and for reading many pages.
    """
    if connection.dialect == "none":
        return NoApiDriver()
    if connection.dialect == "json" and connection.auth == "old":
        raise NotSupported("the JSON API takes no user name and password")
    target = egress.Target(
        connection.host,
        simulated=connection.simulated,
        private_allowed=connection.private_allowed,
        pin=connection.pin,
    )
    try:
        door = (guard or egress.guard()).door(target)
    except egress.NotAllowed as error:
        raise AddressRefused(error.detail) from error
    session = Session(connection, door, budget=budget)
    if connection.dialect == "json":
        return JsonDriver(session, now)
    return XmlDriver(session, now)
