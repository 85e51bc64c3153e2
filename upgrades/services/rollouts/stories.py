"""Everything that a rollout's report rests on, read across customers in one look of the database,
and the digest of it."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, transaction
from django.db.models import CharField, Max, Min, QuerySet
from django.db.models.expressions import RawSQL

from portal.models import PlatformEvent
from upgrades.events import RolloutEvent
from upgrades.models import Enrolment, JobStep, Rollout, UpgradeJob
from upgrades.services import away, teams
from upgrades.services.rollouts import figures
from upgrades.services.rollouts.figures import Burn, Figures

E, J = Enrolment.State, UpgradeJob.State
CHUNK = 500
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST_ROWS = 200  # of one list on paper: five or six pages; all of them are in the portal
LINK = "encode(portal_platformevent.hash, 'hex')"
COLUMNS = (
    "site_id", "wave_id", "state", "code", "planned_on", "last_possible_on", "alerted_at",
    "answer_by", "answered_at", "job_id", "job__state", "job__started_at", "job__ended_at",
)  # fmt: skip


@dataclass(frozen=True)
class Some:
    """The first rows of a list, and how many it has."""

    rows: Sequence[Any]
    every: int


@dataclass(frozen=True)
class Days:
    """Of a wave: the days it was planned for, and those on which its upgrades ended."""

    planned: tuple[date | None, date | None] = (None, None)
    ended: tuple[datetime | None, datetime | None] = (None, None)


@dataclass(frozen=True)
class Away:
    """An upgrade that is over: minutes users were cut off, as planned and as it went."""

    job: UpgradeJob
    minutes: int

    @property
    def over(self) -> int:
        """Minutes beyond the worst that was planned."""
        return self.minutes - self.job.downtime_worst


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday of UTC: support's seats, those taken by any upgrade, and sites of
    the rollout planned for them and upgraded in them."""

    monday: date
    seats: int
    taken: int
    planned: int
    upgraded: int


@dataclass(frozen=True)
class RolloutStory:
    rollout: Rollout
    at: datetime
    figures: Figures
    burn: Burn
    days: dict[Any, Days]
    unanswered: Some
    failed: Some
    left_out: Some
    aways: Sequence[Away]
    weeks: Sequence[Week]
    events: Sequence[PlatformEvent]
    places: Sequence[tuple[Any, ...]]

    @property
    def digest(self) -> str:
        """SHA-256 of the facts in a canonical form: the same in every language."""
        text = json.dumps(facts(self), sort_keys=True, cls=DjangoJSONEncoder)
        return hashlib.sha256(text.encode()).hexdigest()


def of(rollout: Rollout, *, at: datetime) -> RolloutStory:
    """A few dozen statements, whatever the number of sites. Through the staff's role."""
    with _one_look():
        mine = figures.listed(rollout)
        burn = figures.burn_up(rollout, at=at)
        failing = mine.filter(state=E.FAILED) | mine.filter(
            state=E.UPGRADING, job__state=J.HALTED, job__base_problem=True
        )
        return RolloutStory(
            rollout=rollout, at=at, figures=figures.of(rollout, at=at), burn=burn,
            days=_days(rollout),
            unanswered=_some(figures.unanswered(rollout)),
            failed=_some(failing),
            left_out=_some(mine.filter(state=E.EXCLUDED).order_by("code", "site__name", "pk")),
            aways=list(_aways(rollout, at)),
            weeks=_weeks(rollout, burn, at),
            events=_events(rollout),
            places=list(Enrolment.across.filter(rollout=rollout).order_by("site_id")
                        .values_list(*COLUMNS)),
        )  # fmt: skip


@contextmanager
def _one_look() -> Iterator[None]:
    """All statements of the staff's role see the database as it was at the first."""
    with transaction.atomic(using="staff"):
        with connections["staff"].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def facts(story: RolloutStory) -> dict[str, Any]:
    rollout = story.rollout
    return {
        "rollout": [
            rollout.pk, rollout.name, rollout.release_id, rollout.audience, rollout.starts_on,
            rollout.ends_on, rollout.state, rollout.reason, rollout.stopped_days, rollout.of_all,
        ],
        "waves": [
            [row.wave.number, row.wave.opens_next_at, row.wave.soak_days, row.wave.stops_at,
             row.wave.opened_at, row.wave.passed_at]
            for row in story.figures.waves
        ],
        "places": [list(row) for row in story.places],
        "away": [[each.job.pk, each.minutes, each.job.downtime_worst] for each in story.aways],
        "seats": [[week.monday, week.seats, week.taken] for week in story.weeks],
        "events": [[event.number, event.name, event.link] for event in story.events],
    }  # fmt: skip


