from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api.exports import Exports
from portal.api.pages import Keyset
from portal.models import Contract
from portal.services import contracts
from upgrades.api.foreseen import Foreseen
from upgrades.api.serializers.contracts import (
    ContractBody,
    ContractChange,
    ContractEnd,
    ContractQuery,
    OwnContractAnswer,
)
from upgrades.api.serializers.whatif import WhatIfAnswer
from upgrades.services import whatif


class Contracts(Exports, Foreseen):
    """Maintenance contracts: entitlement is asked for a day. Made and changed by staff."""

    model = Contract
    related = ("customer",)
    order = Keyset("ends_on")
    needs = {
        "list": "contract.view", "retrieve": "contract.view", "create": "contract.manage",
        "change": "contract.manage", "preview_change": "contract.manage",
        "end": "contract.manage", "preview_end": "contract.manage",
    }  # fmt: skip
    asks = {"list": ContractQuery}
    takes = {
        "create": ContractBody, "change": ContractChange, "preview_change": ContractChange,
        "end": ContractEnd, "preview_end": ContractEnd,
    }  # fmt: skip
    gives = {
        "retrieve": OwnContractAnswer, "preview_change": WhatIfAnswer,
        "preview_end": WhatIfAnswer,
    }  # fmt: skip
    at_customer = frozenset({"create"})
    previews = frozenset({"preview_change", "preview_end"})

    def rows(self) -> "QuerySet[Contract]":
        found, day = super().rows(), self.query.get("covers")
        return found if day is None else found.filter(ends_on__gte=day)

    def create(self, request: Request) -> Response:
        """Write one down."""
        self.demand_customer()
        return self.answer(contracts.make(**self.body, by=request.user, at=clock.now()))

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Change what is given. Upgrades that it no longer covers are treated as `settle` says, in
        one transaction; without it, nothing is changed if there are any."""
        return self.answer(self.settled(self._changed()))

    @action(detail=True, methods=["post"], url_path="change/preview")
    def preview_change(self, request: Request, pk: str) -> Response:
        """Which upgrades it would no longer cover, and what would become of them."""
        return self.foreseen(self._changed())

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Let it end earlier than was agreed; as `change`."""
        return self.answer(self.settled(self._ended()))

    @action(detail=True, methods=["post"], url_path="end/preview")
    def preview_end(self, request: Request, pk: str) -> Response:
        """Which upgrades a lapse on that day would hit."""
        return self.foreseen(self._ended())

    def _changed(self) -> whatif.ChangeContract:
        given = {name: value for name, value in self.body.items() if name != "settle"}
        return whatif.ChangeContract(self.row().pk, given)

    def _ended(self) -> whatif.EndContract:
        return whatif.EndContract(self.row().pk, self.body["ends_on"])
