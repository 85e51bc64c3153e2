"""How many upgrades support can attend: seats of teams, hour by hour, one booking each.

The row is the seat, so that nothing can be overbooked; it is taken and given back in the very
transaction that holds, moves or gives back the booking. Without an active team nothing is bounded.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from appliances.models import Site
from portal.errors import Refused
from upgrades import queries
from upgrades.models import Booking, Team, UpgradeJob
from upgrades.models.booking import TAKES_TIME
from upgrades.planning.spans import joined
from upgrades.planning.windows import Slot

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

FREE = """
SELECT DISTINCT s.hour FROM upgrades_seat s JOIN upgrades_team t ON t.id = s.team_id
WHERE NOT s.taken AND t.active AND %(shape)s = ANY (t.skills)
  AND s.hour > %(begin)s - interval '1 hour' AND s.hour < %(end)s
"""
FOLLOW = "SELECT door_follow_seats(%(job)s, %(hours)s, %(bookings)s, %(shape)s)"


class NoSeat(Refused):
    """Somebody took support's last seat of an hour meanwhile."""

    code = "no-capacity"

    def __init__(self) -> None:
        super().__init__(
            _("Support has no free seat any more at this time."),
            remedy=_("Choose among the times that are free now, or ask support for another seat."),
        )


def bounded() -> bool:
    """Whether there is a team at all; without one, capacity bounds nothing."""
    return Team.objects.filter(active=True).exists()


def hours(start: datetime, minutes: int) -> list[datetime]:
    """The beginnings of all hours that so many minutes touch."""
    hour = start.replace(minute=0, second=0, microsecond=0)
    found = []
    while hour < start + minutes * MINUTE:
        found.append(hour)
        hour += HOUR
    return found


def free_hours(shape: str, begin: datetime, end: datetime) -> set[datetime]:
    """The hours in which a team with that skill has a free seat."""
    with connection.cursor() as cursor:
        cursor.execute(FREE, {"shape": shape, "begin": begin, "end": end})
        return {row[0] for row in cursor.fetchall()}


def full(site: Site, begin: datetime, end: datetime, *, but: Any = None) -> list[Slot]:
    """The time in which support cannot attend one more site of this shape, in order. What the job
    `but` has already counts as free."""
    if not _counts(site) or not bounded():
        return []
    free = free_hours(site.shape, begin, end)
    if but is not None and but.pk:
        free |= {hour for hour, _booking in _attended(but)}
    minutes = int((end - begin) / MINUTE) + 1
    taken = (Slot(hour, hour + HOUR) for hour in hours(begin, minutes) if hour not in free)
    return list(joined(taken))


def follow(job: UpgradeJob) -> list[datetime]:
    """Take the seats that a job's bookings need and do not have, give back the others. Returns the
    hours that found none. Called in the transaction that changes the bookings."""
    if not _counts(job.site):
        return []
    wanted = _attended(job)
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, {
            "job": job.pk, "hours": [hour for hour, _booking in wanted],
            "bookings": [booking.pk for _hour, booking in wanted], "shape": job.site.shape,
        })  # fmt: skip
        return [row[0] for row in cursor.fetchall()]


def demand(job: UpgradeJob, changed: Iterable[Booking]) -> None:
    """As `follow`, for bookings that were just held or moved: raises NoSeat if one of them finds
    no seat in an hour, and was not overridden."""
    missing = set(follow(job))
    if not missing or not bounded():
        return
    for booking in changed:
        if not booking.override and missing & set(_hours_of(booking)):
            raise NoSeat


def _attended(job: Any) -> list[tuple[datetime, Booking]]:
    """The hours in which a job is attended, each for the first booking that needs it."""
    standing = (each for each in queries.standing_of(job) if each.state in TAKES_TIME)
    found: dict[datetime, Booking] = {}
    for booking in sorted(standing, key=lambda booking: booking.starts_at):
        for hour in _hours_of(booking):
            found.setdefault(hour, booking)
    return sorted(found.items(), key=lambda each: each[0])


def _hours_of(booking: Booking) -> list[datetime]:
    return hours(booking.starts_at, booking.worst_minutes)


def _counts(site: Site) -> bool:
    """Nobody attends a rehearsal, or a sandbox."""
    return not (site.customer.rehearses or site.customer.is_sandbox)
