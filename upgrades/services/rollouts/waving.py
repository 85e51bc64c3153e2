"""A rollout worked out whole: who is in which wave, which night, and why the others are not.

Reads across customers and writes nothing. The same fleet gives the same waves and nights.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from upgrades.models import Enrolment, Rollout, Wave
from upgrades.planning.vocabulary import Sentence
from upgrades.planning.waves import Part, divide, fair_order
from upgrades.services.rollout_planning import Planned, RolloutPlanner
from upgrades.services.rollouts import pool
from upgrades.services.rollouts.pool import Candidate

E = Enrolment.State
DAY = timedelta(days=1)
# Left out by a person, or by what became of its offer: drawing does not take it in again.
BY_PEOPLE = frozenset({"by-hand", "withdrawn", "approval-void"})


@dataclass(frozen=True)
class Place:
    """What is drawn for one site: its wave and turn, or the code and sentence that leave it out."""

    site_id: Any
    customer_id: Any
    wave_id: Any = None
    turn: int = 0
    planned_on: date | None = None
    code: str = ""
    sentence: str | Sentence = ""


@dataclass(frozen=True)
class Drawn:
    """`coverage`: by the number of each wave by likeness, how much of the fleet's variety it shows,
    and what it does not."""

    places: tuple[Place, ...]
    named: frozenset[Any]
    coverage: dict[str, dict[str, Any]] = field(default_factory=dict)


def work_out(rollout: Rollout, *, at: datetime) -> Drawn:
    """For a rollout as it stands. What has begun keeps its place and is not among the answers."""
    day = max(rollout.starts_on, at.date())
    found = {each.site_id: each for each in pool.read(rollout, day=day)}
    fixed = _fixed(rollout)
    free = {key: each for key, each in found.items() if key not in fixed}
    out = [
        Place(each.site_id, each.customer_id, code=each.code, sentence=each.sentence)
        for each in free.values()
        if each.code
    ]
    order = fair_order({key: c.standing for key, c in free.items() if not c.code})
    planner = _planner(rollout, at)
    possible = list(planner.plan(order))
    out += [_left_out(each) for each in possible if each.code]
    order = [each.site_id for each in possible if each.fits]
    waves = list(rollout.waves.order_by("number"))
    groups = _groups(order, waves, free, len(order) + len(fixed & set(found)))
    placed = {key for group in groups.values() for key in group}
    for key in order:
        if key not in placed:
            said = Sentence(_("No wave has room for it."))
            out.append(Place(key, free[key].customer_id, code="no-wave", sentence=said))
    nights = _nights(rollout, waves, groups, possible, planner, at=at)
    return Drawn((*out, *nights), frozenset(found), _coverage(waves, nights, free))


def _fixed(rollout: Rollout) -> frozenset[Any]:
    """Sites whose place stands: their wave is open, or more has happened than being drawn."""
    rows = Enrolment.across.filter(rollout=rollout).values_list(
        "site_id", "state", "code", "wave__opened_at"
    )
    return frozenset(
        site
        for site, state, code, opened in rows
        if (state == E.WAITING and opened is not None)
        or (state == E.EXCLUDED and code in BY_PEOPLE)
        or state not in (E.WAITING, E.EXCLUDED)
    )


def _groups(
    order: Sequence[Any], waves: Sequence[Wave], free: Mapping[Any, Candidate], every: int
) -> dict[Any, list[Any]]:
    """The sites of each wave that is not open yet; once all are, newcomers join the last."""
    closed = [wave for wave in waves if wave.opened_at is None] or list(waves[-1:])
    parts = [
        Part(by_likeness=wave.by_likeness, size=_size(wave, every, all_open=bool(wave.opened_at)))
        for wave in closed
    ]
    divided = divide(
        order, parts, features={key: each.features for key, each in free.items()},
        avoiding=[key for key in order if free[key].careful],
    )  # fmt: skip
    return {wave.pk: group for wave, group in zip(closed, divided, strict=True)}


def _size(wave: Wave, every: int, *, all_open: bool) -> int | None:
    """A share is of everybody who is in, rounded up, so that a small wave is never empty."""
    if all_open:
        return None
    return -(-every * wave.share // 100) if wave.share is not None else wave.size


def _nights(
    rollout: Rollout, waves: Sequence[Wave], groups: Mapping[Any, list[Any]],
    possible: Sequence[Planned], planner: RolloutPlanner, *, at: datetime,
) -> list[Place]:  # fmt: skip
    """Each wave begins when the one before could have passed: its share upgraded, and the soak. One
    wave of everybody is planned already, seats and all."""
    first, last = _days(rollout, at)
    known = [each for each in possible if each.fits]
    planner.afresh()
    found: list[Place] = []
    for wave in waves:
        planner.during(first, last)
        group = groups.get(wave.pk, [])
        whole = group and group == [each.site_id for each in known]
        planned = known if whole else list(planner.plan(group))
        found += [_place(each, wave, turn) for turn, each in enumerate(planned)]
        first = min(_passes_on(wave, planned) or first, last)
    return found


def _planner(rollout: Rollout, at: datetime) -> RolloutPlanner:
    first, last = _days(rollout, at)
    return RolloutPlanner(rollout.release, at=at, first_on=first, last_on=last)


def _days(rollout: Rollout, at: datetime) -> tuple[date, date]:
    return max(rollout.starts_on, at.date()), rollout.ends_on + rollout.stopped_days * DAY


def _place(each: Planned, wave: Wave, turn: int) -> Place:
    if each.code:
        return _left_out(each)
    return Place(
        each.site_id, each.customer_id, wave.pk, wave.number * pool.CHUNK**2 + turn, each.first_on
    )


def _left_out(each: Planned) -> Place:
    code = "already-there" if each.code == "not-newer" else each.code
    return Place(each.site_id, each.customer_id, code=code, sentence=each.sentence)


def _passes_on(wave: Wave, planned: Iterable[Planned]) -> date | None:
    ends = sorted(each.finish.date() for each in planned if each.finish)
    if not ends:
        return None
    enough = max(1, -(-len(ends) * wave.opens_next_at // 100))
    return ends[enough - 1] + (wave.soak_days + 1) * DAY


def _coverage(
    waves: Iterable[Wave], places: Sequence[Place], known: Mapping[Any, Candidate]
) -> dict[str, dict[str, Any]]:
    """Of the variety of all who are in a wave."""
    inside = [place for place in places if not place.code]
    every = frozenset[str]().union(*(known[place.site_id].features for place in inside))
    told = {}
    for wave in (each for each in waves if each.by_likeness and each.opened_at is None):
        mine = [place for place in inside if place.wave_id == wave.pk]
        shown = frozenset[str]().union(*(known[place.site_id].features for place in mine))
        told[str(wave.number)] = {
            "shown": len(shown), "all": len(every), "missing": sorted(every - shown),
        }  # fmt: skip
    return told
