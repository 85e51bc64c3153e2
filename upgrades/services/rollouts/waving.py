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
    waves = list(rollout.waves.order_by("number"))
    drawing = _Drawing(rollout, waves, order, free, at)
    nights = drawing.nights(every=len(order) + len(fixed & set(found)))
    for key in drawing.left:
        said = Sentence(_("No wave has room for it."))
        out.append(Place(key, free[key].customer_id, code="no-wave", sentence=said))
    return Drawn((*out, *nights), frozenset(found), _coverage(waves, nights, free))


class _Drawing:
    """Wave after wave takes its sites from those that are left, each planned once: one that has no
    night in the wave's days is left out, and another takes its place."""

    def __init__(
        self, rollout: Rollout, waves: Sequence[Wave], order: Sequence[Any],
        free: Mapping[Any, Candidate], at: datetime,
    ) -> None:  # fmt: skip
        self.waves, self.left = waves, list(order)
        self.features = {key: each.features for key, each in free.items()}
        self.shy = frozenset(key for key in order if free[key].careful)
        self.turn = {key: turn for turn, key in enumerate(order)}
        self.days = (
            max(rollout.starts_on, at.date()),
            rollout.ends_on + rollout.stopped_days * DAY,
        )
        first, last = self.days
        self.planner = RolloutPlanner(rollout.release, at=at, first_on=first, last_on=last)

    def nights(self, *, every: int) -> list[Place]:
        """Each wave begins when the one before could have passed: its share upgraded, and the soak.
        Waves that are open take nobody; once all are, newcomers join the last."""
        closed = [wave for wave in self.waves if wave.opened_at is None] or self.waves[-1:]
        first, last = self.days
        found: list[Place] = []
        for wave in self.waves:
            self.planner.during(first, last)
            planned: list[Planned] = []
            if wave in closed:
                size = _size(wave, every, all_open=bool(wave.opened_at))
                planned, out = self._fill(size, by_likeness=wave.by_likeness)
                found += [_left_out(each) for each in out]
            found += [_place(each, wave, turn) for turn, each in enumerate(planned)]
            first = min(_passes_on(wave, planned) or first, last)
        return found

    def _fill(self, size: int | None, *, by_likeness: bool) -> tuple[list[Planned], list[Planned]]:
        """Those of a wave in the fair order (None: whoever is left), and those without a night."""
        fits: list[Planned] = []
        out: list[Planned] = []
        shown = frozenset[str]()
        while self.left and (size is None or len(fits) < size):
            part = Part(by_likeness=by_likeness, size=None if size is None else size - len(fits))
            new = {key: self.features[key] - shown for key in self.left}
            [chosen] = divide(self.left, [part], features=new, avoiding=self.shy)
            for each in self.planner.plan(chosen):
                (fits if each.fits else out).append(each)
            tried = set(chosen)
            self.left = [key for key in self.left if key not in tried]
            shown = shown.union(*(self.features[each.site_id] for each in fits))
        return sorted(fits, key=lambda each: self.turn[each.site_id]), out


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


def _size(wave: Wave, every: int, *, all_open: bool) -> int | None:
    """A share is of everybody who may be in, rounded up, so that a small wave is never empty;
    whoever turns out to have no night is counted too."""
    if all_open:
        return None
    return -(-every * wave.share // 100) if wave.share is not None else wave.size


def _place(each: Planned, wave: Wave, turn: int) -> Place:
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
