"""What the pages of a rollout show, read across customers: few statements, whatever the number."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate

from upgrades.models import Enrolment, Rollout, Wave
from upgrades.services import teams
from upgrades.services.rollouts import standings
from upgrades.services.rollouts.standings import NOBODY, Standing

E = Enrolment.State
DAY = timedelta(days=1)
TO_COME = (E.WAITING, E.READY)
UNDONE = (E.WAITING, E.READY, E.ALERTED, E.BOOKED)
MOST_NIGHTS = 60


@dataclass(frozen=True)
class WaveRow:
    wave: Wave
    now: Standing
    coverage: dict[str, Any]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Families of the bar: good, under way, not answered, failed, to come."""
        states = self.now.by_state
        return [
            ("good", states.get(E.UPGRADED, 0)),
            ("live", states.get(E.BOOKED, 0) + states.get(E.UPGRADING, 0)),
            ("asks", states.get(E.ALERTED, 0)),
            ("stop", states.get(E.FAILED, 0)),
            ("idle", sum(states.get(state, 0) for state in TO_COME)),
        ]

    @property
    def stops_above(self) -> int:
        return self.now.stops_above(self.wave.stops_at)

    @property
    def apart(self) -> int:
        return sum(self.now.by_state.get(state, 0) for state in standings.APART)


@dataclass(frozen=True)
class Night:
    """A day of UTC: sites planned for it, and support's seats and how many are taken."""

    day: date
    planned: int
    seats: int
    taken: int


@dataclass(frozen=True)
class Burn:
    """Sites done by the end of each day: as planned, and as it went until now."""

    planned: list[tuple[date, int]]
    real: list[tuple[date, int]]
    whole: int


@dataclass(frozen=True)
class Figures:
    waves: list[WaveRow]
    whole: Standing
    late: int
    overdue: int  # not answered in time
    finish: date | None
    left_out: list[tuple[str, int]]  # code and number, most first


def of(rollout: Rollout, *, at: datetime) -> Figures:
    counted = standings.of(rollout)
    rows = [
        WaveRow(wave, counted.get(wave.pk, NOBODY), rollout.coverage.get(str(wave.number), {}))
        for wave in rollout.waves.order_by("number")
    ]
    every: Counter[str] = Counter()
    for now in counted.values():
        every.update(now.by_state)
    whole = Standing(dict(every), sum(now.trouble for now in counted.values()))
    mine = Enrolment.across.filter(rollout=rollout)
    inside = mine.exclude(state__in=standings.APART)
    codes = mine.filter(state=E.EXCLUDED).order_by().values_list("code").annotate(Count("pk"))
    return Figures(
        rows, whole,
        late=late(rollout, at=at).count(),
        overdue=mine.filter(state=E.ALERTED, answer_by__lt=at).count(),
        finish=inside.aggregate(last=Max("planned_on"))["last"],
        left_out=sorted(codes, key=lambda each: (-each[1], each[0])),
    )  # fmt: skip


def listed(rollout: Rollout) -> QuerySet[Enrolment]:
    """Its enrolments in the fair order, ready to be shown."""
    rows = Enrolment.across.filter(rollout=rollout)
    rows = rows.select_related("site", "customer", "wave", "contact", "job")
    return rows.order_by("place", "site__name", "pk")


def unanswered(rollout: Rollout) -> QuerySet[Enrolment]:
    """Soonest first."""
    return listed(rollout).filter(state=E.ALERTED).order_by("answer_by", "pk")


def late(rollout: Rollout, *, at: datetime) -> QuerySet[Enrolment]:
    """Their planned day is over, and they are not upgraded."""
    rows = listed(rollout).filter(state__in=UNDONE, planned_on__lt=at.date())
    return rows.order_by("planned_on", "pk")


def nights(rollout: Rollout, *, at: datetime) -> list[Night]:
    """The days ahead for which anything is planned."""
    rows = Enrolment.across.filter(rollout=rollout, state__in=UNDONE, planned_on__gte=at.date())
    planned = dict(rows.order_by().values_list("planned_on").annotate(Count("pk")))
    days = sorted(planned)[:MOST_NIGHTS]
    seats: Counter[date] = Counter()
    taken: Counter[date] = Counter()
    if days:
        begin = datetime(days[0].year, days[0].month, days[0].day, tzinfo=UTC)
        for hour in teams.load(begin, begin + (days[-1] - days[0]) + DAY):
            day = hour.hour.astimezone(UTC).date()
            seats[day] += hour.seats
            taken[day] += hour.taken
    return [Night(day, planned[day], seats[day], taken[day]) for day in days]


def burn_up(rollout: Rollout, *, at: datetime) -> Burn:
    mine = Enrolment.across.filter(rollout=rollout).exclude(state__in=standings.APART).order_by()
    planned = mine.exclude(planned_on=None).values_list("planned_on").annotate(Count("pk"))
    done = mine.filter(state=E.UPGRADED, job__ended_at__isnull=False)
    ended = done.annotate(day=TruncDate("job__ended_at")).values_list("day").annotate(Count("pk"))
    real = _summed(ended, rollout.starts_on)
    if real[-1][0] < at.date():
        real.append((at.date(), real[-1][1]))
    return Burn(_summed(planned, rollout.starts_on), real, mine.count())


def _summed(rows: Iterable[Any], first: date) -> list[tuple[date, int]]:
    found, so_far = [(first, 0)], 0
    for day, number in sorted(rows):
        so_far += number
        found.append((max(day, first), so_far))
    return found


def progress_of(rollouts: Sequence[Rollout]) -> dict[Any, Standing]:
    """All of each rollout, for the list of them: one statement."""
    rows = Enrolment.across.filter(rollout__in=[each.pk for each in rollouts]).order_by()
    found: dict[Any, dict[str, int]] = {}
    for rollout, state, number in rows.values_list("rollout_id", "state").annotate(Count("pk")):
        found.setdefault(rollout, {})[state] = number
    return {rollout: Standing(states) for rollout, states in found.items()}
