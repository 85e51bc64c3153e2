"""Where an instant stands on a line of time: in per cent of its width, so that nothing needs an
inline style."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Scale:
    begin: datetime
    end: datetime

    def place(self, instant: datetime) -> float:
        """0 at `begin`, 100 at `end`; never outside."""
        share = (instant - self.begin) / (self.end - self.begin) * 100
        return min(max(share, 0.0), 100.0)

    def shows(self, begin: datetime, end: datetime) -> bool:
        return begin < self.end and end > self.begin


def percent(value: float) -> str:
    """A length for an SVG attribute. Never localised: a comma would not be a number there."""
    return f"{value:.2f}%"
