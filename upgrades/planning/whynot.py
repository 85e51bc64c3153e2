"""Why a piece of a plan may not begin at an instant: every rule that refuses it, not only the
first, each with the smallest change that would allow it.

A `Hindrance` takes time out of the windows (a freeze, another booking, an hour without support); a
`Bound` says from when on, or until when, the piece may stand at all (a dwell, a promise, the end of
a contract). Reasons keep their values; whoever shows them knows the reader's zone and language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appliances.actions.vocabulary import Named, _
from upgrades.planning.windows import Slot

Value = datetime | timedelta | int | str


class Rule(Named):
    """Which rule refuses; stored and answered by its value."""

    PAST = "time-is-over", _("the time is over")
    WINDOW = "outside-windows", _("outside the windows of the site")
    LENGTH = "window-too-short", _("the window is too short")
    FREEZE = "frozen", _("a freeze")
    TAKEN = "site-is-booked", _("another booking of the site")
    CAPACITY = "no-capacity", _("support has no free seat")
    CONTRACT = "contract-ends", _("the maintenance contract does not cover it")
    NOTICE = "promised-notice", _("the promised notice")
    ORDER = "order-of-windows", _("the order of the job's windows")
    DWELL = "dwell", _("the wait after a release")
    INTERIM = "interim-too-long", _("too long without failover")
    RANGE = "outside-rollout", _("outside the days of the rollout")


@dataclass(frozen=True)
class Hindrance:
    """Time that is taken out of the windows, and by what (`title` is the reader's own text)."""

    rule: Rule
    span: Slot
    title: str = ""


@dataclass(frozen=True)
class Bound:
    """From when on, and until when at the latest, a piece may begin. `ends`: its end counts."""

    rule: Rule
    not_before: datetime | None = None
    not_after: datetime | None = None
    ends: bool = False
    title: str = ""


@dataclass(frozen=True)
class Reason:
    """One rule that refuses. `message` and `remedy` are msgids over `values`; `change` is how much
    would have to give way (a window longer, a freeze shorter, a start later)."""

    rule: Rule
    message: str
    remedy: str
    change: timedelta
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)


OVER = _("This time is over.")
OVER_REMEDY = _("Choose a time from %(from)s on.")
OUTSIDE = _("This is outside the maintenance windows of the site.")
OUTSIDE_REMEDY = _("The next window begins on %(from)s.")
NO_WINDOW_REMEDY = _("Add a maintenance window to the site.")
TOO_SHORT = _("It may take %(needs)s and would have %(has)s: %(missing)s are missing.")
TOO_SHORT_REMEDY = _("Make the window %(missing)s longer, or use a longer one.")
LATEST_REMEDY = _("Begin by %(latest)s, or make the window %(missing)s longer.")
HINDERED: dict[Rule, tuple[str, str]] = {
    Rule.FREEZE: (
        _("%(title)s: nothing may run from %(begins)s to %(ends)s."),
        _("Begin on %(ends)s or later, or end by %(begins)s; the freeze may also be lifted."),
    ),
    Rule.TAKEN: (
        _("Another booking of the site takes %(begins)s to %(ends)s."),
        _("Begin on %(ends)s or later, or move the other booking."),
    ),
    Rule.CAPACITY: (
        _("Support has no free seat from %(begins)s to %(ends)s."),
        _("Begin on %(ends)s or later, or ask support for another seat."),
    ),
}
BOUND_BEFORE: dict[Rule, tuple[str, str]] = {
    Rule.NOTICE: (
        _("You were promised notice until %(bound)s."),
        _("Begin on %(bound)s or later, or agree to a shorter notice yourself."),
    ),
    Rule.ORDER: (
        _("What comes first in this job may last until %(bound)s."),
        _("Begin on %(bound)s or later, or move what comes first."),
    ),
    Rule.DWELL: (
        _("The clients have until %(bound)s to follow; nothing is installed before."),
        _("Begin on %(bound)s or later."),
    ),
    Rule.INTERIM: (
        _("The site would be too long without failover if this began before %(bound)s."),
        _("Begin on %(bound)s or later, or move what restores failover to an earlier time."),
    ),
    Rule.RANGE: (
        _("The rollout begins on %(bound)s."),
        _("Begin on %(bound)s or later."),
    ),
}
BOUND_AFTER: dict[Rule, tuple[str, str]] = {
    Rule.CONTRACT: (
        _("The maintenance contract ends on %(bound)s."),
        _("Begin before %(bound)s, or extend the contract by %(change)s."),
    ),
    Rule.ORDER: (
        _("What comes after it in this job begins on %(bound)s, before this would be over."),
        _("Begin %(change)s earlier, or move what comes after it."),
    ),
    Rule.DWELL: (
        _("This must be over by %(bound)s: the clients need their day before what comes after."),
        _("Begin %(change)s earlier, or move what comes after it."),
    ),
    Rule.INTERIM: (
        _("Failover must be restored by %(bound)s."),
        _("Begin %(change)s earlier, or move what breaks failover to a later time."),
    ),
    Rule.RANGE: (
        _("The rollout ends on %(bound)s."),
        _("Begin %(change)s earlier, or ask for a later last day."),
    ),
}


