"""Bookings that support cannot attend: told to staff alone, who may read whose seat is whose."""

import uuid
from collections import defaultdict
from datetime import UTC, datetime

from upgrades.models import Seat
from upgrades.planning.spans import joined
from upgrades.planning.windows import Slot
from upgrades.services import capacity
from upgrades.services.agenda.entries import Entry, Scope
from upgrades.services.capacity import HOUR
from upgrades.services.seatbook import Seats


class Taken:
    """The seats of bookings, and the hours that are full, by the shape of a site."""

    def __init__(self, scope: Scope, begin: datetime, end: datetime) -> None:
        self.book = Seats(begin, end)
        self.own: dict[uuid.UUID, set[datetime]] = defaultdict(set)
        self.shapes: dict[uuid.UUID, str] = {}
        self.full: dict[str, set[datetime]] = {}
        if not self.book.teams:
            return
        seats = Seat.objects.filter(hour__gt=begin - HOUR, hour__lt=end, booking_id__isnull=False)
        for job, hour in seats.values_list("job_id", "hour"):
            self.own[job].add(hour.astimezone(UTC))
        shapes = scope.between(begin, end).values_list("site_id", "site__shape")
        self.shapes = dict(shapes.distinct())

    def missing(self, entry: Entry) -> list[Slot]:
        """The full hours in which a booking's job has no seat, joined."""
        if not self.book.teams or entry.override or entry.site_id not in self.shapes:
            return []
        full = self._full(self.shapes[entry.site_id])
        wanted = capacity.hours(entry.begin.astimezone(UTC), entry.worst_minutes)
        bare = (hour for hour in wanted if hour in full and hour not in self.own[entry.job_id])
        return list(joined(Slot(hour, hour + HOUR) for hour in bare))

    def _full(self, shape: str) -> set[datetime]:
        if shape not in self.full:
            self.full[shape] = {
                hour
                for span in self.book.full(shape)
                for hour in capacity.hours(
                    span.start, int((span.end - span.start) / capacity.MINUTE)
                )
            }
        return self.full[shape]


class Unknown:
    """What a customer's people are told of it: nothing."""

    def missing(self, entry: Entry) -> list[Slot]:
        return []


def read(scope: Scope, begin: datetime, end: datetime) -> Taken | Unknown:
    return Taken(scope, begin, end) if scope.whose.across else Unknown()
