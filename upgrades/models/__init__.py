"""The tables of how change happens."""

from upgrades.models.attempt import Attempt
from upgrades.models.booking import Booking, MaintenanceWindow
from upgrades.models.client_export import ClientExport
from upgrades.models.clients import ClientDecision, ClientLook, ClientRow
from upgrades.models.decision import DecisionLink, PhoneCall
from upgrades.models.enrolment import Enrolment
from upgrades.models.escalation import Escalation
from upgrades.models.fleet_count import FleetCount
from upgrades.models.freeze import Freeze, FreezeCalendar, FreezeOverride, PlatformFreeze
from upgrades.models.interim import Interim
from upgrades.models.job import UpgradeJob
from upgrades.models.live_link import LiveLink
from upgrades.models.look import Look
from upgrades.models.note import JobNote
from upgrades.models.paths import AppliancePath, PathEntry
from upgrades.models.rehearsal import Rehearsal
from upgrades.models.rollout import Rollout, Wave
from upgrades.models.rollout_report import RolloutReport
from upgrades.models.settlement import Settlement, SettlementPart
from upgrades.models.step import JobStep
from upgrades.models.team import Seat, Shift, Team

__all__ = [
    "AppliancePath",
    "Attempt",
    "Booking",
    "DecisionLink",
    "Enrolment",
    "Escalation",
    "FleetCount",
    "Freeze",
    "FreezeCalendar",
    "FreezeOverride",
    "Interim",
    "ClientDecision",
    "ClientExport",
    "ClientLook",
    "ClientRow",
    "JobNote",
    "JobStep",
    "LiveLink",
    "Look",
    "MaintenanceWindow",
    "PathEntry",
    "PhoneCall",
    "PlatformFreeze",
    "Rehearsal",
    "Rollout",
    "RolloutReport",
    "Seat",
    "Settlement",
    "SettlementPart",
    "Shift",
    "Team",
    "UpgradeJob",
    "Wave",
]
