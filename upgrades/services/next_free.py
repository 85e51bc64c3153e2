"""The next free window of every site: read for staff in a few statements, walked only as far as the
first that fits, and bookings read only where one lies before it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from upgrades.models import Booking, MaintenanceWindow
from upgrades.planning.recurrence import DayRule, occurrences, read
from upgrades.planning.spans import BEGIN, first_fit, joined, minus
from upgrades.planning.windows import Slot
from upgrades.services import windows

HORIZON = timedelta(days=180)
STRIDE = timedelta(days=21)  # expanded at a time: most find their night in the first
CHUNK = 1_000  # sites whose bookings are read at once
Rule = tuple[str, Any, Any, int]
Key = tuple[str, tuple[Rule, ...]]  # a zone, and the rules of its windows


def of_every_site(minutes: int, *, at: datetime) -> dict[Any, Slot | None]:
    """By site id: the first stretch of its windows, without its bookings, that holds so much."""
    expansions, needs = Expansions(at), timedelta(minutes=minutes)
    granted = _granted()
    plain = {
        key: first_fit(joined(expansions.of(*key)), needs=needs, ready=at)
        for key in set(granted.values())
    }
    found = {site: plain[key] for site, key in granted.items()}
    for site, busy in _in_the_way(found, at=at):
        free = minus(joined(expansions.of(*granted[site])), busy)
        found[site] = first_fit(free, needs=needs, ready=at)
    return found


def _granted() -> dict[Any, Key]:
    """What each site's windows are: sites with the same ones share one value."""
    rules: dict[Any, tuple[str, list[Rule]]] = {}
    rows = MaintenanceWindow.across.values_list(
        "site_id", "site__zone", "rule", "starts_on", "at", "minutes"
    )
    for site, zone, *rule in rows.iterator(10_000):
        rules.setdefault(site, (zone, []))[1].append(tuple(rule))  # type: ignore[arg-type]
    return {site: (zone, tuple(sorted(own))) for site, (zone, own) in rules.items()}


def _in_the_way(found: dict[Any, Slot | None], *, at: datetime) -> Iterator[tuple[Any, list[Slot]]]:
    """The sites with a booking before the end of what was found, each with all its bookings: they
    only ever take away, so that nobody else's stretch is another with them."""
    last = max((slot.end for slot in found.values() if slot), default=at)
    taken = Booking.across.filter(state__in=windows.TAKEN, slot__endswith__gt=at)
    near = taken.filter(slot__startswith__lt=last).values_list("site_id", "slot__startswith")
    hit = {
        site
        for site, start in near.iterator(10_000)
        if (slot := found.get(site)) and start < slot.end
    }
    sites = sorted(hit)
    for place in range(0, len(sites), CHUNK):
        spans: dict[Any, list[Slot]] = {}
        rows = taken.filter(site__in=sites[place : place + CHUNK]).values_list("site_id", "slot")
        for site, span in rows:
            spans.setdefault(site, []).append(Slot(span.lower, span.upper))
        yield from ((site, sorted(own, key=BEGIN)) for site, own in spans.items())


class Expansions:
    """The windows of a set of rules in a zone, shared by all sites that have them, as far as
    somebody has walked."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.read: dict[str, DayRule] = {}
        self.kept: dict[Any, list[Slot]] = {}
        self.until: dict[Any, datetime] = {}

    def of(self, zone: str, rules: tuple[Rule, ...]) -> Iterator[Slot]:
        key, place = (zone, rules), 0
        while True:
            found = self.kept.setdefault(key, [])
            while place < len(found):
                yield found[place]
                place += 1
            begin = self.until.get(key, self.at)
            if begin >= self.at + HORIZON:
                return
            self._further(key, begin)

    def _further(self, key: Any, begin: datetime) -> None:
        """The next days: what reaches over their edge is cut there and goes on in the next."""
        zone, rules = key
        end = begin + STRIDE
        found = [
            slot
            for rule, starts_on, at, minutes in rules
            for slot in windows.certain(
                occurrences(self._rule(rule), starts_on, at, minutes, zone, begin, end)
            )
        ]
        clipped = (Slot(max(s.start, begin), min(s.end, end)) for s in windows.merged(found))
        self.kept[key] += [slot for slot in clipped if slot.start < slot.end]
        self.until[key] = end

    def _rule(self, text: str) -> DayRule:
        if text not in self.read:
            self.read[text] = read(text)
        return self.read[text]
