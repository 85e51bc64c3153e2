"""What the checks are asked with, and how they answer. Plain values."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from appliances.models import (
    Appliance,
    Backup,
    BaseHold,
    CertificateCopy,
    Drift,
    Licence,
    Package,
    ReadinessCheck,
    Site,
    Waiver,
)
from appliances.services import thresholds
from appliances.services.expected import Expected

Name, Status = ReadinessCheck.Name, ReadinessCheck.Status
GOOD, WARNING, BAD, UNKNOWN = Status.GOOD, Status.WARNING, Status.BAD, Status.UNKNOWN
DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Question:
    """What our records say of a site, read before its appliances are asked.

    `day` is the date that contract and licence must cover. `withdrawn`: names of packages that the
    plan needs and that were withdrawn since; None: nobody asked for it. `untested`: None if nobody
    asked for it, "" if all is well, else the sentence (a msgid) that says what is missing.
    """

    site: Site
    at: datetime
    day: date
    values: thresholds.Values = thresholds.BUILT_IN
    appliances: tuple[Appliance, ...] = ()
    backups: dict[object, tuple[Backup, ...]] = field(default_factory=dict)  # newest first
    copies: dict[object, CertificateCopy] = field(default_factory=dict)
    releases: dict[str, Package] = field(default_factory=dict)
    licence: Licence | None = None
    holds: tuple[BaseHold, ...] = ()
    drifts: tuple[Drift, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    entitled: bool | None = None
    withdrawn: tuple[str, ...] | None = None
    untested: str | None = None
    expected: Expected = Expected()

    def worse(self, name: str) -> Status:
        """What a check that found something wrong says: bad where it blocks, else to watch."""
        return BAD if self.values.blocks(name) else WARNING


@dataclass(frozen=True)
class Verdict:
    """`counts`: False for an answer that stops nobody, whatever was set. `lasts`: how long it
    counts; None: as set for all answers."""

    status: str
    observed: str = ""
    reason: str = ""
    counts: bool = True
    lasts: timedelta | None = None


def unknown(reason: str, observed: str = "") -> Verdict:
    """It cannot be known, and that stops nobody."""
    return Verdict(UNKNOWN, observed, reason, counts=False)
