"""Many at once: each item is made, or changed, by itself, and has a result of its own.

One request, one transaction, one `Idempotency-Key`: repeated, it is answered alike and done once.
An item that is refused leaves nothing behind and hinders no other.
"""

import uuid
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition, TransitionNotAllowed
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portal import tenancy
from portal.api import errors, versions
from portal.api.bases import Answer, Body
from portal.api.resource import Collection
from portal.api.schema import Problem
from portal.errors import Refused

MOST = 100
OF_ONE_ITEM = (
    Refused, APIException, Http404, PermissionDenied, TransitionNotAllowed, ConcurrentTransition,
    IntegrityError,
)  # fmt: skip


class Items(Body):
    """At most 100. Each is what the noun\'s own POST takes; with an `id` it is what its `change`
    takes, with `if_match`: the ETag of what was seen, or *."""

    items = serializers.ListField(
        child=serializers.DictField(), min_length=1, max_length=MOST, help_text="At most 100."
    )


class Named(Body):
    id = serializers.UUIDField()
    if_match = serializers.CharField(max_length=200, required=False, default="")


class BulkChanges(Collection, ABC):
    """A collection that changes many: `altered` does it to one."""

    changes: ClassVar[str] = "change"  # the action that an item is
    locks_rows: ClassVar[bool] = True  # each before it is compared; else the resource did, in order

    at_customer = frozenset({"create", "bulk"})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "retrieve" not in cls.gives:  # made to be derived from
            return
        row = cls.gives["retrieve"]
        members: dict[str, Any] = {
            "index": serializers.IntegerField(help_text="Of the item, from 0."),
            "status": serializers.IntegerField(help_text="As the item alone were answered with."),
            "row": row(allow_null=True),
            "problem": Problem(allow_null=True),
        }
        result = type(f"{cls.__name__}Result", (Answer,), members)
        many = {"results": result(many=True)}
        cls.needs = {**cls.needs, "bulk": cls.needs[cls.changes]}
        cls.takes = {"bulk": Items, **cls.takes}
        cls.gives = {**cls.gives, "bulk": type(f"{cls.__name__}Results", (Answer,), many)}

    @abstractmethod
    def altered(self, row: Any, given: dict[str, Any]) -> Any:
        """Change one as a checked body says."""

    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Make and change many, at most 100, with a result for each: some may be done and others
        refused. One Idempotency-Key covers the whole."""
        self.demand_customer()
        results = [self._one(number, item) for number, item in enumerate(self.body["items"])]
        return self.answer({"results": results})

    def _one(self, index: int, item: dict[str, Any]) -> dict[str, Any]:
        try:
            with tenancy.transaction(self.customer_id):
                status, row = self._done(item)
                return {"index": index, "status": status, "row": row, "problem": None}
        except OF_ONE_ITEM as refusal:
            told = errors.problem(refusal, {"request": self.request, "view": self})
            return {"index": index, "status": told.status_code, "row": None, "problem": told.data}

    def _done(self, item: dict[str, Any]) -> tuple[int, Any]:
        if "id" not in item:
            return 201, self._without_id(item)
        own = {name: item[name] for name in ("id", "if_match") if name in item}
        given = {name: value for name, value in item.items() if name not in own}
        named, body = _checked(Named, own), _checked(self.takes[self.changes], given)
        rows = self.rows()
        if self.locks_rows:
            rows = rows.select_for_update(of=("self",), no_key=True)
        row = rows.filter(pk=named["id"]).first()
        if row is None:
            raise Http404
        versions.compare_one(versions.columns(row, self.unversioned), named["if_match"])
        return 200, self.altered(row, body)

    def _without_id(self, item: dict[str, Any]) -> Any:
        raise ValidationError({"id": [_("Name the row that is to be changed.")]})


class Bulk(BulkChanges, ABC):
    """A collection that also makes many: `made` makes one."""

    @abstractmethod
    def made(self, given: dict[str, Any]) -> Any:
        """Make one as a checked body says."""

    def _without_id(self, item: dict[str, Any]) -> Any:
        return self.made(_checked(self.takes["create"], item))


def _checked(kind: Any, given: dict[str, Any]) -> dict[str, Any]:
    body = kind(data=given)
    if not body.is_valid():
        raise ValidationError(body.errors)
    return dict(body.validated_data)


def as_uuid(given: Any) -> uuid.UUID | None:
    """What an unchecked item names; None for what names nothing."""
    try:
        return uuid.UUID(given)
    except (ValueError, TypeError, AttributeError):
        return None
