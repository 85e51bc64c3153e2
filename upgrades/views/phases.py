"""A job's steps as phases: their titles, states and times, for lanes, lists and facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from appliances import actions as do
from upgrades.models import Booking, JobStep
from upgrades.models.step import OPEN, OVER

S = JobStep.State
FIRST_TO_SHOW = (S.HELD, S.ASKING, S.WATCHING, S.VERIFYING, S.CLAIMED, S.WAITING)
SAME_WORD = {S.CLAIMED: "RUNNING", S.VERIFYING: "VERIFYING"}


@dataclass(frozen=True)
class Phase:
    """Neighbouring steps under one heading. `state` is a code of the state marks."""

    number: int
    title: str
    state: str
    steps: Sequence[JobStep]
    booking: Booking | None = None

    @property
    def is_open(self) -> bool:
        return any(step.state in OPEN for step in self.steps)

    @property
    def is_over(self) -> bool:
        return all(step.state in OVER for step in self.steps)


def phases(steps: Iterable[JobStep], bookings: Iterable[Booking] = ()) -> list[Phase]:
    booked = {booking.window: booking for booking in bookings}
    known = list(steps)
    several = max((step.hop for step in known), default=0) > 1
    found = []
    for number, (key, group) in enumerate(groupby(known, key=_key), start=1):
        items = list(group)
        booking = booked.get(key[2])
        found.append(
            Phase(number, title_of(items, several), state_of(items, booking), items, booking)
        )
    return found


def _key(step: JobStep) -> tuple[str, int, int]:
    return step.phase, step.hop, step.window


def title_of(steps: Sequence[JobStep], several: bool) -> str:
    """The heading in the reader's language; where it says only "Upgrade", to what."""
    products = [step.package for step in steps if step.action == do.INSTALL_PRODUCT.name]
    if products and products[0] is not None:
        names = {"phase": told(steps[0].phase), "package": products[0].name}
        return _("%(phase)s: %(package)s") % names
    return plain_title(steps, several)


def plain_title(steps: Sequence[JobStep], several: bool) -> str:
    """The heading without any package's name."""
    title = told(steps[0].phase)
    if several and steps[0].hop:
        return _("%(phase)s, hop %(hop)d") % {"phase": title, "hop": steps[0].hop}
    return title


def state_of(steps: Sequence[JobStep], booking: Booking | None = None) -> str:
    states = {step.state for step in steps}
    for state in FIRST_TO_SHOW:
        if state in states:
            return SAME_WORD.get(state, state)
    if states <= set(OVER):
        return _over(states)
    if states & set(OVER):
        return "RUNNING"
    if booking is not None and booking.state in ("BOOKED", "MISSED"):
        return booking.state
    return "READY" if S.READY in states else "PLANNED"


def _over(states: set[str]) -> str:
    """Given up half-way is given up."""
    if S.CANCELLED in states:
        return "CANCELLED"
    return "SKIPPED" if states == {S.SKIPPED} else "DONE"


def current(found: Sequence[Phase]) -> Phase | None:
    """Where the job is: the first phase with an open step, else the first that is not over."""
    return next(
        (phase for phase in found if phase.is_open),
        next((phase for phase in found if not phase.is_over), None),
    )


def told(text: str) -> str:
    """A stored msgid in the reader's language; a text of somebody's own as it is."""
    return _(text) if text else ""
