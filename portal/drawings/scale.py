"""Where an instant stands on a line of time: in per cent of its width, so that nothing needs an
inline style."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Scale:
    """From `begin` to `end`, both aware. Lengths are elapsed time: two moments of one zone would
    otherwise differ by what its clocks say, and a day of 23 hours be drawn as long as any other."""

    begin: datetime
    end: datetime

    def place(self, instant: datetime) -> float:
        """0 at `begin`, 100 at `end`; never outside."""
        first = self.begin.astimezone(UTC)
        whole = self.end.astimezone(UTC) - first
        share = (instant.astimezone(UTC) - first) / whole * 100 if whole else 0.0
        return min(max(share, 0.0), 100.0)

    def shows(self, begin: datetime, end: datetime) -> bool:
        return begin.astimezone(UTC) < self.end.astimezone(UTC) and end.astimezone(
            UTC
        ) > self.begin.astimezone(UTC)

    def on(self, zone: object) -> "Scale":
        """The same times of the wall on another zone's clocks."""
        return Scale(self.begin.replace(tzinfo=zone), self.end.replace(tzinfo=zone))  # type: ignore[arg-type]


def percent(value: float) -> str:
    """A length for an SVG attribute. Never localised: a comma would not be a number there."""
    return f"{value:.2f}%"
