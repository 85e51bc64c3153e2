"""The tables of what is looked after."""

from appliances.models.appliance import Appliance, VersionReading
from appliances.models.backup import Backup, CertificateCopy
from appliances.models.difference import Difference
from appliances.models.drift import Drift
from appliances.models.freeze import ConfigurationFreeze
from appliances.models.hardware_return import HardwareReturn
from appliances.models.hold import BaseHold
from appliances.models.licence import Licence
from appliances.models.package import Package, Provenance, Requirement
from appliances.models.question import RecordedWord, SupportQuestion
from appliances.models.readiness import ReadinessCheck, Snapshot
from appliances.models.return_photograph import ReturnPhotograph
from appliances.models.site import Site
from appliances.models.threshold import InstallationThreshold, Threshold
from appliances.models.waiver import Waiver

__all__ = [
    "Appliance",
    "Backup",
    "BaseHold",
    "CertificateCopy",
    "Difference",
    "Drift",
    "HardwareReturn",
    "InstallationThreshold",
    "ConfigurationFreeze",
    "Licence",
    "Package",
    "Provenance",
    "ReadinessCheck",
    "RecordedWord",
    "Requirement",
    "ReturnPhotograph",
    "Site",
    "Snapshot",
    "SupportQuestion",
    "Threshold",
    "VersionReading",
    "Waiver",
]
