"""Teams: their hours follow their clocks, and what cannot be one is refused at its field."""

from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.upgrades.services import test_capacity
from tests.upgrades.services.booked import utc
from tests.upgrades.services.test_capacity import a_team
from upgrades.models import Seat, Team
from upgrades.services import teams

manager = test_capacity.manager


def test_changing_a_team_twice_is_changing_it_once(manager):
    team = a_team(manager, seats=2)
    count = Seat.objects.count()

    teams.provide(team, at=NOON)
    teams.look_ahead(NOON)

    assert Seat.objects.count() == count == 2 * 24 * 220
    teams.look_ahead(NOON + timedelta(days=30))
    assert Seat.objects.count() == 2 * 24 * 250


@pytest.mark.parametrize(
    ("zone", "hours", "day", "first", "count"),
    [
        ("Europe/Berlin", (0, 24), "2026-10-25", "2026-10-24 22:00", 25),  # clocks go back
        ("Europe/Berlin", (0, 24), "2027-03-28", "2027-03-27 23:00", 23),
        ("Asia/Kolkata", (9, 17), "2026-11-24", "2026-11-24 04:00", 7),  # whole hours of UTC
        ("Pacific/Kiritimati", (0, 24), "2026-11-24", "2026-11-23 10:00", 24),
        ("Pacific/Pago_Pago", (0, 24), "2026-11-24", "2026-11-24 11:00", 24),
    ],
)
def test_seats_follow_the_teams_clocks(manager, zone, hours, day, first, count):
    """Summer time, half hours, and both sides of the date line."""
    weekday = utc(day).weekday()
    team = teams.keep(
        None, name="Day", zone=zone, skills=["SINGLE"], by=manager, at=utc(day) - timedelta(days=2),
        shifts=[teams.Hours(weekday, *hours, 1)],
    )  # fmt: skip

    found = list(
        Seat.objects.filter(team=team, hour__lt=utc(day) + timedelta(days=2)).order_by("hour")
    )

    assert (found[0].hour, len(found)) == (utc(first), count)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"skills": []}, "skills"),
        ({"skills": ["SPACESHIP"]}, "skills"),
        ({"shifts": [teams.Hours(0, 22, 2, 1)]}, "shifts"),
        ({"shifts": [teams.Hours(7, 2, 3, 1)]}, "shifts"),
        ({"shifts": [teams.Hours(0, 2, 3, 0)]}, "shifts"),
    ],
)
def test_a_team_that_cannot_be_is_refused_at_its_field(manager, values, field):
    given = {"name": "Day", "zone": "UTC", "skills": ["SINGLE"], "shifts": []} | values

    with pytest.raises(teams.BadTeam) as refusal:
        teams.keep(None, **given, by=manager, at=NOON)

    assert list(refusal.value.fields) == [field]
    assert not Team.objects.exists()
