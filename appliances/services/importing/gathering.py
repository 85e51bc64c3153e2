"""Rows as things: what several lines say of one customer, site or contract is put together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from appliances.services.importing.cells import BadCell, Options
from appliances.services.importing.columns import BY_NAME, COLUMNS, KEYS, Kind
from appliances.services.importing.reading import Problem, Row

Key = tuple[str, ...]


@dataclass
class Thing:
    """What the files say of one row of our record: values by field, and where each stands."""

    kind: Kind
    key: Key
    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[Row, str]] = field(default_factory=dict)

    def problem(self, column: str, sentence: object) -> Problem:
        """At the cell of that column; where nothing stands there, at the first line."""
        row = next((row for row, name in self.places.values() if name == column), self.row)
        return Problem.at(row, column, sentence)


@dataclass
class Group:
    """Everything that is said of one customer."""

    slug: str
    things: dict[tuple[Kind, Key], Thing] = field(default_factory=dict)

    def of(self, kind: Kind) -> list[Thing]:
        return [thing for thing in self.things.values() if thing.kind == kind]

    def appliances_of(self, site: Thing) -> list[Thing]:
        return [thing for thing in self.of(Kind.APPLIANCE) if thing.key[0] == site.key[0]]


def gather(rows: Iterable[Row], options: Options) -> tuple[list[Group], list[Problem]]:
    """The customers of some rows, in order, and every cell that cannot be understood."""
    groups, problems = dict[str, Group](), list[Problem]()
    for row in rows:
        values = dict[str, Any]()
        for name, cell in row.cells.items():
            try:
                values[name] = BY_NAME[name].read(cell, options)
            except BadCell as refusal:
                problems.append(Problem.at(row, name, refusal.sentence))
        if "customer" in values:
            group = groups.setdefault(values["customer"], Group(values["customer"]))
            problems += _take(group, row, values)
    return list(groups.values()), problems


def _take(group: Group, row: Row, values: dict[str, Any]) -> Iterator[Problem]:
    for kind in Kind:
        own = [c for c in COLUMNS if c.kind == kind and c.name in row.cells]
        if not own:
            continue
        key, missing = _key(kind, values)
        if missing:
            if missing not in row.cells:  # else the cell itself has its problem already
                yield Problem.at(
                    row, missing,
                    _("“%(cell)s” needs “%(column)s” beside it, to say which one it is.")
                    % {"cell": own[0].name, "column": missing},
                )  # fmt: skip
            continue
        thing = group.things.setdefault((kind, key), Thing(kind, key, row))
        for column in own:
            if column.name in values:
                yield from _say(thing, row, column.name, values[column.name])


def _key(kind: Kind, values: dict[str, Any]) -> tuple[Key, str]:
    """Which one a row tells of; or the column that is missing to say so."""
    if kind == Kind.CONTACT:
        told = values.get("contact_email") or values.get("contact", "").casefold()
        return (told,), "" if told else "contact"
    names = ("site", "appliance") if kind == Kind.APPLIANCE else (KEYS[kind],)
    missing = next((name for name in names if name not in values), "")
    return tuple(values.get(name, "") for name in names), missing


def _say(thing: Thing, row: Row, name: str, value: Any) -> Iterator[Problem]:
    """A second line may say the same again, and nothing else."""
    column = BY_NAME[name]
    if column.field not in thing.values:
        thing.values[column.field] = value
        thing.places[column.field] = (row, name)
    elif thing.values[column.field] != value:
        first, _name = thing.places[column.field]
        yield Problem.at(
            row, name,
            _("Line %(line)d of %(file)s says something else of the same: “%(cell)s”.")
            % {"line": first.line, "file": first.file, "cell": first.cells[name][:60]},
        )  # fmt: skip
