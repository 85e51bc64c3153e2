"""Zones whose rules change: a booking keeps its instant, and the people around it are told that
the site's clocks show another time then. Once an hour, by any worker; a second pass tells nobody.
"""

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from portal import audit, rehearsing, sweeps, tenancy, times
from upgrades.models import Booking
from upgrades.models.job import BEFORE_RUNNING, UNDER_WAY
from upgrades.services import notices

B = Booking.State
OPEN = (*BEFORE_RUNNING, *UNDER_WAY)


def look_after(at: datetime) -> None:
    """Every booking to come whose time on the site's clocks is another than was told."""
    if rehearsing.twin():
        return
    ahead = Booking.across.filter(
        state__in=[B.HELD, B.BOOKED], slot__startswith__gt=at, job__state__in=OPEN
    )
    rows = ahead.order_by("customer_id").values_list(
        "customer_id", "pk", "slot__startswith", "site__zone", "told_offset"
    )
    changed = [
        (customer, pk)
        for customer, pk, start, zone, told in rows.iterator()
        if times.offset_minutes(start, zone) != told
    ]
    found = groupby(changed, key=itemgetter(0))
    owners = [(customer, [pk for _customer, pk in theirs]) for customer, theirs in found]

    def of_customer(owner: tuple[Any, list[Any]]) -> None:
        with tenancy.transaction(owner[0]):
            _tell(owner[1], at)

    sweeps.each(owners, of_customer)


def _tell(ids: list[Any], at: datetime) -> None:
    rows = Booking.objects.filter(pk__in=ids).select_for_update(of=("self",))
    for booking in rows.select_related("site", "job__site", "job__target", "job__customer"):
        now = times.offset_minutes(booking.starts_at, booking.site.zone)
        told, booking.told_offset = booking.told_offset, now
        booking.save(update_fields=["told_offset"])
        if told is None or told == now:  # kept before there were offsets; or moved just now
            continue
        data = {"window": booking.window, "start": booking.starts_at, "was": told, "now": now}
        audit.record("booking.clocks_changed", booking, at=at, data=data, job=booking.job_id)
        sign = "-" if told < 0 else "+"
        was = f"{sign}{abs(told) // 60:02d}:{abs(told) % 60:02d}"
        notices.clocks_changed(booking.job, booking, was, at=at)
