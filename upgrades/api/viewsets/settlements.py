from typing import Any

from django.db.models import DateTimeField, F, QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import Package
from portal import clock
from portal.api.pages import Keyset
from portal.api.resource import Collection, Resource
from upgrades.api.serializers.freezes import PlatformFreezeAnswer
from upgrades.api.serializers.settlements import (
    Decision,
    PartAnswer,
    PlatformFreezeBody,
    SettlementAnswer,
    SettlementQuery,
)
from upgrades.models import PlatformFreeze, Settlement
from upgrades.services import freezing
from upgrades.services.whatif import Strategy, everywhere, lists


class PlatformFreezes(Collection):
    """Freezes for everybody, or of one release: set by the vendor, seen by all."""

    model = PlatformFreeze
    for_all = True
    order = Keyset("begins", column=DateTimeField())
    needs = {
        "list": "site.view", "retrieve": "site.view", "create": "platform.manage",
        "preview": "platform.manage", "settle": "platform.manage", "destroy": "platform.manage",
    }  # fmt: skip
    takes = {"create": PlatformFreezeBody, "preview": PlatformFreezeBody}
    gives = {
        "retrieve": PlatformFreezeAnswer, "preview": SettlementAnswer, "settle": SettlementAnswer
    }  # fmt: skip
    statuses = {"create": 201, "preview": 202, "settle": 202}

    def rows(self) -> "QuerySet[PlatformFreeze]":
        found = PlatformFreeze.objects.select_related("release")
        return found.annotate(begins=F("span__startswith"))

    def create(self, request: Request) -> Response:
        """It stands at once, whatever it hits: `settle` looks at that. To look first: `preview`."""
        made = freezing.add_for_all(**self._wish(), by=request.user, at=clock.now())
        return self.answer(self.rows().get(pk=made.pk))

    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """Have it looked at, customer by customer, in the background; nothing is set until the
        settlement is confirmed. One that hits nobody stands at once."""
        asked = everywhere.ask_freeze(**self._wish(), by=request.user, at=clock.now())
        return self.answer(asked)

    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """Have it looked at whom a freeze that stands hits."""
        asked = everywhere.ask_standing(self.row(), by=request.user, at=clock.now())
        return self.answer(asked)

    def destroy(self, request: Request, pk: str) -> Response:
        """Lift it."""
        freezing.lift_for_all(self.row(), by=request.user, at=clock.now())
        return self.no_content()

    def _wish(self) -> dict[str, Any]:
        given = dict(self.body)
        if given["release"] is not None:
            products = Package.objects.filter(kind=Package.Kind.PRODUCT)
            given["release"] = self.named(products, "release")
        return given


class Withdrawals(Resource):
    """A package that the vendor takes back."""

    model = Package
    for_all = True
    needs = {"withdraw": "platform.manage"}
    gives = {"withdraw": SettlementAnswer}
    statuses = {"withdraw": 202}

    def rows(self) -> "QuerySet[Package]":
        return Package.objects.all()

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Have it looked at which upgrades need it; it is withdrawn once the settlement is
        confirmed, or at once where nobody is hit."""
        asked = everywhere.ask_withdrawal(self.row(), by=request.user, at=clock.now())
        return self.answer(asked)


class Settlements(Collection):
    """Changes for every customer: looked at by workers, decided by a person, then carried out
    customer by customer."""

    model = Settlement
    for_all = True
    order = Keyset("-asked_at")
    needs = {
        "list": "platform.view", "retrieve": "platform.view", "customers": "platform.view",
        "confirm": "platform.manage", "drop": "platform.manage", "retry": "platform.manage",
    }  # fmt: skip
    asks = {"list": SettlementQuery}
    takes = {"confirm": Decision}
    gives = {"retrieve": SettlementAnswer, "customers": PartAnswer}
    pages = frozenset({"list", "customers"})

    def rows(self) -> "QuerySet[Settlement]":
        return Settlement.objects.all()

    @action(detail=True, methods=["get"])
    def customers(self, request: Request, pk: str) -> Response:
        """The customers that it hits, and what would become of their upgrades; and those that the
        portal failed at."""
        return self.page(lists.concerned(self.row()).order_by(), Keyset("looked_at"))

    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """It counts from now on, and each customer that it hits is treated like that."""
        return self.answer(
            everywhere.confirm(
                self.row(), strategy=Strategy(self.body["strategy"]), by=request.user,
                at=clock.now(),
            )
        )  # fmt: skip

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """The customers that the portal failed at (`failed_at`) are worked at once more."""
        return self.answer(everywhere.retry(self.row(), by=request.user, at=clock.now()))

    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """Nothing is changed."""
        return self.answer(everywhere.drop(self.row(), by=request.user, at=clock.now()))