def _some(rows: "QuerySet[Enrolment]") -> Some:
    return Some(list(rows[:MOST_ROWS]), rows.count())


def _days(rollout: Rollout) -> dict[Any, Days]:
    rows = Enrolment.across.filter(rollout=rollout).exclude(state=E.EXCLUDED).order_by()
    planned = rows.values_list("wave_id").annotate(Min("planned_on"), Max("planned_on"))
    over = rows.filter(state=E.UPGRADED).values_list("wave_id")
    ended = {
        wave: (first, last)
        for wave, first, last in over.annotate(Min("job__ended_at"), Max("job__ended_at"))
    }
    return {wave: Days((first, last), ended.get(wave, (None, None)))
            for wave, first, last in planned}  # fmt: skip


def _aways(rollout: Rollout, at: datetime) -> Iterator[Away]:
    """Upgrades of it that are over and were carried out, as far as their plans say who is away."""
    jobs = UpgradeJob.across.filter(
        pk__in=Enrolment.across.filter(rollout=rollout).values("job_id"),
        state__in=[J.DONE, J.ABANDONED], started_at__isnull=False, plan__has_key="away",
    )  # fmt: skip
    rows = jobs.select_related("site", "customer").defer("plan").order_by("number", "pk")
    seqs = dict(jobs.order_by().values_list("pk", "plan__away"))
    found = list(rows)
    for start in range(0, len(found), CHUNK):
        some = found[start : start + CHUNK]
        steps = _steps_away(some, seqs)
        for job in some:
            yield Away(job, round(away.minutes(seqs[job.pk], steps[job.pk], job.ended_at or at)))


def _steps_away(jobs: Iterable[UpgradeJob], seqs: dict[Any, Any]) -> dict[Any, list[JobStep]]:
    ids = [job.pk for job in jobs]
    every = {seq for pk in ids for seq in seqs[pk]}
    rows = JobStep.across.filter(job__in=ids, seq__in=every, began_at__isnull=False)
    found: dict[Any, list[JobStep]] = defaultdict(list)
    for step in rows.only("job_id", "seq", "state", "began_at", "ended_at", "observed"):
        found[step.job_id].append(step)
    return found


def _weeks(rollout: Rollout, burn: Burn, at: datetime) -> list[Week]:
    """From the first day of the rollout to the last that is planned or was used."""
    first = _monday(rollout.starts_on)
    days = [day for day, _count in (*burn.planned, *burn.real)]
    last = max([rollout.ends_on + rollout.stopped_days * DAY, *days])
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    seats: dict[date, int] = defaultdict(int)
    taken: dict[date, int] = defaultdict(int)
    for hour in teams.load(begin, begin + (_monday(last) - first) + WEEK):
        monday = _monday(hour.hour.astimezone(UTC).date())
        seats[monday] += hour.seats
        taken[monday] += hour.taken
    planned, upgraded = _by_week(burn.planned), _by_week(burn.real)
    mondays = (first + place * WEEK for place in range((_monday(last) - first) // WEEK + 1))
    return [
        Week(day, seats[day], taken[day], planned[day], upgraded[day])
        for day in mondays
        if day <= at.date() or seats[day] or planned[day]
    ]


def _by_week(summed: Sequence[tuple[date, int]]) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    before = 0
    for day, number in summed:
        found[_monday(day)] += number - before
        before = number
    return found


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _events(rollout: Rollout) -> list[PlatformEvent]:
    """Its own log, each with `link`, its hash in the platform's chain. That it was printed before
    is left out: the same history, the same report."""
    rows = PlatformEvent.objects.filter(
        subject_type=rollout._meta.label_lower, subject_id=str(rollout.pk)
    )
    told = rows.exclude(name=RolloutEvent.REPORT_MADE).order_by("number")
    return list(told.annotate(link=RawSQL(LINK, [], output_field=CharField())))  # noqa: S611
