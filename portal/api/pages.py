"""Lists by key, not by number of page: the deepest page costs what the first one does."""

import base64
import binascii
import json
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Field, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request


class Keyset:
    """One order of rows: a column and the id, both ascending, or both descending ("-at").

    A cursor holds the last row's two values, so rows that come or go meanwhile move no page.
    `column` reads the value from text if the order is by an annotation.
    """

    def __init__(self, order: str, *, column: "Field[Any, Any] | None" = None, key: str = "id"):
        self.descending = order.startswith("-")
        self.name, self.key = order.lstrip("-"), key
        self.column = column

    def page(self, found: "QuerySet[Any]", *, after: str, limit: int) -> tuple[list[Any], str]:
        """The rows after a cursor ("": the first ones), and the cursor to go on with ("": none)."""
        rows = list(self._beginning(found, after)[: limit + 1])
        if len(rows) <= limit:
            return rows, ""
        last = rows[limit - 1]
        return rows[:limit], self._write(getattr(last, self.name), getattr(last, self.key))

    def written(
        self, found: "QuerySet[Any]", row: Any, *, after: str, limit: int
    ) -> tuple[list[str], str]:
        """The same page, of what an expression makes of each row instead of the row itself."""
        plain = self._beginning(found, after).select_related(None).prefetch_related(None)
        rows = list(plain.values_list(row, self.name, self.key)[: limit + 1])
        told = [each[0] for each in rows[:limit]]
        return told, self._write(*rows[limit - 1][1:]) if len(rows) > limit else ""

    def _beginning(self, found: "QuerySet[Any]", after: str) -> "QuerySet[Any]":
        """In this order, from a cursor on."""
        sign = "-" if self.descending else ""
        if after:
            found = found.filter(self._beyond(*self._read(after, found.model)))
        return found.order_by(f"{sign}{self.name}", f"{sign}{self.key}")

    def _beyond(self, value: Any, key: Any) -> Q:
        way = "lt" if self.descending else "gt"
        further = Q(**{f"{self.name}__{way}": value})
        same = Q(**{self.name: value, f"{self.key}__{way}": key})
        return Q(**{f"{self.name}__{way}e": value}) & (further | same)

    def _write(self, *values: Any) -> str:
        told = [_text(each) for each in values]
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")

    def _read(self, cursor: str, model: Any) -> tuple[Any, Any]:
        """The two values of a cursor; a ValidationError for what is none of ours."""
        columns = self.column or model._meta.get_field(self.name), model._meta.get_field(self.key)
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            value, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if "\x00" in f"{value}{key}" or None in (value, key):
                raise ValueError
            return _value(columns[0], value), _value(columns[1], key)
        except (ValueError, TypeError, RecursionError, binascii.Error, ValidationError) as wrong:
            raise serializers.ValidationError(
                {"cursor": [_("This cursor is none of ours: take it from `next`.")]}
            ) from wrong


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _value(column: Any, text: Any) -> Any:
    if not isinstance(text, str):
        raise TypeError
    value = column.target_field.to_python(text) if column.is_relation else column.to_python(text)
    if getattr(value, "tzinfo", True) is None:
        raise ValueError
    return value


def following(request: Request, cursor: str, name: str = "cursor", **more: str) -> str | None:
    """The address of the next page; None after the last."""
    if not cursor:
        return None
    query = {**request.query_params.dict(), name: cursor, **more}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
