"""A plan laid into a site's windows: which piece when, or why it cannot be. Writes nothing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext, gettext_lazy as _

from appliances.models import Site
from portal import times
from portal.errors import Refused
from portal.models import Contract
from upgrades.planning import windows as planned
from upgrades.planning.plan import Plan
from upgrades.planning.windows import Pace, Slot, Timed
from upgrades.services import windows

DAY = timedelta(days=1)
LEAST_PIECE = 240  # minutes of an endless window that one booking takes
SLACK = 60


class TooShort(Refused):
    """No window of the site can hold this piece of the plan. `missing` minutes would do."""

    code = "window-too-short"

    def __init__(
        self, sentence: str, *, window: int, needs: int, missing: int, remedy: str
    ) -> None:
        super().__init__(sentence, remedy=remedy)
        self.window, self.needs, self.missing = window, needs, missing


class NoSlot(Refused):
    """The windows are long enough, but none is free, or there are none."""

    code = "no-slot"


class ContractEnds(Refused):
    """The maintenance contract ends before the planned date of a window (G-PREP-3)."""

    code = "contract-ended"


@dataclass(frozen=True)
class Row:
    """One window of the plan and its place. Phases are msgids; instants UTC; lengths minutes."""

    window: int
    phases: tuple[str, ...]
    start: datetime
    end: datetime
    needs: int
    last_safe_start: datetime

    @property
    def title(self) -> str:
        return ", ".join(map(gettext, self.phases))

    @property
    def minutes(self) -> int:
        return Slot(self.start, self.end).minutes


@dataclass(frozen=True)
class Layout:
    """Where every window of a plan goes. `expected` and `worst` are when all would be over."""

    rows: tuple[Row, ...]
    expected: datetime
    worst: datetime
    timed: Timed  # each step's times in the worst case, and the plan with its slots
    warnings: tuple[str, ...] = ()


def lay_out(
    plan: Plan, site: Site, *, earliest: datetime, horizon_days: int = 180,
    contract_until: date | None = None, security_fix: bool = False, job: Any = None,
) -> Layout:  # fmt: skip
    """Each window into the first free slot that holds its worst case, in order, dwells kept.

    A slot is taken whole, since that is what the site was told; windows that share it divide it.
    `contract_until` is the last day under contract (None: nothing bounds it); a security fix is
    only warned of. `job`'s own bookings count as free. Raises TooShort, NoSlot or ContractEnds.
    """
    earliest = earliest.replace(second=0, microsecond=0) + timedelta(
        minutes=bool(earliest.second or earliest.microsecond)
    )
    until = earliest + horizon_days * DAY
    if not planned.windows(plan):
        return _at_once(plan, earliest)
    longest = max(_needs(plan, window) for window in planned.windows(plan))
    cut = partial(pieces, longest=longest)
    try:
        free = cut(windows.slots(site, earliest, until, ignoring=job))
        worst = planned.schedule(plan, free, earliest)
        expected = planned.schedule(plan, free, earliest, pace=Pace.EXPECTED)
    except planned.TooShort as refusal:
        raise _refused(plan, site, refusal, windows.granted(site, earliest, until)) from refusal
    rows = _rows(plan, worst)
    warnings = beyond_contract(rows[-1].start, site, contract_until, security_fix)
    return Layout(rows, expected.finish, worst.finish, worst, warnings)


def _at_once(plan: Plan, earliest: datetime) -> Layout:
    """Nothing in it needs a window: it begins as soon as it is approved."""
    worst = planned.schedule(plan, [], earliest)
    expected = planned.schedule(plan, [], earliest, pace=Pace.EXPECTED)
    return Layout((), expected.finish, worst.finish, worst)


def covered_until(day: date) -> date:
    """The last day of unbroken maintenance from a day on; the day before it, if there is none."""
    last = day - DAY
    for contract in Contract.objects.filter(ends_on__gte=day).order_by("starts_on"):
        if contract.starts_on > last + DAY:
            break
        last = max(last, contract.ends_on)
    return last


def beyond_contract(
    start: datetime, site: Site, contract_until: date | None, security_fix: bool
) -> tuple[str, ...]:
    """Warnings about a window that begins then. Raises ContractEnds unless it is a security fix."""
    planned_on = times.in_zone(start, site.zone).date()
    if contract_until is None or planned_on <= contract_until:
        return ()
    sentence = gettext(
        "The maintenance contract ends on %(end)s, before the last window on %(day)s."
    ) % {"end": times.day_label(contract_until), "day": times.day_label(planned_on)}
    if security_fix:
        return (sentence,)
    raise ContractEnds(
        sentence, remedy=_("Extend the contract, or choose windows on days that it covers.")
    )


def pieces(found: list[Slot], longest: int) -> list[Slot]:
    """Stretches of more than a day (a site that may always be away) in pieces that a booking may
    take; what is left of a day or less stays whole."""
    piece = timedelta(minutes=max(longest + SLACK, LEAST_PIECE))
    cut: list[Slot] = []
    for slot in found:
        start = slot.start
        while slot.end - start > max(DAY, piece):
            cut.append(Slot(start, start + piece))
            start += piece
        cut.append(Slot(start, slot.end))
    return cut


def _needs(plan: Plan, window: int) -> int:
    return planned.length(plan, window, Pace.WORST)


def _rows(plan: Plan, timed: Timed) -> tuple[Row, ...]:
    """Windows that share a slot follow one another in it; the last has what is left."""
    starts: dict[int, datetime] = {}
    for window, slot in timed.booked.items():
        shares = slot in [timed.booked[other] for other in starts]
        first = next(item.seq for item in plan.steps if item.window == window)
        starts[window] = timed.starts[first] if shares else slot.start
    rows = []
    for window, slot in timed.booked.items():
        then = [starts[other] for other, its in timed.booked.items() if its == slot]
        rows.append(
            Row(
                window,
                tuple(dict.fromkeys(i.phase for i in plan.steps if i.window == window)),
                starts[window],
                min((start for start in then if start > starts[window]), default=slot.end),
                _needs(plan, window),
                timed.last_safe_start[window],
            )
        )
    return tuple(rows)


def _refused(plan: Plan, site: Site, said: planned.TooShort, granted: list[Slot]) -> Refused:
    """Too short as granted, or long enough and taken: two refusals with two remedies."""
    if not granted:
        return NoSlot(
            _("This site has no maintenance windows in this time."),
            remedy=_("Add a maintenance window to the site."),
        )
    short = planned.TooShort(plan, said.window, said.needs, granted)
    if not short.missing:
        return NoSlot(
            _("No free window is left for a piece that may take %(span)s.")
            % {"span": times.span(said.needs)},
            remedy=_("Plan from a later day, or add a maintenance window to the site."),
        )
    return TooShort(
        short.told(gettext), window=said.window, needs=said.needs, missing=short.missing,
        remedy=gettext("Make a maintenance window %(missing)s longer: it takes %(needs)s.")
        % {"missing": times.span(short.missing), "needs": times.span(said.needs)},
    )  # fmt: skip
