"""What keeps a customer's data from being erased: an upgrade on its way, or one that is booked.

Found by the portal when it starts (portal/services/erasing/obstacles.py).
"""

import uuid
from collections.abc import Iterator
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.background import enqueue
from portal.models import Erasure
from portal.services import leased
from portal.services.erasing.obstacles import Obstacle, asks, forgets
from upgrades.models import (
    Attempt,
    Booking,
    ClientExport,
    Enrolment,
    Interim,
    Rehearsal,
    RolloutReport,
    UpgradeJob,
)
from upgrades.models.booking import TAKES_TIME
from upgrades.models.interim import STANDING
from upgrades.models.job import UNDER_WAY
from upgrades.services.fleetwide import kept

Report = RolloutReport.State
BOOKED = (UpgradeJob.State.PROPOSED, UpgradeJob.State.SCHEDULED, UpgradeJob.State.MISSED)


@asks
def jobs(at: datetime) -> Iterator[Obstacle]:
    rows = UpgradeJob.objects.select_related("site").order_by("number")
    for job in rows.filter(state__in=UNDER_WAY)[:1]:
        yield Obstacle(
            _("%(job)s is under way at %(site)s.") % {"job": job.label, "site": job.site},
            _("Bring the upgrade to its end, or abandon it and repair what it leaves."),
        )
    for job in rows.filter(state__in=BOOKED)[:1]:
        yield Obstacle(
            _("%(job)s is planned at %(site)s.") % {"job": job.label, "site": job.site},
            _("Cancel the upgrade."),
        )


@asks
def bookings(at: datetime) -> Iterator[Obstacle]:
    rows = Booking.objects.filter(state__in=TAKES_TIME).select_related("site")
    for booking in rows.order_by("pk")[:1]:
        yield Obstacle(
            _("A window is booked at %(site)s.") % {"site": booking.site}, _("Cancel the booking.")
        )


@asks
def interims(at: datetime) -> Iterator[Obstacle]:
    rows = Interim.objects.filter(state__in=STANDING).select_related("site")
    for interim in rows.order_by("pk")[:1]:
        yield Obstacle(
            _("%(site)s is without failover.") % {"site": interim.site},
            _("Restore failover by a repair first."),
        )


@asks
def work(at: datetime) -> Iterator[Obstacle]:
    """What a worker is at, and will have ended in some minutes."""
    if Attempt.objects.filter(closed_at=None).exists():
        yield Obstacle(
            _("It is not known yet what came of a command to an appliance."),
            _("Wait until the portal has seen it."),
        )
    State = Rehearsal.State
    if Rehearsal.objects.filter(state__in=[State.WAITING, State.RUNNING]).exists():
        yield Obstacle(_("A rehearsal is being played."), _("Wait for its end, or break it off."))
    if ClientExport.objects.filter(state__in=ClientExport.OPEN).exists():
        yield Obstacle(_("An exported list of clients is being read."), _("Wait for its end."))


@asks
def reports(at: datetime) -> Iterator[Obstacle]:
    """A paper that is being made would name the customer's sites afterwards."""
    if _reports().filter(state__in=RolloutReport.OPEN):
        yield Obstacle(_("A report of a rollout is being made."), _("Wait for its end."))


def _reports() -> QuerySet[RolloutReport]:
    """Of rollouts that offer something to the current customer's sites."""
    return RolloutReport.objects.filter(rollout__in=Enrolment.objects.values("rollout"))


@forgets
def papers(erased: uuid.UUID) -> None:
    """Reports name the sites of many customers. They can be made anew, without this one's. What is
    read while its rows go, of whichever rollout, may name it too: it is read again, or goes. What
    is read after the last of them went, and this was called, does not."""
    for report in _reports():
        _remove(report)
    erasure = Erasure.objects.filter(state=Erasure.State.ERASING).first()
    if erasure is None or erasure.told_at is not None:  # its rows went before the last mails
        return
    for report in RolloutReport.objects.select_for_update().filter(state=Report.MAKING):
        report.read_again()
        report.save()
        enqueue("upgrades.make_reports")
    for report in RolloutReport.objects.filter(state=Report.MADE, read_at__gte=erasure.begun_at):
        _remove(report)


def _remove(report: RolloutReport) -> None:
    """With what tries of it that came to nothing may have stored."""
    if report.stored_as:
        default_storage.delete(report.stored_as)
    RolloutReport.objects.filter(pk=report.pk).delete()
    leased.clear(report)


@forgets
def seats(erased: uuid.UUID) -> None:
    """Hours of support that its jobs took."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_forget_seats(%s)", [erased])


@forgets
def counts(erased: uuid.UUID) -> None:
    """What was counted while it was there: its regions are its own words."""
    kept.forget()
