"""Whom the vendor tells at a customer, and how long before."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api.bases import Answer, Body, CustomerName
from portal.api.bulk import Bulk
from portal.api.exports import Exports
from portal.api.fields import Instant
from portal.api.pages import Keyset
from portal.api.resource import Collection
from portal.models import Contact, Promise
from portal.services import contacts, promises

SITES = "Limited to these sites; null: all."


class ContactAnswer(Answer):
    id = serializers.UUIDField()
    customer = CustomerName()
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    language = serializers.CharField()
    zone = serializers.CharField(help_text="IANA name.")
    rank = serializers.IntegerField(help_text="1 is told first.")
    site_ids = serializers.ListField(
        child=serializers.UUIDField(), allow_null=True, help_text=SITES
    )  # fmt: skip
    bounced_at = Instant(allow_null=True, help_text="A mail to this address came back.")


class ContactBody(Body):
    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    language = serializers.CharField(required=False, max_length=5)
    zone = serializers.CharField(required=False, max_length=60)
    rank = serializers.IntegerField(required=False, min_value=1, max_value=99)
    site_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, max_length=1000,
        help_text=SITES,
    )  # fmt: skip


class ContactChange(ContactBody):
    name = serializers.CharField(max_length=120, required=False)


class Contacts(Bulk, Exports):
    """Contacts in the order in which they are told."""

    model = Contact
    related = ("customer",)
    order = Keyset("rank")
    locked = True
    needs = {
        "list": "contact.view", "retrieve": "contact.view", "create": "contact.manage",
        "change": "contact.manage", "end": "contact.manage",
    }  # fmt: skip
    takes = {"create": ContactBody, "change": ContactChange}
    gives = {"retrieve": ContactAnswer}

    def rows(self) -> "QuerySet[Contact]":
        return super().rows().filter(ended_at=None)

    def create(self, request: Request) -> Response:
        """Write down a contact."""
        self.demand_customer()
        return self.answer(self.made(self.body))

    def made(self, given: dict[str, Any]) -> Contact:
        return contacts.make(**given, by=self.request.user, at=clock.now())

    def altered(self, row: Contact, given: dict[str, Any]) -> Contact:
        return contacts.change(row, **given, by=self.request.user, at=clock.now())

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Change what is given. A new address has not come back yet."""
        return self.answer(self.altered(self.row(), self.body))

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Told of nothing any more."""
        return self.answer(contacts.end(self.row(), by=request.user, at=clock.now()))


class PromiseAnswer(Answer):
    id = serializers.UUIDField()
    customer = CustomerName()
    kind = serializers.ChoiceField(Promise.Kind.choices)
    days = serializers.IntegerField()
    agreed_on = serializers.DateField()


class PromiseBody(Body):
    kind = serializers.ChoiceField(Promise.Kind.choices)
    days = serializers.IntegerField(min_value=1, max_value=promises.MOST_DAYS)
    agreed_on = serializers.DateField()


class Promises(Collection):
    """Terms of notice. Support promises more; only the customer is content with less."""

    model = Promise
    related = ("customer",)
    order = Keyset("kind")
    locked = True
    needs = {
        "list": "contact.view", "retrieve": "contact.view", "create": "promise.manage",
        "end": "promise.manage",
    }  # fmt: skip
    takes = {"create": PromiseBody}
    at_customer = frozenset({"create"})
    gives = {"retrieve": PromiseAnswer}
    statuses = {"create": 201, "end": 204}

    def create(self, request: Request) -> Response:
        """Agree on a term; one that stands for the same is changed."""
        self.demand_customer()
        return self.answer(promises.make(**self.body, by=request.user, at=clock.now()))

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """It binds nobody any more."""
        promises.end(self.row(), by=request.user, at=clock.now())
        return self.no_content()
