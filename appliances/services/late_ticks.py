"""What was done at a rack without a network, and sent later: the time it happened, as the device
says it, beside the time it arrived.

The device says how long ago it was, not when: its clock may be wrong, its stopwatch is not. What
cannot be true is not kept; the tick itself counts all the same, at the time of its arrival.
"""

from datetime import datetime, timedelta
from typing import Any

from appliances.models import HardwareReturn

LONGEST = timedelta(days=30)  # longer ago than any telephone waits


def happened(row: HardwareReturn, ago: str, *, at: datetime) -> datetime | None:
    """When it was, by the seconds that the device says have passed; None if it says nothing, or
    what cannot be: in the future, before the return was opened, or longer ago than a month."""
    if not (ago.isascii() and ago.isdecimal() and 0 < len(ago) < 9):
        return None
    then = at - timedelta(seconds=int(ago))
    if int(ago) == 0 or then < row.opened_at or at - then > LONGEST:
        return None
    return then


def note(row: HardwareReturn, move: str, then: datetime | None, *, by: Any, at: datetime) -> None:
    """Set it on the row before the move is made, which keeps both."""
    if then is not None:
        told = {"happened": then.isoformat(), "arrived": at.isoformat(), "by": str(by)}
        row.said_at = {**row.said_at, move: told}


def said(row: HardwareReturn, move: str) -> datetime | None:
    """When a move happened, by what the device said; None: it arrived at once."""
    told = row.said_at.get(move)
    return datetime.fromisoformat(told["happened"]) if told else None
