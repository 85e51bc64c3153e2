"""Times when nothing may run: reading them. `of` is the one place that knows what is frozen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Q

from appliances.models import Package, Site
from portal import once
from upgrades.models import Booking, Freeze, FreezeOverride, PlatformFreeze, UpgradeJob
from upgrades.planning import floating
from upgrades.planning.windows import Slot

Scope = Literal["all", "release", "customer", "site"]
Row = Freeze | PlatformFreeze
B = Booking.State
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class FrozenTime:
    """A freeze as it bears on one site: instants, whose words it has, and since when it stands."""

    span: Slot
    title: str
    scope: Scope
    made_at: datetime
    row: Row

    def meets(self, begin: datetime, end: datetime) -> bool:
        return self.span.start < end and begin < self.span.end


def of(site: Site, release: Package | None, begin: datetime, end: datetime) -> list[FrozenTime]:
    """What is frozen at a site between two instants for an upgrade to a release, earliest first.
    `release` None: what stands whatever the release. Spans may overlap and reach further."""
    own = Freeze.objects.filter(Q(site=None) | Q(site=site), span__overlap=(begin, end))
    of_all = (row for row in everywhere(begin, end) if row.release_id in (None, _pk(release)))
    found = (as_met(row, site) for row in (*own, *of_all))
    meeting = [one for one in found if one.meets(begin, end)]
    return sorted(meeting, key=lambda one: (one.span.start, one.span.end, one.title))


def everywhere(begin: datetime, end: datetime) -> list[PlatformFreeze]:
    """Freezes for everybody that touch a span. There are few: a page with several spans reads all
    of them, once."""
    rows = once.read(
        ("platform freezes",), lambda: list(PlatformFreeze.objects.select_related("release"))
    )
    return [row for row in rows if row.span.lower < end and row.span.upper > begin]


def _pk(release: Package | None) -> Any:
    return release and release.pk


def as_met(row: Row, site: Site) -> FrozenTime:
    """A freeze on the clocks of a site."""
    return on_clocks(row, site.zone)


def on_clocks(row: Row, zone: str) -> FrozenTime:
    """A freeze on a zone's clocks."""
    if row.floats:
        span = floating.instants(*row.local, zone)
    else:
        span = Slot(row.span.lower, row.span.upper)
    return FrozenTime(span, row.title, scope(row), row.made_at, row)


def scope(row: Row) -> Scope:
    if isinstance(row, Freeze):
        return "site" if row.site_id else "customer"
    return "release" if row.release_id else "all"


def against(
    booking: Booking, *, start: datetime | None = None, needs: timedelta | None = None
) -> list[FrozenTime]:
    """What forbids a booking's work, if it begins at its time (or at `start`) and lasts its worst
    case (or `needs`), that nobody answers for."""
    begins = start or booking.starts_at
    lasts = booking.worst_minutes * MINUTE if needs is None else needs
    found = of(booking.site, booking.job.target, begins, begins + lasts)
    return unanswered(booking, found) if found else []


def unanswered(booking: Booking, found: Iterable[FrozenTime]) -> list[FrozenTime]:
    """Those that came after whoever answered for this booking did so."""
    answered = overrides(booking).order_by("-at").first()
    return [one for one in found if answered is None or one.made_at > answered.at]


def overrides(booking: Booking) -> Any:
    """The words given for the booking where it lies now."""
    return FreezeOverride.objects.filter(booking=booking, revision=booking.revision)


def forbid_begin(job: UpgradeJob, at: datetime) -> list[FrozenTime]:
    """What forbids a job to begin now: a freeze that stands, or one over its first window, that
    nobody answers for."""
    first = job.bookings.filter(state=Booking.State.BOOKED).order_by("slot").first()
    now = of(job.site, job.target, at, at + MINUTE)
    if first is None:
        return now
    first.job, first.site = job, job.site
    met = {one.row.pk: one for one in [*unanswered(first, now), *against(first)]}
    return list(met.values())


def over(job: UpgradeJob, booked: Iterable[Booking]) -> list[tuple[Booking, list[FrozenTime]]]:
    """A job's windows ahead that nothing may run in, each with what forbids it: for its page."""
    ahead = [b for b in booked if b.state in (B.HELD, B.BOOKED, B.MISSED)]
    if not ahead:
        return []
    begin, end = min(b.starts_at for b in ahead), max(b.ends_at for b in ahead)
    met = of(job.site, job.target, begin, end)
    found = []
    for booking in ahead if met else []:
        lasts = booking.starts_at + booking.worst_minutes * MINUTE
        here = [one for one in met if one.meets(booking.starts_at, lasts)]
        if here and (left := unanswered(booking, here)):
            found.append((booking, left))
    return found
