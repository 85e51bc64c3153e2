"""Lists as files: every row that a key may see, as CSV or as JSON lines, however many there are.

A file is written while it is read: some rows at a time, each time in a short transaction of its own
in which the key, its person and their sites are asked again. A key that is revoked meanwhile ends
the file in the middle: the connection breaks, so that nobody takes it for the whole.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.viewsets import ViewSet

from portal.api.authentication import ApiKeyAuthentication
from portal.api.resource import Collection
from portal.services.spreadsheets import line

ROWS = 500  # of one transaction
CSV, JSONL = "csv", "jsonl"
KINDS = {CSV: "text/csv; charset=utf-8", JSONL: "application/jsonl; charset=utf-8"}
Path = tuple[str, ...]


class Ended(ConnectionAbortedError):
    """The key may not read this any more: the file breaks off."""


class Exports(Collection):
    """A collection that is given as a file too: with the filters of its list, in its order."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        asked = cls.asked_by("list")
        extra = {"cursor": None, "limit": None, "format": _format(), "__doc__": asked.__doc__}
        cls.needs = {**cls.needs, "export": cls.needs["list"]}
        cls.asks = {**cls.asks, "export": type(f"{asked.__name__}OfFile", (asked,), extra)}
        cls.gives = {**cls.gives, "export": cls.gives.get("list") or cls.gives["retrieve"]}
        cls.downloads = cls.downloads | {"export"}

    @action(detail=False, methods=["get"])
    def export(self, request: Request) -> HttpResponseBase:
        """Every row of the list as a file: CSV, or JSON lines. It is written while it is read, and
        breaks off if the key is revoked meanwhile."""
        kind = self.query["format"]
        name = self.basename.removeprefix("api-")
        headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
        lines = self._lines(kind, translation.get_language() or "en")
        return StreamingHttpResponse(lines, content_type=KINDS[kind], headers=headers)

    def _lines(self, kind: str, language: str) -> Iterator[str]:
        columns = list(_columns(self._given([], many=True).child))
        if kind == CSV:
            yield "\ufeff" + line([".".join(path) for path in columns])
        cursor: str | None = ""
        while cursor is not None:
            with translation.override(language), ExitStack() as self.entered:
                try:
                    self._enter_anew()
                except (APIException, Http404, PermissionDenied) as refusal:
                    raise Ended from refusal
                rows, further = self.order.page(
                    self.filtered(self.rows()), after=cursor, limit=ROWS
                )
                told = self._given(rows, many=True).data
            write: Callable[[Any], str] = _json if kind == JSONL else _row(columns)
            for row in told:
                yield write(row)
            cursor = further or None

    def _enter_anew(self) -> None:
        """The key, its person and their sites as they are by now. Raises what a request would be
        refused with."""
        known = ApiKeyAuthentication().authenticate(self.request)
        if known is None:
            raise NotAuthenticated
        self.request.user, self.request.auth = known
        self._enter(self.request)
        ViewSet.check_permissions(self, self.request)


def _format() -> serializers.ChoiceField:
    return serializers.ChoiceField([CSV, JSONL], default=CSV, help_text="csv, or jsonl.")


def _columns(answer: Any, under: Path = ()) -> Iterator[Path]:
    """The columns of an answer; what lies in another one has its name with a dot: site.name."""
    for name, field in answer.fields.items():
        if isinstance(field, serializers.Serializer):
            yield from _columns(field, (*under, name))
        else:
            yield (*under, name)


def _json(row: Any) -> str:
    return json.dumps(row, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":")) + "\n"


def _row(columns: list[Path]) -> Callable[[Any], str]:
    return lambda row: line([_cell(row, path) for path in columns])


def _cell(row: Any, path: Path) -> str:
    """What a column has in a row; empty for none, JSON for lists."""
    found = row
    for name in path:
        found = None if found is None else found[name]
    if found is None:
        return ""
    if isinstance(found, bool | list | dict):
        return json.dumps(found, cls=JSONEncoder, ensure_ascii=False)
    return str(found)
