"""Checks of what was kept of an appliance before it is changed: backups and certificates.

A job takes its own right before the first change and asks again if they have grown old by then
(G-RULE-4), so an old one only warns here.
"""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance
from appliances.services.checks.asked import DAY, GOOD, WARNING, Name, Question, Verdict, unknown
from appliances.services.measuring import Measured


def backup(asked: Question, found: Measured) -> Verdict | None:
    """G-PREP-1. One that grows old is warned of also where no job is near (G-PREP-15)."""
    if holds_no_settings(found.box):
        return None
    kept = asked.backups.get(found.box.pk, ())
    if not kept:
        return Verdict(WARNING, "", _("There is no backup yet. A job takes one first."), lasts=DAY)
    observed = kept[0].taken_at.isoformat(timespec="minutes")
    left = kept[0].taken_at + timedelta(hours=asked.values["BACKUP.hours"]) - asked.at
    if left <= timedelta():
        reason = _("The last backup is too old. A job takes a fresh one first.")
        return Verdict(WARNING, observed, reason, lasts=DAY)
    return Verdict(GOOD, observed, lasts=left)


def backup_sane(asked: Question, found: Measured) -> Verdict | None:
    """Against the one before it (vendor.md §9.1): one cut off, or of another appliance."""
    if holds_no_settings(found.box):
        return None
    sizes = [one.size for one in asked.backups.get(found.box.pk, ()) if one.size]
    if len(sizes) < 2:
        return unknown(_("There are not two backups yet to compare."))
    percent = round(100 * sizes[0] / sizes[1])
    bad = asked.worse(Name.BACKUP_SANE)
    if percent < asked.values["BACKUP_SANE.smallest"]:
        reason = _("This backup is much smaller than the last one. Look whether it is whole.")
        return Verdict(bad, f"{percent} %", reason, lasts=DAY)
    if percent > asked.values["BACKUP_SANE.largest"]:
        reason = _("This backup is much larger than the last one.")
        return Verdict(bad, f"{percent} %", reason, lasts=DAY)
    return Verdict(GOOD, f"{percent} %", lasts=DAY)


def certificate_saved(asked: Question, found: Measured) -> Verdict | None:
    """G-PREP-2."""
    if holds_no_settings(found.box):
        return None
    copy = asked.copies.get(found.box.pk)
    if copy is None:
        reason = _("No export of the certificates is noted. A job asks for it first.")
        return Verdict(WARNING, "", reason, lasts=DAY)
    observed = copy.noted_at.isoformat(timespec="minutes")
    left = copy.noted_at + timedelta(hours=asked.values["CERTIFICATE_SAVED.hours"]) - asked.at
    if left <= timedelta():
        reason = _("The certificates were exported too long ago. A job asks for it again.")
        return Verdict(WARNING, observed, reason, lasts=DAY)
    return Verdict(GOOD, observed, lasts=left)


def holds_no_settings(box: Appliance) -> bool:
    """A traffic node holds none (G-RULE-4)."""
    return box.cluster_role == Appliance.ClusterRole.TRAFFIC
