"""Support's seats while a whole rollout is planned: counted in memory, taken in the fair order.

Only the database gives a seat; this says where one is left, so that what is planned can be held.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from upgrades.models import Team
from upgrades.planning.spans import joined
from upgrades.planning.windows import Slot
from upgrades.services.capacity import HOUR, MINUTE, hours

FREE = """
SELECT s.team_id, s.hour, count(*) FROM upgrades_seat s
WHERE NOT s.taken AND s.hour >= %s AND s.hour < %s GROUP BY s.team_id, s.hour
"""


class Seats:
    """From `begin` to `end`. Without an active team nothing is bounded."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.begin = begin.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        self.hours = -(-(end - self.begin) // HOUR)
        self.teams = list(Team.objects.filter(active=True).order_by("name"))
        self.left: dict[Any, dict[datetime, int]] = {team.pk: {} for team in self.teams}
        self.spans: dict[str, list[Slot]] = {}
        if self.teams:
            self._read(end)

    def full(self, shape: str) -> list[Slot]:
        """When no team can attend one more site of this shape, in order."""
        if not self.teams:
            return []
        if shape not in self.spans:
            able = [self.left[team.pk] for team in self.teams if shape in team.skills]
            every = (self.begin + place * HOUR for place in range(self.hours))
            full = (hour for hour in every if not any(left.get(hour) for left in able))
            self.spans[shape] = list(joined(Slot(hour, hour + HOUR) for hour in full))
        return self.spans[shape]

    def take(self, shape: str, pieces: Iterable[tuple[datetime, timedelta]]) -> None:
        """A seat for every hour of the pieces: of one team where one has them all."""
        wanted = sorted(
            {hour for start, needs in pieces for hour in hours(start, int(needs / MINUTE))}
        )
        able = [team for team in self.teams if shape in team.skills]
        able.sort(key=lambda team: -sum(bool(self.left[team.pk].get(h)) for h in wanted))
        for hour in wanted:
            team = next((each for each in able if self.left[each.pk].get(hour)), None)
            if team is not None:
                self._taken(team, hour)

    def _taken(self, team: Team, hour: datetime) -> None:
        self.left[team.pk][hour] -= 1
        if not self.left[team.pk][hour]:
            for shape in team.skills:
                self.spans.pop(shape, None)

    def _read(self, end: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(FREE, [self.begin, end])
            for team, hour, seats in cursor.fetchall():
                if team in self.left:
                    self.left[team][hour.astimezone(UTC)] = seats
