"""The simulator's clock: a pure function of real time, so that nothing has to tick."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """Instants are unix seconds. Runs at `rate` until `until` is reached, then at real speed."""

    anchor_real: float
    anchor_virtual: float
    rate: float = 1.0
    until: float | None = None

    def at(self, real: float) -> float:
        elapsed = max(0.0, real - self.anchor_real)
        fast = self.anchor_virtual + elapsed * self.rate
        if self.until is None or fast <= self.until:
            return fast
        span = max(0.0, self.until - self.anchor_virtual)
        return self.anchor_virtual + span + (elapsed - span / self.rate)

    def as_json(self) -> dict:
        return asdict(self)


def from_json(body: dict, now_real: float, current: Clock) -> Clock:
    """What is left out: anchored now, at the present reading, at real speed, without an end.

    Instants may be unix seconds or RFC 3339. Raises ValueError for anything else.
    """
    anchor_real = instant(body.get("anchor_real"), now_real)
    rate = float(body.get("rate", 1.0))
    if rate <= 0:
        raise ValueError("rate must be above 0")
    until = body.get("until")
    return Clock(
        anchor_real,
        instant(body.get("anchor_virtual"), current.at(now_real)),
        rate,
        None if until is None else instant(until, 0),
    )


def instant(value: object, default: float) -> float:
    if value is None:
        return default
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError(f"not an instant: {value!r}")


def rfc3339(at: float | None) -> str | None:
    """As the JSON APIs write times: always UTC, always ending in +00:00."""
    if at is None:
        return None
    return datetime.fromtimestamp(int(at), UTC).isoformat()
