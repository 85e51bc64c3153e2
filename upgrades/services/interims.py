"""The time without failover (G-PAIR-4): begun and ended by proof, told about once when it is too
long."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from appliances.models import Site
from portal import audit
from upgrades.events import InterimEvent
from upgrades.models import Interim, UpgradeJob
from upgrades.models.interim import STANDING
from upgrades.services import notices


def begin(site: Site, *, job: UpgradeJob, at: datetime) -> Interim:
    """It is proven that failover works no more. An interim that stands already goes on."""
    interim, begun = Interim.objects.get_or_create(
        customer_id=site.customer_id, site=site, ended_at=None,
        defaults={"job": job, "began_at": at},
    )  # fmt: skip
    if begun:
        audit.record(InterimEvent.BEGUN, interim, job=job, at=at)
    return interim


def end(site: Site, *, job: UpgradeJob, at: datetime) -> None:
    """It is proven that failover works again, by whichever job."""
    interim = standing(site.pk)
    if interim is None:
        return
    interim.ended_by = job
    interim.end(at=at)
    interim.save()
    minutes = int((at - interim.began_at) / timedelta(minutes=1))
    audit.record(InterimEvent.ENDED, interim, job=job, at=at, data={"minutes": minutes})


def standing(site_id: Any) -> Interim | None:
    """The interim that goes on at a site."""
    return rows(site_id).first()


def rows(site_id: Any) -> QuerySet[Interim]:
    """The same before it is read."""
    found = Interim.objects.filter(site_id=site_id, state__in=STANDING)
    return found.select_related("site", "job")


def look_after(at: datetime) -> None:
    """Tell everybody around the site once that it has been without failover for too long."""
    open_ones = Interim.objects.filter(state=Interim.State.OPEN).select_related("site", "job")
    for interim in open_ones:
        if at < interim.due_at:
            continue
        interim.exceed(at=at)
        interim.save()
        audit.record(InterimEvent.TOO_LONG, interim, job=interim.job, at=at,
                     data={"days": interim.site.interim_days})  # fmt: skip
        notices.interim_too_long(interim, at=at)
