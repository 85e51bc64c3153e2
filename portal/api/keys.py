"""The keys of the calling key's person: made, renewed and ended by a program."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api.bases import Answer, Body
from portal.api.fields import Instant
from portal.api.pages import Keyset
from portal.api.resource import Collection
from portal.models import ApiKey
from portal.models.apikey import TEST
from portal.services import keys

ONCE = "Shown now and never again; null in a repeated answer."


class KeyAnswer(Answer):
    """A key as it may be seen: never what opens with it. Its instants are real time."""

    id = serializers.UUIDField()
    prefix = serializers.CharField(help_text="Its first letters, as the log and the trail name it.")
    name = serializers.CharField()
    customer = serializers.UUIDField(
        source="customer_id", allow_null=True, help_text="null: it works for every customer."
    )
    scope = serializers.ChoiceField(ApiKey.Scope.choices)
    site_ids = serializers.ListField(
        child=serializers.UUIDField(), allow_null=True, help_text="null: every site."
    )
    networks = serializers.ListField(child=serializers.CharField(), help_text="Empty: any address.")
    made_at = Instant()
    expires_at = Instant()
    last_used_at = Instant(allow_null=True, help_text="Noted once a minute.")


class KeyWithToken(KeyAnswer):
    token = serializers.CharField(allow_null=True, help_text=ONCE)


class KeyBody(Body):
    """What is not given is as the calling key has it."""

    name = serializers.CharField(max_length=80, help_text="Which program uses it, and where.")
    scope = serializers.ChoiceField(ApiKey.Scope.choices, default=ApiKey.Scope.READ)
    site_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, min_length=1, max_length=1000,
        help_text="Of the calling key's own, if that is limited to some.",
    )  # fmt: skip
    networks = serializers.ListField(
        child=serializers.CharField(max_length=43), required=False, min_length=1,
        max_length=keys.MOST_NETWORKS,
        help_text="Within the calling key's own, if it has any: 192.0.2.0/24, 2001:db8::7.",
    )  # fmt: skip
    days = serializers.IntegerField(
        required=False, min_value=1, max_value=keys.LONGEST.days,
        help_text="Until it expires; 90, but never after the calling key, unless given.",
    )  # fmt: skip


class KeyRotation(Body):
    hours = serializers.IntegerField(
        required=False, min_value=0, max_value=keys.LONGEST_OVERLAP_HOURS,
        default=keys.OVERLAP_HOURS, help_text="For which both keys open.",
    )  # fmt: skip


class Keys(Collection):
    """Keys of the same person for the same customer; a key of every customer sees all of theirs.

    No key makes or renews one that may more than itself, at more sites, from more networks or
    after its own end, nor ends one that may more.
    """

    model = ApiKey
    managers = ("objects", "objects")
    for_all = personal = True
    locked = True
    order = Keyset("made_at")
    needs = {
        "list": "key.view", "retrieve": "key.view", "create": "key.manage",
        "rotate": "key.manage", "end": "key.manage",
    }  # fmt: skip
    takes = {"create": KeyBody, "rotate": KeyRotation}
    gives = {"retrieve": KeyAnswer, "create": KeyWithToken, "rotate": KeyWithToken}
    shown_once = frozenset({"token"})
    statuses = {"create": 201, "rotate": 201}
    unversioned = frozenset({"last_used_at"})

    def _enter(self, request: Request) -> None:
        super()._enter(request)
        if self.customer_id is None:  # else the customer's transaction is open
            self.entered.enter_context(transaction.atomic())

    def rows(self) -> "QuerySet[ApiKey]":
        found = super().rows().filter(user=self.request.user, revoked_at=None)
        if self.customer_id:
            return found.filter(customer_id=self.customer_id)
        return found.exclude(prefix__startswith=TEST)  # who renews one has it

    def create(self, request: Request) -> Response:
        """Make a key of the same person for the same customer, that may no more than this one. The
        answer has its text, and no other answer ever will."""
        given, maker = self.body, request.auth
        days = given.get("days")
        key, token = keys.issue(
            given["name"], user=request.user, customer=keys.customer_of(maker), maker=maker,
            scope=given["scope"], site_ids=given.get("site_ids", maker.site_ids),
            networks=given.get("networks", maker.networks),
            lives=None if days is None else timedelta(days=days), by=maker, at=clock.now(),
        )  # fmt: skip
        return self._with(key, token)

    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        """A new key that may the same, for as long as this one was made for, but not after the
        calling key's end; the old one opens for some hours more."""
        hours, maker = self.body["hours"], request.auth
        key, token = keys.rotate(self.row(), hours=hours, maker=maker, by=maker, at=clock.now())
        return self._with(key, token)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """It opens nothing any more, at once, nor do the keys that it made; also the calling key
        itself."""
        key = self.row()
        keys.revoke(key, maker=request.auth, by=request.auth, at=clock.now())
        return self.answer(key)

    def _with(self, key: ApiKey, token: str) -> Response:
        shown: Any = key
        shown.token = token  # for this answer alone
        return self.answer(shown)
