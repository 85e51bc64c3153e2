from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.api.serializers.return_moves import (
    Authorising,
    Confirming,
    Deleting,
    Drives,
    Facts,
    HandingOver,
    Labelling,
    Opening,
    Packing,
    Pickup,
    Received,
    Waiver,
    Wiping,
)
from appliances.api.serializers.returns import (
    PhotographAnswer,
    PhotographQuery,
    ReturnAnswer,
    ReturnQuery,
)
from appliances.models import Appliance, HardwareReturn, Site
from appliances.services import photographs, returning, returns
from portal import clock
from portal.api.bases import Reason, Sparse
from portal.api.evidence import Uploads, of_the_file
from portal.api.pages import Keyset
from portal.api.resource import Collection, Resource

MANAGE, DECIDE = "return.manage", "return.authorise"


class Returns(Collection, Uploads):
    """Old appliances on their way back to the vendor. Transitions are addresses of their own.

    While `led_by_job`, the steps of a job ask for what comes next, and these refuse.
    """

    model = HardwareReturn
    related = (
        "customer", "site", "appliance__site", "replacement", "opened_by", "confirmed_by",
        "waiver_asked_by", "wiped_by",
    )  # fmt: skip
    site_path = "site_id"
    order = Keyset("-opened_at")
    needs = {
        "list": "return.view", "retrieve": "return.view", "describe": MANAGE, "ask": MANAGE,
        "authorise": DECIDE, "refuse": DECIDE, "confirm_replacement": MANAGE, "wipe": MANAGE,
        "delete_virtual": MANAGE, "retain_drives": MANAGE, "ask_waiver": MANAGE,
        "waive_wipe": "return.waive", "power_off": MANAGE, "pack": MANAGE, "label": MANAGE,
        "book_pickup": MANAGE,
        "hand_over": MANAGE, "receive": DECIDE, "lose": MANAGE, "close": MANAGE, "cancel": MANAGE,
        "photographs": "return.view", "photograph": MANAGE,
    }  # fmt: skip
    asks = {"list": ReturnQuery, "photographs": Sparse, "photograph": PhotographQuery}
    takes = {
        "describe": Facts, "authorise": Authorising, "refuse": Reason, "wipe": Wiping,
        "confirm_replacement": Confirming, "delete_virtual": Deleting, "retain_drives": Drives,
        "ask_waiver": Waiver, "pack": Packing, "label": Labelling, "book_pickup": Pickup,
        "hand_over": HandingOver, "receive": Received, "lose": Reason, "cancel": Reason,
    }  # fmt: skip
    gives = {
        "retrieve": ReturnAnswer, "photographs": PhotographAnswer, "photograph": PhotographAnswer,
    }  # fmt: skip
    pages = frozenset({"list", "photographs"})
    uploads = frozenset({"photograph"})
    statuses = {"photograph": 201}

    @action(detail=True, methods=["get"])
    def photographs(self, request: Request, pk: str) -> Response:
        """In the order in which they came; forty at most."""
        rows = self._given(photographs.of(self.row()), many=True).data
        return Response({"results": rows, "next": None})

    @photographs.mapping.post
    def photograph(self, request: Request, pk: str) -> Response:
        """Keep a picture as evidence of this return: the file itself, or a form with one part
        named `file`. It is read as a picture and written anew."""
        row, (_name, _kind, chunks) = self.row(), self.sent()
        with of_the_file():
            made = photographs.add(
                row, chunks, shows=self.query["shows"], by=request.user, at=clock.now()
            )
        return self.answer(made)

    @action(detail=True, methods=["post"])
    def describe(self, request: Request, pk: str) -> Response:
        """Write down numbers, dates and parcel as they become known."""
        return self._moved(returns.describe)

    @action(detail=True, methods=["post"], url_path="request")
    def ask(self, request: Request, pk: str) -> Response:
        """Ask the vendor whether it may come back."""
        return self._moved(returns.request)

    @action(detail=True, methods=["post"])
    def authorise(self, request: Request, pk: str) -> Response:
        """The vendor's word; a box comes back under an RMA number."""
        return self._moved(returns.authorise)

    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """The vendor does not take it back."""
        return self._moved(returns.refuse)

    @action(detail=True, methods=["post"], url_path="confirm-replacement")
    def confirm_replacement(self, request: Request, pk: str) -> Response:
        """Production runs on something else. Nothing is wiped before that is said."""
        chosen = None
        if "replacement" in self.body:
            known = Appliance.known.filter(site_id=self.row().site_id).exclude(
                place=Appliance.Place.LEFT
            )
            chosen = self.named(known.select_related("replaces", "site"), "replacement")
        at, by = clock.now(), request.user
        row = returns.confirm_replacement(self.row(), replacement=chosen, by=by, at=at)
        return self.answer(row)

    @action(detail=True, methods=["post"])
    def wipe(self, request: Request, pk: str) -> Response:
        """The factory reset has ended."""
        return self._moved(returning.wipe)

    @action(detail=True, methods=["post"], url_path="delete")
    def delete_virtual(self, request: Request, pk: str) -> Response:
        """The virtual appliance is deleted with its disks and snapshots."""
        return self._moved(returning.delete)

    @action(detail=True, methods=["post"], url_path="retain-drives")
    def retain_drives(self, request: Request, pk: str) -> Response:
        """Its drives stay in the house."""
        return self._moved(returning.retain_drives)

    @action(detail=True, methods=["post"], url_path="ask-waiver")
    def ask_waiver(self, request: Request, pk: str) -> Response:
        """It is dead and cannot be reset: the first of two people says so."""
        return self._moved(returning.ask_waiver)

    @action(detail=True, methods=["post"], url_path="waive-wipe")
    def waive_wipe(self, request: Request, pk: str) -> Response:
        """The second person agrees."""
        return self._moved(returning.waive_wipe)

    @action(detail=True, methods=["post"], url_path="power-off")
    def power_off(self, request: Request, pk: str) -> Response:
        """It is shut down."""
        return self._moved(returning.power_off)

    @action(detail=True, methods=["post"])
    def pack(self, request: Request, pk: str) -> Response:
        """It is packed."""
        return self._moved(returning.pack)

    @action(detail=True, methods=["post"])
    def label(self, request: Request, pk: str) -> Response:
        """Label and RMA number are outside on the box."""
        return self._moved(returning.label)

    @action(detail=True, methods=["post"], url_path="book-pickup")
    def book_pickup(self, request: Request, pk: str) -> Response:
        """The carrier is to collect it."""
        return self._moved(returning.book_pickup)

    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        """It is collected."""
        return self._moved(returning.hand_over)

    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """The vendor has it."""
        return self._moved(returning.receive)

    @action(detail=True, methods=["post"])
    def lose(self, request: Request, pk: str) -> Response:
        """It is lost on the way."""
        return self._moved(returning.lose)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Received, deleted or lost: nothing more is to be done."""
        return self._moved(returning.close)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """It stays after all. Never after the wipe."""
        return self._moved(returns.cancel)

    def _moved(self, service: Any) -> Response:
        row = service(self.row(), by=self.request.user, at=clock.now(), **self.body)
        return self.answer(row)


class ReturnsOfSite(Resource):
    model = Site
    related = ("customer",)
    site_path = "id"
    needs = {"open_return": MANAGE}
    takes = {"open_return": Opening}
    gives = {"open_return": ReturnAnswer}
    statuses = {"open_return": 201}

    @action(detail=True, methods=["post"], url_path="returns")
    def open_return(self, request: Request, pk: str) -> Response:
        """Open a return by itself, for an appliance of this site that failed."""
        site, at = self.row(), clock.now()
        known = Appliance.known.filter(site=site).select_related("site")
        box = self.named(known, "appliance")
        kind, reason = self.body["kind"], self.body["reason"]
        row = returns.open_failed(box, reason=reason, kind=kind, by=request.user, at=at)
        return self.answer(row)
