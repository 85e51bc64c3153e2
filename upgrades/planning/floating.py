"""Times that are said on whichever clock hangs at the site: whole days, holidays, "from 18:00"."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from upgrades.planning.windows import Slot

# What a zone's clocks may differ from UTC by, with an hour to spare for laws to come.
AHEAD, BEHIND = timedelta(hours=15), timedelta(hours=13)


def instants(begin: datetime, end: datetime, zone: str) -> Slot:
    """Naive times of a zone as instants. An hour that exists twice, or not at all, is taken at its
    widest: nothing may run in either reading."""
    here = ZoneInfo(zone)
    first = min(_readings(begin, here))
    return Slot(first, max(first, *_readings(end, here)))


def anywhere(begin: datetime, end: datetime) -> Slot:
    """From when until when these times may be, whatever the zone."""
    return Slot(begin.replace(tzinfo=UTC) - AHEAD, end.replace(tzinfo=UTC) + BEHIND)


def _readings(local: datetime, here: ZoneInfo) -> list[datetime]:
    return [local.replace(tzinfo=here, fold=fold).astimezone(UTC) for fold in (0, 1)]
