"""Backups that are taken by themselves, so that none is ever older than the site's rhythm
(G-PREP-16): the rhythms, and what is kept of a try that failed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appliances.events import Event
from appliances.models import Appliance, Backup
from portal import audit
from portal.permissions import OPERATES
from portal.services import customers, messages

RHYTHMS = (
    (0, _("never: only upgrades take one")),
    (1, _("every day")),
    (7, _("every week")),
    (30, _("every 30 days")),
)
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
