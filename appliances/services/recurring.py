"""Backups that are taken by themselves, so that none is ever older than the site's rhythm
(G-PREP-16): the rhythms, and what is kept of a try that failed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appliances.events import Event
from appliances.models import Appliance, Backup
from portal import audit
from portal.models import EvidenceFile
from portal.permissions import OPERATES
from portal.services import customers, messages

RHYTHMS = (
    (0, _("never: only upgrades take one")),
    (1, _("every day")),
    (7, _("every week")),
    (30, _("every 30 days")),
)
KEPT = (
    (30, _("for 30 days")),
    (90, _("for 90 days")),
    (180, _("for 180 days")),
    (365, _("for a year")),
    (0, _("for ever")),
)
USUALLY_KEPT = 180
NEWEST_KEPT = 3  # of each appliance, however old they are
TRIED_AGAIN = timedelta(hours=6)


def put_off(box: Appliance, until: datetime) -> None:
    Appliance.objects.filter(pk=box.pk).update(backup_due_at=until)


def failed(box: Appliance, detail: str, *, at: datetime) -> None:
    """Tried again in some hours; the site's people are told once, until one is kept again. In the
    customer's transaction."""
    row = Appliance.objects.select_for_update().select_related("site").get(pk=box.pk)
    known, row.backup_trouble = row.backup_trouble, detail[:200] or "?"
    row.backup_due_at = at + TRIED_AGAIN
    row.save(update_fields=["backup_trouble", "backup_due_at"])
    if known != row.backup_trouble:
        audit.record(Event.BACKUP_FAILED, row, data={"detail": row.backup_trouble}, at=at)
    if not known:
        _tell(row, at=at)


def prune(box: Appliance, proofs: Sequence[tuple[datetime, datetime]], *, at: datetime) -> int:
    """Throw away what was kept for long enough, and say so in the trail; how many. The newest stay,
    and what a job took or may have relied on: `proofs` are from when until when. In the customer's
    transaction; the sweep removes the contents of rows that are gone."""
    if not box.site.backup_kept_days:
        return 0
    before = at - timedelta(days=box.site.backup_kept_days)
    older = Backup.objects.filter(appliance=box).order_by("-taken_at", "pk")[NEWEST_KEPT:]
    gone = [
        row
        for row in older
        if row.step_id is None
        and row.taken_at < before
        and not any(begin <= row.taken_at <= end for begin, end in proofs)
    ]
    if not gone:
        return 0
    Backup.objects.filter(pk__in=[row.pk for row in gone]).delete()
    EvidenceFile.objects.filter(pk__in=[row.file_id for row in gone if row.file_id]).delete()
    data = {
        "days": box.site.backup_kept_days,
        "backups": [{"taken_at": row.taken_at, "sha256": row.sha256} for row in gone],
    }
    audit.record(Event.BACKUPS_PRUNED, box, data=data, at=at)
    return len(gone)


def _tell(box: Appliance, *, at: datetime) -> None:
    last = Backup.objects.filter(appliance=box).order_by("-taken_at").first()
    where = reverse("appliances:site", kwargs={"slug": customers.current().slug, "pk": box.site_id})
    messages.write_all(
        "backup_failed",
        to=messages.people_of(box.site, roles=OPERATES),
        about=box,
        key=f"{box.pk}:{at.isoformat()}",
        context={
            "site": box.site.name, "appliance": box.name, "reason": box.backup_trouble,
            "since": last.taken_at if last else "–", "site_zone": box.site.zone,
            "link": f"{settings.PUBLIC_URL}{where}#backups", "lines": [],
        },
        at=at,
    )  # fmt: skip
