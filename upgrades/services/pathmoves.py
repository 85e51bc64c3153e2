"""A job's whole path moved as one: every window not begun yet, each inside its bounds, dwells and
the interim kept, in one transaction. What shared a slot goes on sharing one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _, gettext_noop

from appliances import actions as do
from portal.errors import NotNow, Refused
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.planning.whynot import Hindrance, Rule
from upgrades.planning.windows import Slot
from upgrades.services import bookings, capacity, openings, orders, rebooking, sentences, wording
from upgrades.services.layouts import InterimTooLong, NoSlot, pieces
from upgrades.services.sentences import Told

S = Booking.State
AHEAD = (S.HELD, S.BOOKED, S.MISSED)
OPEN = (JobStep.State.PLANNED, JobStep.State.READY)
TOO_LONG = gettext_noop("From this start the site would be without failover for too long.")
HORIZON = timedelta(days=180)
MINUTE = timedelta(minutes=1)


class NotFirst(Refused):
    code = "not-the-first-window"


@dataclass(frozen=True)
class Group:
    """Windows that share a slot, one after another: they move together. `offsets`: minutes from
    the first one's start to each; `needs`: minutes at worst of all."""

    rows: tuple[Booking, ...]
    offsets: tuple[timedelta, ...]

    @property
    def needs(self) -> timedelta:
        return self.offsets[-1] + self.rows[-1].worst_minutes * MINUTE

    def placed(self, slot: Slot) -> dict[int, Slot]:
        """Each window's part of a slot; the last has what is left."""
        begins = [slot.start + offset for offset in self.offsets]
        ends = [*begins[1:], slot.end]
        return {
            row.window: Slot(begin, end)
            for row, begin, end in zip(self.rows, begins, ends, strict=True)
        }


def retimed(
    job: UpgradeJob, start: datetime, *, by: Any, at: datetime,
    overriding: frozenset[Rule] = openings.NOTHING,
) -> dict[int, Slot]:  # fmt: skip
    """Where each window ahead would lie if the first of them began then; nothing is written.

    Raises CannotMove with every reason against the start itself, NoSlot or InterimTooLong.
    """
    groups = _groups(job)
    if not groups:
        raise NotNow(_("This job has no window ahead."))
    asked = rebooking.asked(job, at=at)
    until = None if asked["security_fix"] else asked["contract_until"]
    ground = openings.of(
        job.site, min(at, start), start + HORIZON, target=job.target, job=job, by=by, at=at,
        contract_until=until, overriding=overriding,
    )  # fmt: skip
    begun = Booking.objects.filter(job=job, state=S.IN_USE)
    ground = ground.heeding([Hindrance(Rule.TAKEN, Slot(b.starts_at, b.ends_at)) for b in begun])
    trail = _Trail(job, groups, ground)
    first = groups[0].rows[0]
    if why := ground.against(start, groups[0].needs, at=at):
        raise bookings.CannotMove(first, why, at=at)
    return trail.from_(start)


def move(
    job: UpgradeJob, start: datetime, *, by: Any, at: datetime, override: str = ""
) -> list[Booking]:  # fmt: skip
    """Move it: SEQUENCE + 1 for each window whose time changes. What that does to the approval is
    as for one window (`rebooking`). All of it or, on any refusal, nothing."""
    job = UpgradeJob.objects.select_for_update(of=("self",)).with_site().get(pk=job.pk)
    overriding = openings.overridden(override, by, job.site)
    slots = retimed(job, start, by=by, at=at, overriding=overriding)
    rows = [row for row in bookings.for_job(job) if row.window in slots]
    for row in rows:
        row.job = job
    changed = [
        row
        for row in rows
        if row.state == S.MISSED or Slot(row.starts_at, row.ends_at) != slots[row.window]
    ]
    starts = {row.window: slots[row.window].start for row in changed}
    rebooking.demand_covered(job, starts.values(), by)
    was = {row.window: {"from": row.starts_at, "until": row.ends_at} for row in changed}
    with bookings.unless_taken():
        for row in _in_turn(changed, slots):
            bookings.retime(row, slots[row.window], override=override.strip()[:400])
        capacity.demand(job, changed)
    for row in changed:
        bookings.note_moved(row, was[row.window], by=by, at=at)
    rebooking.after_moves(
        job, [(row, was[row.window]["from"]) for row in changed], by=by, at=at
    )  # fmt: skip
    return changed


def move_from(
    booking: Booking, start: datetime, *, by: Any, at: datetime, override: str = ""
) -> list[Booking]:  # fmt: skip
    """As `move`, named by the first window ahead. Raises NotFirst for any other."""
    first = bookings.for_job(booking.job).filter(state__in=AHEAD).first()
    if first is None or first.pk != booking.pk:
        raise NotFirst(
            _("The whole path moves by its first window that has not begun."),
            remedy=_("Move that one, or move this window alone."),
        )
    return move(booking.job, start, by=by, at=at, override=override)


