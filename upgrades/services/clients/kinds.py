"""What a Jump Client is after a release: followed, still to come, off line, lost, or gone."""

from datetime import datetime, timedelta
from typing import Any

from upgrades.models.clients import ClientKind as K

DAY = timedelta(hours=24)  # a passive client checks in at least that often (G-CLIENT-5)


def of_client(client: Any, *, release_at: datetime | None, at: datetime) -> str:
    """The kind of a client as the configuration API shows it (vendor.md 3.6).

    A passive one is never connected for long. It can be reached if it has checked in since the
    release serves, or was there in the day before and its own day is not over yet; after that its
    host is off (G-CLIENT-6).
    """
    if client.connection_type == "uninstalled":
        return K.GONE
    if client.lost:
        return K.LOST
    if not client.needs_update:
        return K.FOLLOWED
    if client.online:
        return K.PENDING
    if client.connection_type == "passive" and _expected(client, release_at, at):
        return K.PENDING
    return K.OFF_LINE


def _expected(client: Any, release_at: datetime | None, at: datetime) -> bool:
    seen = client.last_connected_at
    if seen is None or release_at is None:
        return False
    if seen >= release_at:
        return True
    return at < release_at + DAY and seen >= release_at - DAY


def key_of(name: str, hostname: str) -> str:
    """What decisions name a client by, whether it was read by the portal or exported. Two clients
    of one name and one host are one and the same decision."""
    return f"{name.casefold()}|{hostname.casefold()}"[:250]
