"""A calendar drawn as lines of time: windows, bookings, dwells, interims, freezes, and now.

Plain values in, plain values out: pages of appliances and upgrades feed it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from portal.drawings.scale import Scale, percent

DAY = timedelta(days=1)
EVERY = 3  # hours between two ticks of a day's line
HEIGHT = 44  # of a row, px
MOST_DAYS_WRITTEN = 8  # with more, only Mondays are written
ROOM_FOR_A_DAY = 9.0  # per cent
ROOM_FOR_A_NOTE = 20.0


class Kind(StrEnum):
    WINDOW = "win"  # outline
    BOOKED = "book"  # full: expected
    WORST = "worst"  # outline behind it: up to the slow case
    DONE = "done"
    BAD = "bad"
    DWELL = "dwell"  # dots
    INTERIM = "interim"  # amber dashes: without failover
    FREEZE = "freeze"  # hatch
    SAFE = "safe"  # black tick: last safe start
    CLASH = "flag"  # triangle: it no longer fits


RECTANGLES = {  # y and height, px
    Kind.FREEZE: (4, 36),
    Kind.WINDOW: (9, 26),
    Kind.INTERIM: (13, 18),
    Kind.WORST: (14.75, 14.5),
    Kind.BOOKED: (14, 16),
    Kind.DONE: (14, 16),
    Kind.BAD: (14, 16),
}


PAINTED = [*RECTANGLES, Kind.DWELL, Kind.SAFE, Kind.CLASH]  # what comes later lies on top


@dataclass(frozen=True)
class Band:
    """Something that lasts from `begin` to `end`; a tick (SAFE, CLASH) has only a
    begin."""

    kind: Kind
    begin: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class Row:
    """One line: who (`label`, linked to `url`), what (`detail`), its bands, and `said`, the same
    in words for those who do not see the drawing. With a `zone` it is drawn on that zone's clocks:
    the same days and hours of the wall."""

    label: object
    said: object
    bands: Sequence[Band] = ()
    detail: object = ""
    url: str = ""
    note: object = ""  # words right of the last band
    zone: tzinfo | None = None


@dataclass(frozen=True)
class Shape:
    """One element of the SVG; lengths are attribute values."""

    css: str
    x: str
    width: str = ""  # empty: an upright line at x
    y: float = 0
    height: float = HEIGHT

    @property
    def top(self) -> str:
        return f"{self.y:g}"

    @property
    def tall(self) -> str:
        return f"{self.height:g}"

    @property
    def bottom(self) -> str:
        return f"{self.y + self.height:g}"


@dataclass(frozen=True)
class Line:
    row: Row
    shapes: list[Shape]
    note_at: str = ""
    note_left: bool = False  # the words stand left of that place: they would not fit right of it


@dataclass(frozen=True)
class Tick:
    """A midnight (or, on the line of one day, an `hour`), or the edge where the line begins;
    `shown` is written below the axis."""

    at: str
    instant: datetime
    edge: bool = False
    shown: bool = True
    hour: bool = False


@dataclass(frozen=True)
class Timeline:
    lines: list[Line] = field(default_factory=list)
    days: list[Tick] = field(default_factory=list)
    now: str = ""


def draw(
    rows: Sequence[Row], *, begin: datetime, end: datetime, now: datetime | None = None
) -> Timeline:
    """Place every band between `begin` and `end`. Midnights are those of `begin`'s own zone."""
    scale = Scale(begin, end)
    lines = _lines(rows, scale, now, _midnights)
    return Timeline(lines, _ticks(begin, scale, _midnights(scale)), _now(scale, now))


def draw_day(
    rows: Sequence[Row], *, begin: datetime, end: datetime, now: datetime | None = None
) -> Timeline:
    """One day, from its first instant to the next day's, with its hours as the clock on the wall
    shows them: 23 or 25 of them where the clocks change."""
    scale = Scale(begin, end)
    ticks = [
        Tick(at, moment, edge=not number, hour=True)
        for number, (at, moment) in enumerate([("0.00%", begin), *_hours(scale)])
    ]
    return Timeline(_lines(rows, scale, now, _hours), ticks, _now(scale, now))


