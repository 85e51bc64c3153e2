"""The way from installed to target, as a chain of marks. Plain values in, plain values out."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    HAVE = "have"  # double ring: what is installed
    BASE = "base"  # square
    PRODUCT = "product"  # disc
    DWELL = "dwell"  # dotted line
    GOAL = "goal"  # accent: the target


@dataclass(frozen=True)
class Link:
    """One mark of the chain. `label` stands small above it, `title` is its version or length,
    `reason` says why it is there, `provenance` how well that is known (a Provenance code)."""

    kind: Kind
    label: object
    title: object
    reason: object = ""
    provenance: str = ""
    guide: str = ""
    done: bool = False
    current: bool = False

    @property
    def symbol(self) -> str:
        if self.done:
            return "done"
        return {Kind.DWELL: "waiting", Kind.GOAL: "chev"}.get(self.kind, "")
