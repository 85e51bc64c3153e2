"""What needs what, as two columns and the lines between them. Plain values in, plain values out.

Each thing stands in its own column, the newest on top; a line goes from a thing to what it needs:
across to the other column, or round the outside to an older one of its own. What has a name
instead of a short number stands below both columns, its words under its mark, where they have room.
"""

import textwrap
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

ROW, TOP = 26.0, 8.0  # heights, in the drawing's own units; a row is as high as a finger is wide
WIDTH = 380.0
NODES = (70.0, 236.0)  # x of each column's marks
WORDS = 14.0  # from a mark to its word
ENDS = (122.0, 300.0)  # x where each column's words are over
OUT = (10.0, 4.0, 56.0)  # how far a line goes round: at least, a row more, at most
LINE, LETTERS = 18.0, 38  # of words under a mark: height, and how many letters have room in one


@dataclass(frozen=True)
class Thing:
    """`right`: its column. `below`: it stands under both, in the right one's middle. `here`: what
    the drawing is about."""

    key: Hashable
    title: str
    right: bool
    below: bool = False
    url: str = ""
    here: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Need:
    """`how` well it is known: documented, inferred, demo. It says how the line is drawn."""

    of: Hashable
    on: Hashable
    how: str


@dataclass(frozen=True)
class Mark:
    """`words`: each line of its title with its y; from `words_x` on, or about it where below."""

    thing: Thing
    x: str
    y: str
    words_x: str
    words: list[tuple[str, str]]


@dataclass(frozen=True)
class Line:
    path: str
    how: str
    here: bool


@dataclass(frozen=True)
class Drawing:
    marks: list[Mark]
    lines: list[Line]
    width: str
    height: str
    said: object = ""

    @property
    def has_below(self) -> bool:
        return any(mark.thing.below for mark in self.marks)


def draw(things: Sequence[Thing], needs: Iterable[Need], *, said: object = "") -> Drawing:
    """Of things in their order, the first on top. The shorter column is spread over the height of
    the longer one, so that lines run level. A need of or on a thing that is not drawn is left out.
    `said` tells the same in a few words."""
    columns = [
        [one for one in things if one.right == right and not one.below] for right in (False, True)
    ]
    height = ROW * max(map(len, columns), default=0) + 2 * TOP
    places = {
        one.key: (one, TOP + (row + 0.5) * (height - 2 * TOP) / len(column), row)
        for column in columns
        for row, one in enumerate(column)
    }
    for row, one in enumerate((one for one in things if one.below), len(columns[True])):
        places[one.key] = (one, height, row)
        height += ROW + LINE * len(_lines(one.title))
    marks = [_mark(one, y) for one, y, _row in places.values()]
    drawn = [need for need in needs if need.of in places and need.on in places]
    lines = [
        Line(_path(places[need.of], places[need.on]), need.how, places[need.of][0].here)
        for need in drawn
    ]
    lines.sort(key=lambda line: line.here)  # what it is about lies on top
    return Drawing(marks, lines, _written(WIDTH), _written(height), said)


def _mark(one: Thing, y: float) -> Mark:
    x = NODES[one.right]
    at = (_written(x), _written(y))
    if not one.below:
        return Mark(one, *at, _written(x + WORDS), [(_written(y), one.title)])
    words = [(_written(y + LINE * row), line) for row, line in enumerate(_lines(one.title), 1)]
    return Mark(one, *at, _written(x), words)


def _lines(title: str) -> list[str]:
    return textwrap.wrap(title, LETTERS) or [title]


def _path(begin: tuple[Thing, float, int], end: tuple[Thing, float, int]) -> str:
    (of, y1, row1), (on, y2, row2) = begin, end
    if of.right != on.right:
        x1, x2 = _inside(of.right), _inside(on.right)
        middle = (x1 + x2) / 2
        return _curve(x1, y1, middle, x2, y2)
    least, more, most = OUT
    out = min(least + more * abs(row1 - row2), most)
    x = ENDS[1] if of.right else NODES[0] - WORDS / 2
    x1, x2 = (NODES[1] + WORDS / 2 if one.below else x for one in (of, on))
    return _curve(x1, y1, x + out if of.right else x - out, x2, y2)


def _inside(right: bool) -> float:
    """Where a line to the other column begins: left of the right marks, right of the left words."""
    return NODES[1] - WORDS / 2 if right else ENDS[0]


def _curve(x1: float, y1: float, between: float, x2: float, y2: float) -> str:
    points = (f"{_written(x)} {_written(y)}" for x, y in ((between, y1), (between, y2), (x2, y2)))
    return f"M{_written(x1)} {_written(y1)}C{','.join(points)}"


def _written(value: float) -> str:
    """For an SVG attribute: never localised."""
    return f"{value:.1f}"
