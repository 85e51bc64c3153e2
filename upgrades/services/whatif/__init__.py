"""What would happen if: before something that displaces bookings is saved, the jobs it would hit,
what each strategy would make of them, and then all of it at once.

A preview does the thing itself, in a savepoint that is always rolled back (`imagining`), so that
what is shown is what the services do and not what somebody believes they do.
"""

from upgrades.services.whatif.edits import (
    AcceptCalendar,
    AddFreeze,
    AddFreezeForAll,
    ChangeContract,
    ChangeFreeze,
    ChangeWindow,
    Edit,
    EndContract,
    RemoveWindow,
    Settle,
    WithdrawPackage,
)
from upgrades.services.whatif.outcomes import Outcome, Strategy
from upgrades.services.whatif.preview import (
    ChangedMeanwhile,
    LookFirst,
    NotSettled,
    Preview,
    Row,
    apply,
    keep,
    preview,
)

__all__ = [
    "AcceptCalendar",
    "AddFreeze",
    "AddFreezeForAll",
    "ChangeContract",
    "ChangeFreeze",
    "ChangeWindow",
    "ChangedMeanwhile",
    "Edit",
    "EndContract",
    "LookFirst",
    "NotSettled",
    "Outcome",
    "Preview",
    "RemoveWindow",
    "Row",
    "Settle",
    "Strategy",
    "WithdrawPackage",
    "apply",
    "keep",
    "preview",
]
