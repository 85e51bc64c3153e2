"""The teams of support: who attends what, and when. Platform data; seats are made ahead from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from appliances.models import Site
from portal import audit
from portal.errors import Refused
from upgrades.models import Shift, Team

AHEAD = timedelta(days=220)  # paths are booked over 180 days, and a piece may be long
ENOUGH = timedelta(days=200)  # below it the next days are made
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)  # zones differ from UTC by quarters of an hour
MOST_SEATS = 200
PROVIDE = "SELECT door_provide_seats(%s, %s, %s)"
LAST = "SELECT max(hour) FROM upgrades_seat WHERE team_id = %s"
LOAD = """
SELECT s.hour, count(*), count(*) FILTER (WHERE s.taken)
FROM upgrades_seat s JOIN upgrades_team t ON t.id = s.team_id
WHERE t.active AND s.hour >= %s AND s.hour < %s GROUP BY s.hour ORDER BY s.hour
"""


class BadTeam(Refused):
    """What was written cannot be a team; `fields` says where."""

    code = "team-not-possible"


@dataclass(frozen=True)
class Hours:
    """Seats on one weekday (Monday is 0) of the team's zone; `until` 24 is midnight."""

    weekday: int
    begins: int
    until: int
    seats: int


@dataclass(frozen=True)
class Load:
    """One hour of support: how many seats there are, and how many of them are taken."""

    hour: datetime
    seats: int
    taken: int


@transaction.atomic
def keep(
    team: Team | None, *, name: str, zone: str, skills: Sequence[str], shifts: Iterable[Hours],
    active: bool = True, by: Any, at: datetime,
) -> Team:  # fmt: skip
    """Make a team, or change it: its seats follow, those taken stay. Raises BadTeam."""
    shifts = list(shifts)
    if why := _refusals(name, zone, skills, shifts, team):
        raise BadTeam(" ".join(map(str, why.values())), fields=why)
    event = "team.made" if team is None else "team.changed"
    team = team or Team()
    team.name, team.zone, team.active = name.strip(), zone, active
    team.skills = sorted(set(skills))
    team.save()
    team.shifts.all().delete()
    Shift.objects.bulk_create(
        Shift(team=team, weekday=s.weekday, begins=s.begins, until=s.until, seats=s.seats)
        for s in shifts
    )
    provide(team, at=at)
    audit.record_platform(event, team, by=by, at=at, data={
        "name": team.name, "zone": zone, "skills": team.skills, "active": active,
        "shifts": [[s.weekday, s.begins, s.until, s.seats] for s in shifts],
    })  # fmt: skip
    return team


def provide(team: Team, *, at: datetime) -> None:
    """Make its seats from this hour on, as its shifts say: for some months ahead."""
    begin = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    seats = _seats(team, begin, begin + AHEAD)
    with connection.cursor() as cursor:
        cursor.execute(PROVIDE, [team.pk, list(seats), list(seats.values())])


def look_ahead(at: datetime) -> None:
    """Seats come with time: called by the sweep, doubled or late."""
    for team in Team.objects.filter(active=True, shifts__isnull=False).distinct():
        with connection.cursor() as cursor:
            cursor.execute(LAST, [team.pk])
            (last,) = cursor.fetchone()
        if last is None or last < at + ENOUGH:
            provide(team, at=at)


def load(begin: datetime, end: datetime) -> list[Load]:
    """Seats by hour, of all active teams."""
    with connection.cursor() as cursor:
        cursor.execute(LOAD, [begin, end])
        return [Load(*row) for row in cursor.fetchall()]


def unattended() -> list[str]:
    """Shapes that no active team may attend: none of those can be booked. Empty without teams."""
    skills = list(Team.objects.filter(active=True).values_list("skills", flat=True))
    known = {shape for each in skills for shape in each}
    return [shape for shape in Site.Shape.values if shape not in known] if skills else []


def _seats(team: Team, begin: datetime, end: datetime) -> dict[datetime, int]:
    """Seats of each hour of UTC: as many as there are in all of its quarters."""
    quarters: dict[datetime, int] = {}
    zone = ZoneInfo(team.zone)
    shifts = list(team.shifts.all())
    day, last = begin.astimezone(zone).date() - DAY, end.astimezone(zone).date() + DAY
    while day <= last:
        for shift in (each for each in shifts if each.weekday == day.weekday()):
            midnight = datetime.combine(day, time())
            now, until = (
                (midnight + timedelta(hours=hour)).replace(tzinfo=zone).astimezone(UTC)
                for hour in (shift.begins, shift.until)
            )
            while now < until:
                quarters[now] = quarters.get(now, 0) + shift.seats
                now += QUARTER
        day += DAY
    found, hour = {}, begin
    while hour < end:
        found[hour] = min(quarters.get(hour + part * QUARTER, 0) for part in range(4))
        hour += 4 * QUARTER
    return found


def _refusals(
    name: str, zone: str, skills: Sequence[str], shifts: Sequence[Hours], team: Team | None
) -> dict[str, object]:
    """What is wrong, by the name of the input."""
    found: dict[str, object] = {}
    others = Team.objects.exclude(pk=team.pk) if team else Team.objects.all()
    if not 0 < len(name.strip()) <= 80:
        found["name"] = _("A name has 1 to 80 characters.")
    elif others.filter(name=name.strip()).exists():
        found["name"] = _("There is a team of this name.")
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        found["zone"] = _("This is no time zone.")
    if not skills or set(skills) - set(Site.Shape.values):
        found["skills"] = _("Choose what the team may attend.")
    if any(not _possible(shift) for shift in shifts):
        found["shifts"] = _(
            "A shift lies in one day, from an hour to a later one, with 1 to 200 seats."
        )
    return found


def _possible(shift: Hours) -> bool:
    return (
        0 <= shift.weekday <= 6
        and 0 <= shift.begins < shift.until <= 24
        and 1 <= shift.seats <= MOST_SEATS
    )
