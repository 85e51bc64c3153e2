"""A whole rollout planned at once: the fair order decides who has which night, nobody's click.

The same sites in the same order give the same calendar. Reading is for staff, a few statements a
chunk; what is offered is held by `offers.make`, one customer's transaction each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from appliances.models import Package, Site
from portal import times
from upgrades.planning.course import Course, NoFit, Passage
from upgrades.planning.spans import minus
from upgrades.planning.vocabulary import Sentence
from upgrades.planning.whynot import Rule, why_not
from upgrades.planning.windows import Slot
from upgrades.services import jobs, openings, sentences
from upgrades.services.courses import Courses, NoWay
from upgrades.services.fleet_ground import Chunk, Grounds
from upgrades.services.layouts import pieces
from upgrades.services.seatbook import Seats

CHUNK = 500
HORIZON = timedelta(days=180)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """One window of a path: its slot, from when on it is needed, and how long at worst."""

    window: int
    slot: Slot
    start: datetime
    needs: timedelta


@dataclass(frozen=True)
class Planned:
    """What becomes of one site: its nights, or a code and a sentence that say why none."""

    site_id: Any
    customer_id: Any
    pieces: tuple[Piece, ...] = ()
    begins: datetime | None = None  # the latest that still reaches the first night: hold from it
    finish: datetime | None = None
    code: str = ""
    sentence: str | Sentence = ""
    first_on: date | None = None  # on the site's clocks

    @property
    def fits(self) -> bool:
        return not self.code


class RolloutPlanner:
    """Plans sites for one release in the order in which it is asked; keeps count of the seats."""

    def __init__(
        self, release: Package, *, at: datetime, first_on: date | None = None,
        last_on: date | None = None,
    ) -> None:  # fmt: skip
        begin = (at + jobs.NOTICE).replace(second=0, microsecond=0) + timedelta(minutes=1)
        if first_on is not None:
            begin = max(begin, openings.day_begins(first_on, "Etc/GMT-14"))
        self.at, self.days = at, None
        if first_on is not None and last_on is not None:
            self.days = (first_on, last_on)
        self.release, self.span = release, (begin, begin + HORIZON)
        self.courses = Courses(release)
        self.grounds = Grounds(*self.span, target=release, at=at)
        self.seats = Seats(*self.span)

    def during(self, first_on: date, last_on: date) -> None:
        """Sites that are planned from now on lie between these days: a later wave's."""
        self.days = (first_on, last_on)

    def plan(self, site_ids: Sequence[Any]) -> Iterator[Planned]:
        """Each site's path, in the order given; the work of a chunk is done as it is asked for."""
        for ids in _chunks(site_ids):
            rows = Site.across.filter(pk__in=ids).select_related("customer").in_bulk()
            sites = [rows[pk] for pk in ids if pk in rows]
            chunk = self.grounds.read(sites)
            for site in sites:
                yield self._plan(site, chunk)

    def _plan(self, site: Site, chunk: Chunk) -> Planned:
        if site.closed_at is not None:
            return _left_out(site, "site-closed", Sentence(_("This site is closed.")))
        way = self.courses.of(site, chunk.boxes[site.pk])
        if isinstance(way, NoWay):
            return _left_out(site, way.code, way.sentence)
        today = times.in_zone(self.at, site.zone).date()
        today = max(today, self.days[0]) if self.days else today
        until = chunk.contract_until(site, today)
        if until is not None and until < today and not self.release.is_security_fix:
            sentence = Sentence(_("There is no maintenance contract, and major releases need one."))
            return _left_out(site, "no-contract", sentence)
        ground = chunk.ground(site, until=until, days=self.days)
        full = self.seats.full(site.shape)
        free = minus(ground.free(), full) if full else ground.free()
        slots = pieces(list(free), way.longest)
        try:
            found = way.book(slots, ground.not_before(), limit=site.interim_days * DAY)
        except NoFit as none:
            if title := _frozen(site, ground, way):
                return _left_out(site, Rule.FREEZE.value, title)
            return _no_place(site, ground, way, none.window, bool(full))
        return self._taken(site, ground, way, found)

    def _taken(
        self, site: Site, ground: openings.Openings, way: Course, found: Passage
    ) -> Planned:  # fmt: skip
        if found.over is not None:
            said = Sentence(_("The windows lie too far apart: too long without failover."))
            return _left_out(site, Rule.INTERIM.value, said)
        laid = [
            Piece(window, slot, _start(found, window), way.needs[window])
            for window, slot in found.booked.items()
        ]
        for piece in laid:
            why = why_not(piece.start, piece.needs, granted=[piece.slot], bounds=ground.bounds)
            if why:
                if title := _frozen(site, ground, way):
                    return _left_out(site, Rule.FREEZE.value, title)
                return _left_out(site, why[0].rule.value, sentences.reason(why[0], site.zone))
        self.seats.take(site.shape, [(piece.start, piece.needs) for piece in laid])
        first = times.in_zone(laid[0].start, site.zone).date() if laid else None
        begins = laid[0].slot.start - way.lead_in if laid else None
        return Planned(site.pk, site.customer_id, tuple(laid), begins, found.finish, first_on=first)


def _start(found: Passage, window: int) -> datetime:
    """Windows that share a slot follow one another in it; the first begins with it."""
    slot = found.booked[window]
    shares = any(other < window and its == slot for other, its in found.booked.items())
    return found.starts[window] if shares else slot.start


def _left_out(site: Site, code: str, sentence: Sentence) -> Planned:
    return Planned(site.pk, site.customer_id, code=code, sentence=sentence)


def _no_place(
    site: Site, ground: openings.Openings, way: Course, window: int, full: bool
) -> Planned:  # fmt: skip
    longest = max((slot.end - slot.start for slot in ground.granted), default=timedelta())
    needs = way.needs[window]
    if not ground.granted:
        said = Sentence(_("This site has no maintenance windows in this time."))
        return _left_out(site, Rule.WINDOW.value, said)
    if longest < needs:
        values = {"missing": sentences.span(needs - longest)}
        said = Sentence(_("Its windows are too short: %(missing)s are missing."), values)
        return _left_out(site, Rule.LENGTH.value, said)
    values = {"span": sentences.span(needs)}
    said = Sentence(_("No free window is left for a piece that may take %(span)s."), values)
    return _left_out(site, Rule.CAPACITY.value if full else "no-slot", said)


def _frozen(site: Site, ground: openings.Openings, way: Course) -> Sentence | None:
    """The freeze that keeps it out, in a sentence: without freezes it would have its nights."""
    met = [one for one in ground.hindrances if one.rule is Rule.FREEZE]
    slots = pieces(ground.free(without={Rule.FREEZE}), way.longest) if met else []
    try:
        found = way.book(slots, ground.not_before(), limit=site.interim_days * DAY)
    except NoFit:
        return None
    for window, slot in found.booked.items():
        start = _start(found, window)
        if why_not(start, way.needs[window], granted=[slot], bounds=ground.bounds):
            return None
    first = next(
        (one for one in met for slot in found.booked.values()
         if one.span.start < slot.end and slot.start < one.span.end), None,
    )  # fmt: skip
    title = first.title if first else ""
    return Sentence(_("A freeze leaves it no night: %(title)s."), {"title": title})


def _chunks(ids: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(ids), CHUNK):
        yield tuple(ids[start : start + CHUNK])
