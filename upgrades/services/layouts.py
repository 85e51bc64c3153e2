"""A plan laid into a site's windows: which piece when, or why it cannot be; on days under contract
(G-PREP-3). Writes nothing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_lazy as _

from appliances.models import Site
from portal import times
from portal.errors import Refused
from upgrades.planning import pathbook, windows as planned
from upgrades.planning.pathbook import book_path
from upgrades.planning.plan import Plan
from upgrades.planning.whynot import Rule
from upgrades.planning.windows import Pace, Slot, Timed
from upgrades.services import noplace, openings, sentences, wording
from upgrades.services.noplace import ContractEnds, InterimTooLong, NoSlot, OutsideRollout, TooShort
from upgrades.services.sentences import Told

__all__ = [
    "ContractEnds", "InterimTooLong", "Layout", "NoSlot", "OutsideRollout", "Row", "TooShort",
    "beyond_contract", "lay_out", "pieces",
]  # fmt: skip

DAY = timedelta(days=1)
LEAST_PIECE = 240  # minutes of an endless window that one booking takes
SLACK = 60


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
    likely: Timed  # the same in the expected case
    ground: openings.Openings  # what it was chosen from
    warnings: tuple[str, ...] = ()


def lay_out(
    plan: Plan, site: Site, *, earliest: datetime, horizon_days: int = 180,
    contract_until: date | None = None, security_fix: bool = False, job: Any = None,
    target: Any = None, by: Any = None, at: datetime | None = None,
    days: openings.Days | None = None, overriding: frozenset[Rule] = openings.NOTHING,
) -> Layout:  # fmt: skip
    """The whole path: each window into the first free slot that holds its worst case, in order,
    dwells kept, and the time without failover within the site's bound.

    A slot is taken whole, since that is what the site was told; windows that share it divide it.
    `contract_until` is the last day under contract (None: nothing bounds it); a security fix is
    only warned of. The other words as in `openings.of`. Raises TooShort, NoSlot, ContractEnds,
    OutsideRollout or InterimTooLong.
    """
    earliest = earliest.replace(second=0, microsecond=0) + timedelta(
        minutes=bool(earliest.second or earliest.microsecond)
    )
    until = earliest + horizon_days * DAY
    if not planned.windows(plan):
        return _at_once(plan, earliest, until)
    ground = openings.of(
        site, earliest, until, target=target, job=job, by=by, at=at, days=days,
        contract_until=None if security_fix else contract_until, overriding=overriding,
    )  # fmt: skip
    begin, worst = _booked(plan, site, ground)
    expected = planned.times(plan, worst.booked, begin, pace=Pace.EXPECTED)
    rows = _rows(plan, worst)
    _within(ground, rows, site)
    warnings = beyond_contract(rows[-1].start, site, contract_until, security_fix)
    return Layout(rows, expected.finish, worst.finish, worst, expected, ground, warnings)


def _booked(
    plan: Plan, site: Site, ground: openings.Openings, without: frozenset[Rule] = openings.NOTHING
) -> tuple[datetime, Timed]:
    """From when on, and how. Raises TooShort, NoSlot or InterimTooLong."""
    longest = max(_needs(plan, window) for window in planned.windows(plan))
    begin = ground.not_before(without=without)
    limit = site.interim_days * DAY
    try:
        return begin, book_path(
            plan, pieces(ground.free(without=without), longest), begin, limit=limit
        )
    except pathbook.InterimTooLong as refusal:
        raise InterimTooLong(
            Told(refusal.message, refusal.values),
            remedy=_(
                "Add a maintenance window nearer to it, or ask for a longer time without "
                "failover at this site."
            ),
        ) from refusal
    except planned.TooShort as refusal:
        if without:
            raise
        raise _refused(plan, site, refusal, ground) from refusal


def _within(ground: openings.Openings, rows: tuple[Row, ...], site: Site) -> None:
    """The earliest way is what the days of the rollout are asked of: no other ends sooner."""
    for row in rows:
        needs = timedelta(minutes=row.needs)
        for reason in ground.against(row.start, needs):
            if reason.rule is Rule.RANGE:
                said = sentences.reasons([reason], site.zone)
                raise OutsideRollout(said, remedy=wording.remedy(reason, site.zone))


def _at_once(plan: Plan, earliest: datetime, until: datetime) -> Layout:
    """Nothing in it needs a window: it begins as soon as it is approved."""
    worst = planned.schedule(plan, [], earliest)
    expected = planned.schedule(plan, [], earliest, pace=Pace.EXPECTED)
    ground = openings.Openings(earliest, until, ())  # no window was asked for
    return Layout((), expected.finish, worst.finish, worst, expected, ground)


def beyond_contract(
    start: datetime, site: Site, contract_until: date | None, security_fix: bool
) -> tuple[str, ...]:
    """Warnings about a window that begins then. Raises ContractEnds unless it is a security fix."""
    planned_on = times.in_zone(start, site.zone).date()
    if contract_until is None or planned_on <= contract_until:
        return ()
    sentence = noplace.contract_ends(contract_until, planned_on)
    if security_fix:
        return (str(sentence),)
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


def _refused(
    plan: Plan, site: Site, said: planned.TooShort, ground: openings.Openings
) -> Refused:  # fmt: skip
    """Too short as granted, or long enough and taken: two refusals with two remedies."""
    if not ground.granted:
        return NoSlot(
            _("This site has no maintenance windows in this time."),
            remedy=_("Add a maintenance window to the site."),
        )
    short = planned.TooShort(plan, said.window, said.needs, list(ground.granted))
    if short.missing:
        return TooShort(
            Told(short.message, short.values),
            window=said.window, needs=said.needs, missing=short.missing,
            remedy=gettext("Make a maintenance window %(missing)s longer: it takes %(needs)s.")
            % {"missing": times.span(short.missing), "needs": times.span(said.needs)},
        )  # fmt: skip
    blamed = _in_the_way(plan, site, ground)
    return NoSlot(
        noplace.none_free(said.needs, blamed),
        remedy=_("Plan from a later day, or add a maintenance window to the site."),
    )


def _in_the_way(plan: Plan, site: Site, ground: openings.Openings) -> list[Rule]:
    """The rules without any one of which there would be a place."""
    there = dict.fromkeys(
        [one.rule for one in ground.hindrances] + [b.rule for b in ground.bounds if b.not_before]
    )
    return [rule for rule in there if _possible(plan, site, ground, frozenset({rule}))]


def _possible(
    plan: Plan, site: Site, ground: openings.Openings, without: frozenset[Rule]
) -> bool:  # fmt: skip
    try:
        _booked(plan, site, ground, without)
    except (planned.TooShort, Refused):
        return False
    return True