def _in_turn(rows: Iterable[Booking], slots: Mapping[int, Slot]) -> list[Booking]:
    """So that none is put where another one still lies: what goes later from the last on, what
    goes earlier from the first on."""
    later = [row for row in rows if slots[row.window].start > row.starts_at]
    earlier = [row for row in rows if row not in later]
    return [*sorted(later, key=lambda row: -row.window), *sorted(earlier, key=lambda r: r.window)]


def _groups(job: UpgradeJob) -> list[Group]:
    found: list[list[Booking]] = []
    for row in bookings.for_job(job).filter(state__in=AHEAD):
        row.job, row.site = job, job.site
        if found and found[-1][-1].ends_at == row.starts_at and row.state != S.MISSED:
            found[-1].append(row)
        else:
            found.append([row])
    return [
        Group(tuple(rows), tuple(row.starts_at - rows[0].starts_at for row in rows))
        for rows in found
    ]


class _Trail:
    """The windows one after another, each in the first slot that what comes before allows."""

    def __init__(
        self, job: UpgradeJob, groups: list[Group], ground: openings.Openings
    ) -> None:  # fmt: skip
        self.job, self.groups, self.ground = job, groups, ground
        steps = orders.marks(job)
        self.rests, self.interims = orders.rests(steps), orders.interims(steps)
        self.between = _between(job)

    def from_(self, start: datetime) -> dict[int, Slot]:
        """What breaks failover is put off, slot by slot, until what restores it lies near."""
        after: dict[int, datetime] = {}
        limit = timedelta(days=self.job.site.interim_days)
        while True:
            found = self._laid(start, after)
            over = self._too_long(found, limit)
            if over is None:
                return found
            window, by = over
            if window in [row.window for row in self.groups[0].rows]:
                raise InterimTooLong(
                    Told(TOO_LONG),
                    remedy=_("Choose a start with another window near after it."),
                )
            after[window] = found[window].start + by

    def _laid(self, start: datetime, after: Mapping[int, datetime]) -> dict[int, Slot]:
        found: dict[int, Slot] = {}
        ready = start
        for group in self.groups:
            numbers = [row.window for row in group.rows]
            if found:
                ready = max([ready, *self._over(numbers[0], found)])
                ready = max([ready, *(after[n] for n in numbers if n in after)])
            slot = self._first(group, ready, exact=not found)
            found |= group.placed(slot)
            lasts = slot.start + group.needs
            ready = lasts + self.between.get(numbers[-1], timedelta())
        return found

    def _first(self, group: Group, ready: datetime, *, exact: bool) -> Slot:
        minutes = int(group.needs / MINUTE)
        for slot in pieces(self.ground.free(), minutes):
            begins = ready if exact else slot.start
            if slot.start <= begins >= ready and slot.end - begins >= group.needs:
                if why := self.ground.against(begins, group.needs):
                    zone = self.job.site.zone
                    said = sentences.reasons(why, zone)
                    raise NoSlot(said, remedy=wording.remedy(why[0], zone))
                return Slot(begins, slot.end)
        raise NoSlot(
            Told(
                gettext_noop("Window %(number)s of this job finds no place after that start."),
                {"number": group.rows[0].window},
            ),
            remedy=_("Choose an earlier start, or add a maintenance window to the site."),
        )

    def _over(self, window: int, found: Mapping[int, Slot]) -> list[datetime]:
        """When the dwells before a window are over at worst."""
        rows = {row.window: row for group in self.groups for row in group.rows}
        over = []
        for rest in self.rests:
            if rest.before > window:
                continue
            if rest.over_at:
                over.append(rest.over_at)
            elif rest.since in found:
                worst = rows[rest.since].worst_minutes * MINUTE
                over.append(found[rest.since].start + worst + rest.length)
        return over

    def _too_long(
        self, found: Mapping[int, Slot], limit: timedelta
    ) -> tuple[int, timedelta] | None:  # fmt: skip
        rows = {row.window: row for group in self.groups for row in group.rows}
        for parting, joining in self.interims:
            if parting == joining or parting not in found or joining not in found:
                continue
            ends = found[joining].start + rows[joining].worst_minutes * MINUTE
            lasts = ends - found[parting].start
            if lasts > limit:
                return parting, lasts - limit
        return None


def _between(job: UpgradeJob) -> dict[int, timedelta]:
    """After each window, how long at worst what needs none takes until the next one. Dwells are
    counted for themselves."""
    found: dict[int, timedelta] = {}
    window, ranks = 0, dict[int, dict[str, int]]()
    for step in job.steps.in_order():
        if step.window:
            if window and step.window != window:
                found[window] = timedelta(minutes=sum(max(r.values()) for r in ranks.values()))
            window, ranks = step.window, {}
        elif window and step.action != do.DWELL.name and step.state in OPEN:
            lanes = ranks.setdefault(step.rank, {})
            lanes[step.lane] = lanes.get(step.lane, 0) + step.worst_minutes
    return found
