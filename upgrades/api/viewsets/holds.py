from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import BaseHold
from portal import clock
from portal.api.pages import Keyset
from portal.api.resource import Collection
from upgrades.api.serializers.holds import HoldAnswer, HoldQuery, Ticket
from upgrades.services import holds


class Holds(Collection):
    """Appliances that nothing may change until two people say that the vendor solved it."""

    model = BaseHold
    related = ("customer", "appliance__site", "asked_by", "released_by")
    site_path = "appliance__site_id"
    order = Keyset("-opened_at")
    needs = {
        "list": "job.view", "retrieve": "job.view", "ask_release": "hold.release",
        "release": "hold.release",
    }  # fmt: skip
    asks = {"list": HoldQuery}
    takes = {"ask_release": Ticket}
    gives = {"retrieve": HoldAnswer}

    @action(detail=True, methods=["post"], url_path="ask-release")
    def ask_release(self, request: Request, pk: str) -> Response:
        """The first person: the vendor solved it, under this ticket."""
        ticket, at = self.body["ticket"], clock.now()
        return self.answer(holds.ask_release(self.row(), ticket=ticket, by=request.user, at=at))

    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """The second person agrees: it may be changed again."""
        return self.answer(holds.release(self.row(), by=request.user, at=clock.now()))
