"""Rows that PostgreSQL writes as JSON itself, just as their serializer would.

The serializer stays the one place that says what an answer holds: where each of its fields is a
column of the row, or of a row that it names, its SQL is derived from it. Where a field is anything
else there is none, and the serializer writes. `in_sql` of a serializer gives fields that a method
computes a twin in SQL; tests/upgrades/api/test_written.py compares both for every list.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Func
from django.http import HttpResponse
from rest_framework import serializers

from portal.api.fields import Instant, Lower
from portal.api.pages import Keyset, following

PLAIN = re.compile(r"[a-z][a-z0-9_]*")
MOST = 50  # fields of one object: a function of PostgreSQL takes a hundred arguments
SAYS = frozenset({"source", "allow_null", "help_text"})  # what a field may say besides its kind
TEXT = (models.CharField, models.TextField)
# As isoformat() has it: no fraction, or six digits of it.
INSTANT = (
    "to_char({0} AT TIME ZONE 'UTC', CASE WHEN date_trunc('second', {0}) = {0}"
    """ THEN 'YYYY-MM-DD"T"HH24:MI:SS"Z"' ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' END)"""
)
# What a serializer's field makes of a column of these kinds.
KINDS: dict[Any, tuple[tuple[Any, ...], str]] = {
    serializers.UUIDField: ((models.UUIDField,), "{0}"),
    serializers.CharField: (TEXT, "{0}"),
    serializers.EmailField: (TEXT, "{0}"),
    serializers.ChoiceField: (TEXT, "{0}"),
    serializers.BooleanField: ((models.BooleanField,), "{0}"),
    serializers.IntegerField: ((models.IntegerField,), "{0}"),
    serializers.DateField: ((models.DateField,), "{0}"),
    serializers.JSONField: ((models.JSONField,), "{0}"),
    Instant: ((models.DateTimeField,), INSTANT),
    Lower: (TEXT, 'lower({0} COLLATE "C")'),
}


class Unwritten(Exception):
    """A field is no column: the serializer writes."""


@dataclass(frozen=True)
class InSql:
    """The twin of a method of a serializer: `{0}` is the row, `%s` each of what `values` gives."""

    sql: str
    values: Callable[[], list[Any]] = list


@dataclass(frozen=True)
class Gathered:
    """Rows of another table below each row, in an order: `{0}` is the row, `below` one of them."""

    model: Any
    where: str
    order: str


@dataclass(eq=False)
class Plan:
    """The SQL of one row; `{n}` stands for the n-th table, `tables` for a column of each."""

    sql: str = ""
    tables: dict[str, str] = field(default_factory=dict)
    gathered: set[str] = field(default_factory=set)  # where rows below are written
    values: list[Callable[[], list[Any]]] = field(default_factory=list)

    def table(self, path: str, model: Any) -> str:
        """The place of a table; that of a joined one is found by a column that it alone has."""
        if path in self.gathered:
            return "below"
        if any(path.startswith(below) for below in self.gathered):
            raise Unwritten  # what a gathered row refers to is not joined
        if path not in self.tables:
            columns = model._meta.concrete_fields
            self.tables[path] = path + next(
                each.attname for each in columns if not (each.primary_key or each.is_relation)
            )
        return f"{{{[*self.tables].index(path)}}}"


class Row(Func):
    """A row as JSON, in a query over its model."""

    output_field = models.TextField()

    def __init__(self, plan: Plan) -> None:
        super().__init__(*(F(column) for column in plan.tables.values()))
        self.plan = plan

    def as_sql(self, compiler: Any, connection: Any, **_rest: Any) -> Any:  # type: ignore[override]
        tables = [
            compiler.quote_name_unless_alias(column.alias)
            for column in self.get_source_expressions()
        ]
        values = [value for give in self.plan.values for value in give()]
        return f"({self.plan.sql.format(*tables)})::text", values


@lru_cache(maxsize=256)
def plan(kind: Any, model: Any, names: frozenset[str] | None) -> Plan | None:
    """How PostgreSQL writes such an answer, of these fields alone (None: of all); None: it cannot.

    The names are fields of it: whoever asked for others was refused before.
    """
    answer = kind()
    if not isinstance(answer, serializers.Serializer):
        return None
    made = Plan()
    try:
        made.table("", model)
        made.sql = _object(made, answer, model, "", names)
    except (Unwritten, FieldDoesNotExist):
        return None
    return made


