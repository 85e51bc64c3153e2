"""The next free window of every site: read for staff in two statements, walked only as far as the
first that fits."""

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
Rule = tuple[str, Any, Any, int]


def of_every_site(minutes: int, *, at: datetime) -> dict[Any, Slot | None]:
    """By site id: the first stretch of its windows, without its bookings, that holds so much."""
    taken: dict[Any, list[Slot]] = {}
    booked = Booking.across.filter(state__in=windows.TAKEN, slot__endswith__gt=at)
    for site, span in booked.values_list("site_id", "slot").iterator(10_000):
        taken.setdefault(site, []).append(Slot(span.lower, span.upper))
    for spans in taken.values():
        spans.sort(key=BEGIN)
    granted: dict[Any, tuple[str, list[Rule]]] = {}
    rows = MaintenanceWindow.across.values_list(
        "site_id", "site__zone", "rule", "starts_on", "at", "minutes"
    )
    for site, zone, *rule in rows.iterator(10_000):
        granted.setdefault(site, (zone, []))[1].append(tuple(rule))  # type: ignore[arg-type]
    expansions = Expansions(at)
    needs = timedelta(minutes=minutes)
    return {
        site: first_fit(
            minus(joined(expansions.of(zone, tuple(sorted(rules)))), taken.get(site, ())),
            needs=needs, ready=at,
        )
        for site, (zone, rules) in granted.items()
    }  # fmt: skip


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
