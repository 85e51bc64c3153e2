"""The tables of how change happens."""

from upgrades.models.attempt import Attempt
from upgrades.models.booking import Booking, MaintenanceWindow
from upgrades.models.job import UpgradeJob
from upgrades.models.note import JobNote
from upgrades.models.paths import AppliancePath, PathEntry
from upgrades.models.step import JobStep

__all__ = [
    "AppliancePath",
    "Attempt",
    "Booking",
    "JobNote",
    "JobStep",
    "MaintenanceWindow",
    "PathEntry",
    "UpgradeJob",
]
