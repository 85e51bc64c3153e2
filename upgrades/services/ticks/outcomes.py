"""What a tick found out: plain values between the outside call and the record."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """`observed` is merged into what the step has seen so far; `carried` is what the record writes
    elsewhere (findings, a reading), never part of the step."""

    observed: Json = field(default_factory=dict, kw_only=True)
    carried: Any = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Proven(Outcome):
    """It is so at the appliance; `evidence` says what shows it."""

    evidence: Json


@dataclass(frozen=True)
class Look(Outcome):
    """It is under way: look again at this time."""

    at: datetime


@dataclass(frozen=True)
class Wait(Outcome):
    """Nothing is to be done before this time; `reason` is a msgid. `look_at`: when to look how far
    it is meanwhile."""

    until: datetime
    reason: str
    look_at: datetime | None = None


@dataclass(frozen=True)
class Ask(Outcome):
    """A person must act. `look_at`: when to see for ourselves; None: their word is the proof."""

    look_at: datetime | None = None
    why: str = ""  # they said it was done, and it is not


@dataclass(frozen=True)
class NotYet(Outcome):
    """Nothing was sent, nothing is wrong for good: try again at this time."""

    at: datetime
    why: str


@dataclass(frozen=True)
class Opened(NotYet):
    """The site was looked at before a change: `ok`, or `holds` until a person acts, or asked again
    at `at`. Nothing was sent. `window` 0: before the whole job."""

    answers: Any
    window: int
    ok: bool
    holds: bool = False


@dataclass(frozen=True)
class Sent(Outcome):
    """The effect was sent and accepted: the appliance is asked at this time whether it is so."""

    verify_at: datetime
    detail: str = ""


@dataclass(frozen=True)
class Doubt(Outcome):
    """Something may have been sent: the attempt stays open, the appliance is asked."""

    verify_at: datetime
    detail: str = ""


@dataclass(frozen=True)
class NotDone(Outcome):
    """The appliance was asked after a doubt: it was not done, and is not under way."""

    again_at: datetime


@dataclass(frozen=True)
class Trouble(Outcome):
    """It cannot go on without a person. `reason` is a sentence for the page."""

    reason: str


@dataclass(frozen=True)
class Missed(Outcome):
    """The booked window can no longer hold what is to be done in it."""

    reason: str


@dataclass(frozen=True)
class Lost(Outcome):
    """The worker that had it is gone. `sent`: something may have left; the appliance is asked."""

    sent: bool
