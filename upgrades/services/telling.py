"""One message a person around a job, in their language, and what every mail about it tells."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation

from appliances.services import freezes
from portal import rehearsing
from portal.models import User
from portal.services import messages
from upgrades.models import UpgradeJob

Json = dict[str, Any]
STANDS = ["HELD", "BOOKED", "IN_USE"]


def address_of(job: UpgradeJob) -> str:
    """The job's page, for a mail or a code on paper."""
    return f"{settings.PUBLIC_URL}/c/{job.customer.slug}/jobs/{job.pk}/"


def tell(
    kind: str, job: UpgradeJob, people: Iterable[User], *, key: str, at: datetime,
    more: Callable[[], Json] = dict, entries: Callable[[User], list[str]] = lambda _person: [],
    asks: tuple[uuid.UUID, str] | None = None,
) -> None:  # fmt: skip
    """One message a person, its words looked up in their language; `entries` are calendar's, `asks`
    the row that decides whether it is still true when it leaves (`outdated`). A rehearsal tells
    nobody, so nobody's words are looked up."""
    if rehearsing.twin():
        return
    for person in people:
        with translation.override(person.language):
            context, calendars = {**about(job), **more()}, entries(person)
        messages.write(
            kind, to=person, about=job, key=f"{job.pk}:{key}", context=context, at=at,
            calendars=calendars, asks=asks,
        )  # fmt: skip


def about(job: UpgradeJob) -> Json:
    first = job.bookings.filter(state__in=STANDS).order_by("slot").first()
    finish = job.plan.get("finish")
    return {
        "site": job.site.name,
        "site_zone": job.site.zone,
        "job": job.label,
        "kind": job.kind,
        "work": job.work,
        "whole_work": job.whole_work,
        "link": address_of(job),
        "from_version": ", ".join(job.plan.get("installed", [])) if job.is_upgrade else "",
        "to_version": job.target.version if job.is_upgrade else "",
        "requester": str(job.requested_by),
        "by": str(job.approved_by or ""),
        "begins": first.starts_at if first else None,
        "finish": datetime.fromisoformat(finish) if finish else None,
        "downtime": timedelta(minutes=job.downtime_expected),
        "downtime_worst": timedelta(minutes=job.downtime_worst),
        "windows": [
            booking.starts_at for booking in job.bookings.filter(state__in=STANDS).order_by("slot")
        ],
        "lines": [line["name"] for line in job.plan.get("packages", [])],
        "frozen": [str(each.appliance) for each in freezes.standing(job.site_id)],
    }
