"""A step as paper shows it: what to do, where, who, how long, and what to write down."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from appliances import actions as do
from portal import times
from upgrades.models import Booking, JobStep
from upgrades.planning.vocabulary import Role
from upgrades.procedures import METHODS
from upgrades.reports import moments

Json = dict[str, Any]
ROLES = (Role.A, Role.B)
NOT_WRITTEN = (do.FieldKind.TICK, do.FieldKind.FILE)


def told(text: str) -> str:
    """A stored msgid in the active language; somebody's own words as they are."""
    return _(text) if text else ""


def where(step: JobStep) -> str:
    """The appliance's letter, as it stands on the box and in the plan."""
    return step.appliance.letter if step.appliance else _("site")


def phases(steps: Sequence[JobStep], bookings: Sequence[Booking]) -> Iterator[Json]:
    """Neighbouring steps under one heading, with the booked time where there is one."""
    slots = {booking.window: booking for booking in bookings}
    several = max((step.hop for step in steps), default=0) > 1
    notes = {hop: exchanged([s for s in steps if s.hop == hop]) for hop in {s.hop for s in steps}}
    for (title, hop, window), group in groupby(steps, key=lambda s: (s.phase, s.hop, s.window)):
        items = list(group)
        yield {
            "title": heading(items, title, hop if several else 0),
            "window": window,
            "booking": slots.get(window),
            "note": notes[hop],
            "steps": items,
        }


def exchanged(steps: Sequence[JobStep]) -> str:
    """The guide's A is whoever serves when a pass begins. Where that is not the appliance with
    the letter A, the texts of the steps would mislead at the rack: then who is who is said."""
    stands = {
        step.role: step.appliance
        for step in sorted(steps, key=lambda step: step.role)
        if step.role in ROLES and step.appliance
    }
    if all(box.letter == role for role, box in stands.items()):
        return ""
    return _("In the words of these steps: %(who)s.") % {
        "who": ", ".join(f"{role} = {box.letter} ({box.name})" for role, box in stands.items())
    }


def heading(items: Sequence[JobStep], title: str, hop: int) -> str:
    """The phase and what it installs, or of which hop it is."""
    products = [s.package for s in items if s.package and s.action == do.INSTALL_PRODUCT.name]
    if products:
        return _("%(phase)s: %(package)s") % {"phase": told(title), "package": products[0].name}
    if hop:
        return _("%(phase)s, hop %(hop)d") % {"phase": told(title), "hop": hop}
    return told(title)


def to_do(step: JobStep, method: str, zone: str) -> Json:
    """What the run-book prints of a step. One that is over already is shown ticked."""
    action = do.find(step.action)
    manual = METHODS[method].manual if method in METHODS else False
    return {
        "seq": step.seq,
        "text": told(step.text),
        "package": step.package.name if step.package else "",
        "on": where(step),
        "who": told(do.Doer(step.doer).label),
        "waits": step.action == do.DWELL.name,
        "halts": step.halts,
        "screen": action.screen,
        "screen_told": told(action.screen),
        "how": [told(line) for line in action.instructions(manual)],
        "fields": [] if step.is_over else _to_write(step, action),
        "if_not": told(action.what_if_not),
        "guide": guide(step),
        "expected": times.span(step.expected_minutes),
        "worst": times.span(step.worst_minutes),
        "over": step.is_over,
        "done": step.state == JobStep.State.DONE,
        "state": step.get_state_display(),
        "ended": moments.stamp(step.ended_at, zone) if step.is_over else None,
        "by": str(step.confirmed_by or ""),
    }


def guide(step: JobStep) -> str:
    """The guide's ids of a step, each once."""
    return " ".join(dict.fromkeys(step.guide.split()))


def _to_write(step: JobStep, action: do.Action) -> list[str]:
    """What somebody notes at the rack: what the portal will ask for, and when a wait ends."""
    if step.action == do.DWELL.name:
        return [_("The wait begins at"), _("It ends at, at the earliest")]
    if step.doer == do.PORTAL:
        return []
    asked = (field for field in action.evidence_fields if field.required)
    return [told(field.label) for field in asked if field.kind not in NOT_WRITTEN]
