"""Secret addresses of a job's page for the night shift: made, opened without sign-in, revoked.

The secret (256 bits) is shown once, and only its SHA-256 is kept. Whatever is not open (unknown,
over, revoked, of a site that is closed, of a maker who may not share any more) answers alike.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import audit, permissions
from portal.errors import NotNow, Refused
from portal.services import signin
from upgrades.events import LiveLinkEvent
from upgrades.models import Booking, LiveLink, UpgradeJob
from upgrades.models.job import UNDER_WAY

J, B = UpgradeJob.State, Booking.State
AFTER = timedelta(hours=12)  # after the end of the last window
LONGEST = timedelta(days=14)
MOST = 10  # living ones of a job
NOTED = timedelta(hours=1)
SHARED = (J.SCHEDULED, J.MISSED, *UNDER_WAY)


class NoLink(Refused):
    """Nothing is open at this address: all reasons are answered alike."""

    code = "no-live-link"


class NothingToFollow(NotNow):
    code = "nothing-to-follow"


class TooManyLinks(Refused):
    code = "too-many-live-links"


def make(
    job: UpgradeJob, *, name: str, lasts: timedelta | None = None, by: Any, at: datetime
) -> str:
    """A new link, and its secret. `lasts`: how long from now; None: until 12 hours after the last
    window, at most 14 days. Raises NothingToFollow, TooManyLinks."""
    if job.state not in SHARED:
        raise NothingToFollow(
            _("Only an upgrade that is booked or under way can be followed by a link.")
        )
    UpgradeJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if _alive(job, at).count() >= MOST:
        raise TooManyLinks(
            _("This upgrade has ten such links, which is the most."),
            remedy=_("Revoke one that nobody needs any more."),
        )
    expires_at = min(at + lasts, at + LONGEST) if lasts else default_end(job, at)
    secret = secrets.token_urlsafe(32)
    named = "".join(sign for sign in name if sign.isprintable()).strip()[:80]
    link = LiveLink.objects.create(
        customer_id=job.customer_id, job_id=job.pk, name=named or job.label,
        digest=_digest(secret), made_by=by, made_at=at, expires_at=expires_at,
    )  # fmt: skip
    data = {"link": link.name, "until": expires_at.isoformat()}
    audit.record(LiveLinkEvent.MADE, link, by=by, job=job, at=at, data=data)
    return secret


def default_end(job: UpgradeJob, at: datetime) -> datetime:
    """12 hours after the end of the last window that stands, and never over 14 days."""
    standing = job.bookings.exclude(state__in=[B.CANCELLED, B.LAPSED])
    last = max((booking.ends_at for booking in standing), default=at)
    return min(max(last, at) + AFTER, at + LONGEST)


def revoke(link: LiveLink, *, by: Any, at: datetime) -> None:
    """Its address answers nobody any more, from now on. A second time it does nothing."""
    if LiveLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=at):
        data = {"link": link.name}
        audit.record(LiveLinkEvent.ENDED, link, by=by, job=link.job_id, at=at, data=data)


def of_job(job: UpgradeJob, at: datetime) -> list[LiveLink]:
    """The living ones, newest first."""
    return list(_alive(job, at).select_related("made_by").order_by("-made_at"))


def customer_of(secret: str, *, address: str, at: datetime) -> UUID:
    """Whose living link it is, asked through the door. Others are counted by network `address`.

    Outside any transaction. Raises NoLink, and signin.TooManyTries past the limit.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_customer_of_live_link(%s, %s)", [_digest(secret), at])
        found: UUID | None = cursor.fetchone()[0]
    if found is None:
        signin.demand_few_unknown("live-link", address)
        raise _nothing()
    return found


def open_page(secret: str, *, at: datetime) -> UpgradeJob:
    """The job to show, in its customer's transaction; the first opening of each hour is noted.

    Raises NoLink. What its maker may not share any more is not shown by it.
    """
    alive = LiveLink.objects.filter(digest=_digest(secret), ended_at=None, expires_at__gt=at)
    link = alive.select_related("job__site", "made_by").first()
    if link is None or link.job.site.closed_at or not _may_share(link):
        raise _nothing()
    stale = Q(last_opened_at=None) | Q(last_opened_at__lte=at - NOTED)
    if LiveLink.objects.filter(stale, pk=link.pk).update(last_opened_at=at):
        audit.record(LiveLinkEvent.OPENED, link, at=at, data={"link": link.name})
    return link.job


def _may_share(link: LiveLink) -> bool:
    maker = link.made_by
    return maker.is_active and permissions.may(maker, "job.share", site_id=link.job.site_id)


def _alive(job: UpgradeJob, at: datetime) -> Any:
    return LiveLink.objects.filter(job=job, ended_at=None, expires_at__gt=at)


def _nothing() -> NoLink:
    return NoLink(_("There is nothing at this address."))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