def _object(
    made: Plan, answer: Any, model: Any, path: str, names: frozenset[str] | None = None
) -> str:
    if type(answer).to_representation is not serializers.Serializer.to_representation:
        raise Unwritten
    fields = {name: each for name, each in answer.fields.items() if names is None or name in names}
    if len(fields) > MOST or not all(PLAIN.fullmatch(name) for name in fields):
        raise Unwritten
    parts = [f"'{name}', {_value(made, each, model, path)}" for name, each in fields.items()]
    return f"json_build_object({', '.join(parts)})"


def _value(made: Plan, told: Any, model: Any, path: str) -> str:
    if isinstance(told, serializers.SerializerMethodField):
        return _twin(made, told, model, path)
    if isinstance(told, serializers.ListSerializer):
        return _many(made, told, model, path)
    if not SAYS.issuperset(told._kwargs):
        raise Unwritten
    if isinstance(told, serializers.Serializer):
        return _nested(made, told, model, path)
    if type(told) not in KINDS:
        raise Unwritten
    column, (columns, sql) = _column(model, told.source), KINDS[type(told)]
    if column.is_relation and told.source != column.attname:
        raise Unwritten
    kept = column.target_field if column.is_relation else column
    # An instant is a kind of date to Django, and none to whoever reads a date.
    moment = isinstance(kept, models.DateTimeField)
    if not isinstance(kept, columns) or moment != isinstance(told, Instant):
        raise Unwritten
    return sql.format(f'{made.table(path, model)}."{column.column}"')


def _twin(made: Plan, told: Any, model: Any, path: str) -> str:
    twin = getattr(told.parent, "in_sql", {}).get(told.field_name)
    if twin is None:
        raise Unwritten
    made.values.append(twin.values)
    sql: str = twin.sql.format(made.table(path, model))
    return sql


def _nested(made: Plan, told: Any, model: Any, path: str) -> str:
    if told.source == "*":
        return _object(made, told, model, path)
    column = _column(model, told.source)
    if not column.many_to_one or told.source != column.name:
        raise Unwritten
    sql = _object(made, told, column.related_model, f"{path}{column.name}__")
    if not column.null:
        return sql
    return f'CASE WHEN {made.table(path, model)}."{column.column}" IS NOT NULL THEN {sql} END'


def _many(made: Plan, told: Any, model: Any, path: str) -> str:
    twin = getattr(told.parent, "in_sql", {}).get(told.field_name)
    if (
        twin is None
        or type(told).to_representation is not serializers.ListSerializer.to_representation
    ):
        raise Unwritten
    made.gathered.add(below := f"{path}{told.field_name}__")
    one = _object(made, told.child, twin.model, below)
    rows, table = f"json_agg({one} ORDER BY {twin.order})", twin.model._meta.db_table
    where = twin.where.format(made.table(path, model))
    found = f"SELECT {rows} FROM {table} AS below WHERE {where}"  # noqa: S608 (names of ours)
    return f"coalesce(({found}), '[]')"


def _column(model: Any, name: str) -> Any:
    """Raises FieldDoesNotExist for what a row computes, Unwritten for what refers to it."""
    found = model._meta.get_field(name)
    if not getattr(found, "concrete", False):
        raise Unwritten
    return found


def page(view: Any, kind: Any, found: Any, order: Keyset) -> HttpResponse | None:
    """A page of a list as the address asks for it; None where the serializer must write it."""
    names = view.query.get("fields")
    made = plan(kind, found.model, names and frozenset(names))
    if made is None:
        return None
    lines, cursor = order.written(
        found, Row(made), after=view.query.get("cursor", ""), limit=view.query["limit"]
    )
    onward = json.dumps(following(view.request, cursor), ensure_ascii=False)
    body = f'{{"results":[{",".join(lines)}],"next":{onward}}}'
    return HttpResponse(body.encode(), content_type="application/json")
