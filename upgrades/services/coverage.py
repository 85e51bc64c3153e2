"""Until when maintenance goes on without a break (G-PREP-3)."""

from collections.abc import Iterable
from datetime import date, timedelta

from portal.models import Contract
from portal.services import customers

DAY = timedelta(days=1)


def covered_until(day: date) -> date:
    """The last day of unbroken maintenance from a day on; the day before it, if there is none."""
    return unbroken(day, customers.contracts_from(day))


def unbroken(day: date, contracts: Iterable[Contract]) -> date:
    """The same of contracts that were read, in order of their first days."""
    last = day - DAY
    for contract in contracts:
        if contract.starts_on > last + DAY:
            break
        last = max(last, contract.ends_on)
    return last