def why_not(
    start: datetime,
    needs: timedelta,
    *,
    granted: Iterable[Slot],
    hindrances: Iterable[Hindrance] = (),
    bounds: Iterable[Bound] = (),
    at: datetime | None = None,
) -> tuple[Reason, ...]:
    """Every reason why a piece of that length may not begin then; empty if it may.

    `granted` are the site's windows, joined and in order; `at` is the present instant.
    """
    piece = Slot(start, start + needs)
    found: list[Reason] = []
    if at is not None and start < at:
        found.append(Reason(Rule.PAST, OVER, OVER_REMEDY, at - start, {"from": at}))
    found += _windows(piece, granted)
    found += [_hindered(piece, one) for one in hindrances if _meet(piece, one.span)]
    found += [reason for bound in bounds for reason in _bounded(piece, bound)]
    return tuple(found)


def _windows(piece: Slot, granted: Iterable[Slot]) -> list[Reason]:
    for slot in granted:
        if slot.end <= piece.start:
            continue
        if slot.start > piece.start:
            change = slot.start - piece.start
            return [Reason(Rule.WINDOW, OUTSIDE, OUTSIDE_REMEDY, change, {"from": slot.start})]
        return _length(piece, slot)
    return [Reason(Rule.WINDOW, OUTSIDE, NO_WINDOW_REMEDY, timedelta())]


def _length(piece: Slot, slot: Slot) -> list[Reason]:
    needs, has = piece.end - piece.start, slot.end - piece.start
    if has >= needs:
        return []
    missing, latest = needs - has, slot.end - needs
    values: dict[str, Value] = {"needs": needs, "has": has, "missing": missing}
    if latest < slot.start:
        values["missing"] = needs - (slot.end - slot.start)
        return [Reason(Rule.LENGTH, TOO_SHORT, TOO_SHORT_REMEDY, missing, values)]
    return [Reason(Rule.LENGTH, TOO_SHORT, LATEST_REMEDY, missing, {**values, "latest": latest})]


def _hindered(piece: Slot, by: Hindrance) -> Reason:
    """The smallest change: past it, or before it, whichever is less."""
    message, remedy = HINDERED[by.rule]
    change = min(by.span.end - piece.start, piece.end - by.span.start)
    values: dict[str, Value] = {
        "title": by.title, "begins": by.span.start, "ends": by.span.end,
    }  # fmt: skip
    return Reason(by.rule, message, remedy, change, values)


def _bounded(piece: Slot, bound: Bound) -> list[Reason]:
    found = []
    values: dict[str, Value] = {"title": bound.title}
    if bound.not_before is not None and piece.start < bound.not_before:
        message, remedy = BOUND_BEFORE[bound.rule]
        change = bound.not_before - piece.start
        values |= {"bound": bound.not_before, "change": change}
        found.append(Reason(bound.rule, message, remedy, change, values))
    counted = piece.end if bound.ends else piece.start
    if bound.not_after is not None and counted > bound.not_after:
        message, remedy = BOUND_AFTER[bound.rule]
        change = counted - bound.not_after
        values |= {"bound": bound.not_after, "change": change}
        found.append(Reason(bound.rule, message, remedy, change, values))
    return found


def _meet(one: Slot, other: Slot) -> bool:
    return one.start < other.end and other.start < one.end
