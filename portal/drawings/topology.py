"""A site's appliances as boxes and wires. Plain values in, plain values out.

A full line carries users, a dashed one data between appliances, a dotted amber one is a broken
failover relationship.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.drawings.scale import percent

LEFT, MIDDLE, RIGHT = 22.0, 50.0, 78.0  # centres of the two boxes and of the site, per cent


@dataclass(frozen=True)
class Node:
    """One appliance. `state` is a code of marks.py (SERVES, STANDS_BY, ACCEPTS, NO_ANSWER…);
    `facts` are pairs of label and value; `versions` stands right in a region's list."""

    letter: str
    title: object
    state: str
    facts: Sequence[tuple[object, object]] = ()
    url: str = ""
    detail: object = ""
    versions: object = ""
    clients: object = ""

    @property
    def frame(self) -> str:
        if self.state == "SERVES":
            return "serves"
        return "trouble" if self.state in ("NO_ANSWER", "FAILED") else ""


@dataclass(frozen=True)
class Region:
    name: object
    nodes: Sequence[Node]
    zone: object = ""


@dataclass(frozen=True)
class Link:
    """Between the two masters: failover that holds (with words on its last sync), or broken."""

    words: object
    broken: bool = False


@dataclass(frozen=True)
class Segment:
    """A line of the wire. Where the boxes stand one above the other only `upright` ones count."""

    x1: str
    x2: str
    y1: int
    y2: int
    css: str = "on"


@dataclass(frozen=True)
class Drawing:
    host: object
    host_detail: object
    masters: list[Node]
    link: Link | None
    regions: list[Region]
    wire: list[Segment] = field(default_factory=list)
    said: object = ""


def draw(
    *,
    host: object,
    masters: Sequence[Node],
    link: Link | None = None,
    regions: Sequence[Region] = (),
    host_detail: object = "",
    said: object = "",
) -> Drawing:
    """A single (one master), a pair (two masters and their link) or a cluster (with regions).

    `said` tells the same in words. Raises ValueError for no master or more than two.
    """
    if not 1 <= len(masters) <= 2:
        raise ValueError(f"A site is drawn with one or two masters, not {len(masters)}.")
    return Drawing(
        host, host_detail, list(masters), link, list(regions), _wire(list(masters)), said
    )


def _wire(masters: list[Node]) -> list[Segment]:
    """From the public name down to whoever serves; nobody serves, no line."""
    serving = [place for place, node in enumerate(masters) if node.state == "SERVES"]
    if not serving:
        return []
    if len(masters) == 1:
        return [Segment(percent(MIDDLE), percent(MIDDLE), 0, 36)]
    end = (LEFT, RIGHT)[serving[0]]
    return [
        Segment(percent(MIDDLE), percent(MIDDLE), 0, 12, "on bent"),
        Segment(percent(min(end, MIDDLE)), percent(max(end, MIDDLE)), 12, 12, "on bent"),
        Segment(percent(end), percent(end), 12, 36, "on bent"),
        Segment(percent(MIDDLE), percent(MIDDLE), 0, 36, "on upright"),
    ]