Grid = Callable[[Scale], list[tuple[str, datetime]]]


def _lines(rows: Sequence[Row], scale: Scale, now: datetime | None, grid: Grid) -> list[Line]:
    drawn: dict[tzinfo | None, tuple[Scale, list[Shape], list[Shape]]] = {}
    found = []
    for row in rows:
        if row.zone not in drawn:
            own = scale if row.zone is None else scale.on(row.zone)
            at_now = _now(own, now)
            last = [Shape("g-now", at_now)] if at_now else []
            drawn[row.zone] = own, [_upright(at, moment) for at, moment in grid(own)], last
        own, upright, last = drawn[row.zone]
        found.append(Line(row, [*upright, *_bands(row, own), *last], *_note(row, own)))
    return found


def _upright(at: str, moment: datetime) -> Shape:
    return Shape("g-week" if moment.weekday() == 0 and moment.hour == 0 else "g-day", at)


def _now(scale: Scale, now: datetime | None) -> str:
    shown = now is not None and scale.shows(now, now + timedelta(seconds=1))
    return percent(scale.place(now)) if now is not None and shown else ""


def _ticks(begin: datetime, scale: Scale, midnights: list[tuple[str, datetime]]) -> list[Tick]:
    few = len(midnights) <= MOST_DAYS_WRITTEN
    ticks = [
        Tick(at, day, shown=(few or day.weekday() == 0) and scale.place(day) < 100 - ROOM_FOR_A_DAY)
        for at, day in midnights
    ]
    first = next((scale.place(tick.instant) for tick in ticks if tick.shown), 100.0)
    return [Tick("0.00%", begin, edge=True, shown=first > ROOM_FOR_A_DAY), *ticks]


def _midnights(scale: Scale) -> list[tuple[str, datetime]]:
    first = scale.begin.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    count = max((scale.end - first).days + 1, 0)
    days = [first + DAY * number for number in range(count)]  # wall clock: DST days keep midnight
    return [(percent(scale.place(day)), day) for day in days if day < scale.end]


def _hours(scale: Scale) -> list[tuple[str, datetime]]:
    """Every third hour of the wall after the first. One that does not exist is left out, and of
    one that exists twice the first is shown."""
    here, found = scale.begin.tzinfo, []
    for hour in range(EVERY, 24, EVERY):
        moment = scale.begin.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
        exists = moment.astimezone(UTC).astimezone(here).hour == hour
        if exists and scale.shows(moment, moment + timedelta(minutes=1)):
            found.append((percent(scale.place(moment)), moment))
    return found


def _bands(row: Row, scale: Scale) -> list[Shape]:
    return [
        _shape(band, scale)
        for band in sorted(row.bands, key=lambda band: PAINTED.index(band.kind))
        if scale.shows(band.begin, band.end or band.begin + timedelta(minutes=1))
    ]


def _shape(band: Band, scale: Scale) -> Shape:
    left = scale.place(band.begin)
    if band.kind == Kind.CLASH:
        return Shape("g-flag", percent(left), "", 0, 14)
    if band.kind == Kind.SAFE or band.end is None:
        return Shape("g-safe", percent(left), "", 6, 32)
    width = percent(scale.place(band.end) - left)
    if band.kind == Kind.DWELL:
        return Shape("g-dwell", percent(left), percent(scale.place(band.end)), HEIGHT / 2, 0)
    y, height = RECTANGLES[band.kind]
    return Shape(f"g-{band.kind}", percent(left), width, y, height)


def _note(row: Row, scale: Scale) -> tuple[str, bool]:
    """Where a row's words stand: right of its last band, or left of its first."""
    if not row.note:
        return "", False
    right = max((scale.place(band.end or band.begin) for band in row.bands), default=0.0)
    if right <= 100 - ROOM_FOR_A_NOTE:
        return percent(right + 1), False
    left = min((scale.place(band.begin) for band in row.bands), default=100.0)
    return percent(max(left - 1, 0)), True
