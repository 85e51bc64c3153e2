"""The readiness checks, one function each: facts and an observation in, a verdict out. Pure.

Reasons are English msgids without values; what was seen stands beside them in `observed`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance, Backup, Licence, ReadinessCheck, Site
from appliances.services import licences
from appliances.services.observations import Observation

Name, Status = ReadinessCheck.Name, ReadinessCheck.Status
GOOD, WARNING, BAD, UNKNOWN = Status.GOOD, Status.WARNING, Status.BAD, Status.UNKNOWN

CLOCK_WARNS_SECONDS = 120  # the download key depends on the right time (G-MANUAL-5)
CLOCK_BAD_SECONDS = 3600
BACKUP_FRESH = timedelta(hours=24)
HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


@dataclass(frozen=True)
class Question:
    """What our records say of a site, read before its appliances are asked.

    `day` is the date that contract and licence must cover. `path_problem`: None if nobody asked
    for the path, "" if it is complete, else the sentence that says what is missing.
    """

    site: Site
    at: datetime
    day: date
    appliances: tuple[Appliance, ...] = ()
    backups: dict[object, Backup] = field(default_factory=dict)
    licence: Licence | None = None
    entitled: bool | None = None
    path_problem: str | None = None


@dataclass(frozen=True)
class Verdict:
    """`blocks`: a job may not start while this is bad. `until`: how long the answer counts."""

    status: str
    observed: str = ""
    reason: str = ""
    blocks: bool = False
    lasts: timedelta = HOUR


def reachability(asked: Question, box: Appliance, seen: Observation) -> Verdict:
    if box.dialect == Appliance.Dialect.NO_API:
        return Verdict(UNKNOWN, "", _("This appliance has no API account: a person looks."))
    if seen.kind in ("unreachable", "refused", "garbled"):
        return Verdict(BAD, seen.said, seen.detail, blocks=True)
    return Verdict(GOOD, seen.version, blocks=True)


def health(asked: Question, box: Appliance, seen: Observation) -> Verdict:
    if seen.kind == "well":
        return Verdict(GOOD, blocks=True)
    if seen.kind == "unwell":
        return Verdict(BAD, seen.said, _("The appliance says that it is not well."), blocks=True)
    return _not_asked(box)


def identity(asked: Question, box: Appliance, seen: Observation) -> Verdict:
    if seen.kind == "wrong":
        return Verdict(BAD, seen.guid, seen.detail, blocks=True)
    if not seen.answered:
        return _not_asked(box)
    first = "" if box.guid else _("Its identity was not known before; it is recorded now.")
    return Verdict(GOOD, seen.guid, first, blocks=True)


def clock(asked: Question, box: Appliance, seen: Observation) -> Verdict:
    offset = seen.clock_offset_seconds
    if offset is None:
        return Verdict(UNKNOWN, "", _("The appliance did not tell its time."))
    observed = f"{offset:+.0f} s"
    if abs(offset) > CLOCK_BAD_SECONDS:
        reason = _("Its clock is off by more than an hour. Set its time server.")
        return Verdict(BAD, observed, reason, blocks=True)
    if abs(offset) > CLOCK_WARNS_SECONDS:
        return Verdict(WARNING, observed, _("Its clock is off by more than two minutes."))
    return Verdict(GOOD, observed)


def backup(asked: Question, box: Appliance, seen: Observation) -> Verdict | None:
    """A job takes its own before the first change, so an old one only warns. A traffic node holds
    no settings (G-RULE-4)."""
    if box.cluster_role == Appliance.ClusterRole.TRAFFIC:
        return None
    kept = asked.backups.get(box.pk)
    if kept is None:
        return Verdict(WARNING, "", _("There is no backup yet. A job takes one first."), lasts=DAY)
    observed = kept.taken_at.isoformat(timespec="minutes")
    left = kept.taken_at + BACKUP_FRESH - asked.at
    if left <= timedelta():
        reason = _("The last backup is older than 24 hours. A job takes a fresh one first.")
        return Verdict(WARNING, observed, reason, lasts=DAY)
    return Verdict(GOOD, observed, lasts=left)


def base_version(asked: Question, box: Appliance, seen: Observation) -> Verdict:
    if not box.base_version:
        reason = _("Nobody has read the base version. Type it from Status > Basics.")
        return Verdict(BAD, "", reason, blocks=True)
    if box.base_is_stale(asked.at):
        reason = _("The base version was read more than 30 days ago. Read it again.")
        return Verdict(BAD, box.base_version, reason, blocks=True)
    return Verdict(GOOD, box.base_version, blocks=True, lasts=DAY)


def _not_asked(box: Appliance) -> Verdict:
    """It cannot be known now; blocks only where the portal could have asked."""
    could = box.dialect != Appliance.Dialect.NO_API
    return Verdict(UNKNOWN, "", _("It did not answer, so this is not known."), blocks=could)


def path(asked: Question) -> Verdict | None:
    if asked.path_problem is None:
        return None
    if asked.path_problem:
        return Verdict(BAD, "", asked.path_problem, blocks=True, lasts=DAY)
    return Verdict(GOOD, blocks=True, lasts=DAY)


def contract(asked: Question) -> Verdict:
    observed = asked.day.isoformat()
    if asked.entitled:
        return Verdict(GOOD, observed, blocks=True, lasts=DAY)
    reason = _("No maintenance contract covers this day.")
    return Verdict(BAD, observed, reason, blocks=True, lasts=DAY)


def licence(asked: Question) -> Verdict:
    kept = asked.licence
    if kept is None:
        reason = _("Number and expiry of the licences are not recorded.")
        return Verdict(UNKNOWN, "", reason, lasts=DAY)
    observed = f"{kept.number}" + (f", {kept.expires_on.isoformat()}" if kept.expires_on else "")
    if kept.ends_before(asked.day):
        return Verdict(BAD, observed, _("The licences end before this day."), lasts=DAY)
    if licences.expires_soon(kept, on=asked.day):
        return Verdict(WARNING, observed, _("The licences end within 90 days."), lasts=DAY)
    return Verdict(GOOD, observed, lasts=DAY)


OF_APPLIANCE: dict[str, Callable[[Question, Appliance, Observation], Verdict | None]] = {
    Name.REACHABILITY: reachability,
    Name.HEALTH: health,
    Name.IDENTITY: identity,
    Name.CLOCK: clock,
    Name.BACKUP: backup,
    Name.BASE_VERSION: base_version,
}
OF_SITE: dict[str, Callable[[Question], Verdict | None]] = {
    Name.PATH: path,
    Name.CONTRACT: contract,
    Name.LICENCE: licence,
}
