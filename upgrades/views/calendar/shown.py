"""A booking as the calendar shows it: where, when on which clock, in which state, and what stands
against it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal import times
from portal.templatetags.marks import Mark, mark_of
from upgrades.models import Booking, UpgradeJob
from upgrades.planning.whynot import Reason
from upgrades.services import availability
from upgrades.services.agenda import conflicts, entries
from upgrades.services.agenda.entries import Entry
from upgrades.services.availability import Told
from upgrades.views.calendar.asked import Asked
from upgrades.views.calendar.periods import SITES, WEEK

B, J = Booking.State, UpgradeJob.State
STOPPED = (J.HALTED, J.PAUSED)
PRESSING = {B.MISSED: 1, B.IN_USE: 2, B.HELD: 3, B.BOOKED: 4}
OVERLAPPING = (WEEK, SITES)  # views that draw what began before, too


@dataclass(frozen=True)
class Shown:
    """One booking. `zone` is the clock that the page shows it on."""

    entry: Entry
    booking: Booking
    zone: str
    why: tuple[Reason, ...]
    across: bool

    @property
    def url(self) -> str:
        values = {"slug": self.booking.customer.slug, "pk": self.booking.pk}
        return reverse("upgrades:calendar-booking", kwargs=values)

    @property
    def label(self) -> str:
        return self.booking.customer.name if self.across else self.booking.site.name

    @property
    def detail(self) -> str:
        job = self.booking.job
        number = _("window %(number)d") % {"number": self.entry.window}
        site = f"{self.booking.site.name} · " if self.across else ""
        return f"{site}{job.label} · {number}"

    @property
    def mark(self) -> Mark:
        if self.entry.state == B.IN_USE and self.entry.job_state in STOPPED:
            return mark_of(self.entry.job_state)
        return mark_of(self.entry.state, "booking")

    @property
    def clock(self) -> str:
        return times.clock_label(times.in_zone(self.entry.begin, self.zone))

    @property
    def span(self) -> str:
        """From when until when, on the page's clock."""
        return f"{self.clock}–{times.clock_label(times.in_zone(self.entry.end, self.zone))}"

    @property
    def safe_clock(self) -> str:
        return times.clock_label(times.in_zone(self.entry.safe, self.zone))

    @property
    def ahead(self) -> bool:
        """Whether a last safe start is still of use."""
        return self.entry.state in (B.HELD, B.BOOKED)

    @cached_property
    def reasons(self) -> list[Told]:
        """On the site's clock: whoever moves it chooses there."""
        return [availability.told(each, self.entry.zone) for each in self.why]

    @property
    def short(self) -> str:
        """The rules that refuse it, in a word or two each."""
        return ", ".join(dict.fromkeys(_(each.rule.label) for each in self.why))


class Agenda:
    """What a page shows: every booking of its days, and what stands against them."""

    def __init__(self, asked: Asked, at: datetime) -> None:
        self.asked, self.at, self.period = asked, at, asked.period
        self.days: dict[tuple[datetime, str], date] = {}
        found = entries.read(asked.scope.between(self.period.begins, self.period.ends))
        found = [entry for entry in found if self._belongs(entry)]
        self.why = conflicts.of(found, asked.scope, at=at)
        if asked.conflicts_only:
            found = [entry for entry in found if entry.id in self.why]
        self.entries: list[Entry] = found
        first, end = self.period.own  # a month's own days, and not those that fill its weeks
        self.counted = [entry for entry in found if first <= self.day_of(entry) < end]

    def _belongs(self, entry: Entry) -> bool:
        day = self.day_of(entry)
        if self.period.view in OVERLAPPING:
            last = self.period.day_of(entry.end - timedelta(minutes=1), entry.zone)
            return day < self.period.end and last >= self.period.first
        return self.period.first <= day < self.period.end

    def day_of(self, entry: Entry) -> date:
        """On which day it is shown. Nights begin together: each is worked out once."""
        key = entry.begin, entry.zone
        if key not in self.days:
            self.days[key] = self.period.day_of(*key)
        return self.days[key]

    def pressing(self, entry: Entry) -> int:
        """What must be seen before what may be folded."""
        if entry.id in self.why or (entry.state == B.IN_USE and entry.job_state in STOPPED):
            return 0
        return PRESSING.get(entry.state, len(PRESSING) + 1)

    @cached_property
    def clashing(self) -> list[Entry]:
        return [entry for entry in self.counted if entry.id in self.why]

    def show(self, chosen: Iterable[Entry]) -> dict[uuid.UUID, Shown]:
        """By booking, those that are named on the page. One statement."""
        named: Sequence[Entry] = list(chosen)
        rows: dict[uuid.UUID, Any] = entries.whole(self.asked.scope, (each.id for each in named))
        across = self.asked.scope.whose.across
        return {
            each.id: Shown(
                each,
                rows[each.id],
                self.period.zone or each.zone,
                self.why.get(each.id, ()),
                across,
            )  # fmt: skip
            for each in named
            if each.id in rows
        }
