"""Who goes when in a rollout: the fair order, the first wave by likeness, the waves in turn.

Pure and deterministic: the same sites give the same waves, whoever clicked first. Sites are named
by their ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush


@dataclass(frozen=True)
class Standing:
    """What the fair order asks of a site: promise, risk and age.

    `promised_by`: the day it was promised at the latest; `exposed`: its release has an open
    advisory or is out of support; `behind`: releases between it and the target; `installed_on`:
    since when it has its release. A day that is not known counts as the longest wait.
    """

    exposed: bool = False
    behind: int = 0
    promised_by: date | None = None
    installed_on: date | None = None


@dataclass(frozen=True)
class Cover:
    """A first wave by likeness: its sites, and what of the fleet's variety they leave out."""

    sites: tuple[str, ...]
    covered: frozenset[str]
    missing: frozenset[str]

    @property
    def share(self) -> float:
        """Covered features of all, from 0 to 1; a fleet without features is covered."""
        every = len(self.covered) + len(self.missing)
        return len(self.covered) / every if every else 1.0


@dataclass(frozen=True)
class Part:
    """How many a wave takes: a number, a share of all in percent, or all that is left (neither)."""

    size: int | None = None
    percent: int | None = None
    by_likeness: bool = False


def fair_order(sites: Mapping[str, Standing]) -> list[str]:
    """Promises first by their day, then the exposed, then who is furthest behind and longest. The
    last tie is the id, which says nothing about anybody."""
    return sorted(sites, key=lambda site: (_turn(sites[site]), site))


def _turn(standing: Standing) -> tuple[date, bool, int, date]:
    return (
        standing.promised_by or date.max,
        not standing.exposed,
        -standing.behind,
        standing.installed_on or date.min,
    )


def cover(
    features: Mapping[str, frozenset[str]], *, most: int, avoiding: Iterable[str] = ()
) -> Cover:
    """At most so many sites that show as much of the fleet's variety as can be (greedy set cover:
    each next one shows the most that is new). Ties go to the earlier site of `features`; those of
    `avoiding` (intolerant customers) come in only where nobody else shows what they show.
    """
    wanted = frozenset().union(*features.values()) if features else frozenset()
    place = {site: number for number, site in enumerate(features)}
    shy, shown, chosen = frozenset(avoiding), set[str](), list[str]()
    for group in (
        [site for site in features if site not in shy],
        [site for site in features if site in shy],
    ):
        _choose(group, features, place, shown, chosen, most)
    return Cover(tuple(chosen), frozenset(shown), wanted - shown)


def _choose(
    group: Sequence[str], features: Mapping[str, frozenset[str]], place: Mapping[str, int],
    shown: set[str], chosen: list[str], most: int,
) -> None:  # fmt: skip
    """What a site would add only shrinks: the heap's first is right once it is counted afresh."""
    heap = [(-len(features[site] - shown), place[site], site) for site in group]
    heapify(heap)
    while heap and len(chosen) < most:
        said, number, site = heappop(heap)
        adds = len(features[site] - shown)
        if not adds:
            continue
        if -said != adds:
            heappush(heap, (-adds, number, site))
            continue
        chosen.append(site)
        shown |= features[site]


def divide(
    order: Sequence[str], parts: Sequence[Part], *, features: Mapping[str, frozenset[str]],
    avoiding: Iterable[str] = (),
) -> list[list[str]]:  # fmt: skip
    """The sites of each wave, in the fair order; whoever fits into no wave is in none.

    A wave by likeness takes its number to cover the variety, and fills up in the fair order.
    """
    left, waves = list(order), list[list[str]]()
    shy = frozenset(avoiding)
    for part in parts:
        most = _count(part, len(order), len(left))
        taken = left[:most]
        if part.by_likeness:
            theirs = {site: features.get(site, frozenset()) for site in left}
            alike = cover(theirs, most=most, avoiding=shy & set(left)).sites
            chosen = set(alike)
            chosen |= set([site for site in left if site not in chosen][: most - len(chosen)])
            taken = [site for site in left if site in chosen]
        gone = set(taken)
        left = [site for site in left if site not in gone]
        waves.append(taken)
    return waves


def _count(part: Part, every: int, left: int) -> int:
    """A share is of all, rounded up, so that a small wave is never empty."""
    if part.size is not None:
        return min(part.size, left)
    if part.percent is not None:
        return min(-(-every * part.percent // 100), left)
    return left
