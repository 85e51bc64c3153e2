"""Recurring times on a zone's clocks, turned into instants (RFC 5545 §3.3.10).

Late, and only here: a rule is kept as wall-clock times, so that a change of summer time, or of the
law, moves the instants and never the hour on the wall. Lengths are elapsed time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from appliances.actions import Named
from upgrades.planning.rules_of_days import BadRule, DayRule, Frequency, read
from upgrades.planning.vocabulary import _

__all__ = ["BadRule", "DayRule", "Kind", "Occurrence", "occurrences", "read", "readings"]

HOW_OFTEN = {Frequency.DAILY: DAILY, Frequency.WEEKLY: WEEKLY, Frequency.MONTHLY: MONTHLY}
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Kind(Named):
    PLAIN = "plain", _("this time exists once")
    MISSING = "missing", _("this time does not exist: the clocks go forward")
    TWICE_FIRST = "twice-first", _("the first time, before the clocks go back")
    TWICE_SECOND = "twice-second", _("the second time, after the clocks have gone back")


@dataclass(frozen=True)
class Occurrence:
    """One time of a rule. `local` is what the rule says, naive; `offset` what the clock is then.

    A missing time cannot be booked: it is empty (it ends where it starts, at the change), and
    `next_valid` is the first time, aware and in the zone, that exists after it.
    """

    start: datetime  # UTC, as is the end
    end: datetime
    local: datetime
    offset: timedelta
    kind: Kind
    next_valid: datetime | None = None

    @property
    def bookable(self) -> bool:
        return self.kind is not Kind.MISSING


def occurrences(
    rule: str | DayRule,
    starts_on: date,
    at: time,
    minutes: int,
    zone: str,
    begin: datetime,
    end: datetime,
) -> Iterator[Occurrence]:
    """Those that touch the instants from `begin` to before `end`, in order, as they are asked for.

    Both readings of a time that exists twice come, one after the other, if either does touch.
    Raises BadRule, and ZoneInfoNotFoundError.
    """
    days = read(rule) if isinstance(rule, str) else rule
    here = ZoneInfo(zone)
    first = (begin - minutes * MINUTE).astimezone(here).date() - DAY
    last = end.astimezone(here).date() + DAY
    for day in _days(days, starts_on, first, last):
        found = readings(datetime.combine(day, at), minutes, zone)
        if any(_touches(one, begin, end) for one in found):
            yield from found


def readings(local: datetime, minutes: int, zone: str) -> tuple[Occurrence, ...]:
    """What a wall-clock time means: one occurrence; two, if it exists twice; an empty one, if not.

    `local` is naive. Where it exists twice, a person has to choose.
    """
    here = ZoneInfo(zone)
    one, other = (local.replace(tzinfo=here, fold=fold) for fold in (0, 1))
    if _offset(one) == _offset(other):
        return (_occurrence(one, minutes, Kind.PLAIN),)
    if _offset(one) > _offset(other):
        return (
            _occurrence(one, minutes, Kind.TWICE_FIRST),
            _occurrence(other, minutes, Kind.TWICE_SECOND),
        )
    change = _change_between(other.astimezone(UTC), one.astimezone(UTC), here)
    valid = change.astimezone(here)
    return (Occurrence(change, change, local, _offset(valid), Kind.MISSING, valid),)


def _occurrence(moment: datetime, minutes: int, kind: Kind) -> Occurrence:
    start = moment.astimezone(UTC)
    local = moment.replace(tzinfo=None, fold=0)
    return Occurrence(start, start + minutes * MINUTE, local, _offset(moment), kind)


def _touches(one: Occurrence, begin: datetime, end: datetime) -> bool:
    return one.start < end and (one.end > begin or one.start >= begin)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second of a clock's new offset, between two instants of one change."""
    low, high = int(before.timestamp()), int(after.timestamp())
    new = _offset(after.astimezone(zone))
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, zone)) == new:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)


def _days(rule: DayRule, starts_on: date, first: date, last: date) -> Iterator[date]:
    """The rule's days from `first` to `last`, from a day near `first`: ten years cost nothing."""
    until = min(last, rule.until or last)
    if until < starts_on:
        return
    found = rrule(
        HOW_OFTEN[rule.frequency],
        dtstart=datetime.combine(_in_phase(rule, starts_on, first), time()),
        interval=rule.interval,
        wkst=rule.week_start,
        until=datetime.combine(until, time()),
        bymonth=rule.months or None,
        bymonthday=rule.month_days or None,
        byweekday=[weekday(day, nth) for nth, day in rule.weekdays] or None,
        bysetpos=rule.position,
    )
    yield from (moment.date() for moment in found if moment.date() >= first)


def _in_phase(rule: DayRule, starts_on: date, wanted: date) -> date:
    """The last day up to the wanted one from which the rule counts as it does from its start."""
    if wanted <= starts_on:
        return starts_on
    if rule.frequency is Frequency.MONTHLY:
        since = (wanted.year - starts_on.year) * 12 + wanted.month - starts_on.month
        whole = since - since % rule.interval
        month = starts_on.year * 12 + starts_on.month - 1 + whole
        return date(month // 12, month % 12 + 1, 1) if whole else starts_on
    step = rule.interval * (7 if rule.frequency is Frequency.WEEKLY else 1)
    return starts_on + timedelta(days=(wanted - starts_on).days // step * step)
