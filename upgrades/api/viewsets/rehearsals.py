from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import Site
from portal import clock
from portal.api.pages import Keyset
from portal.api.resource import Collection, Resource
from upgrades.api.serializers.rehearsals import (
    RehearsalAnswer,
    RehearsalBody,
    RehearsalDetail,
    RehearsalQuery,
)
from upgrades.api.viewsets.jobs import procedure_of, target_of
from upgrades.models import Rehearsal
from upgrades.services.rehearsals import asking


class Rehearsals(Collection):
    """Plans played on a twin of the site in the simulator: no real appliance is touched."""

    model = Rehearsal
    related = ("customer", "site", "target")
    site_path = "site_id"
    order = Keyset("-asked_at")
    needs = {"list": "job.view", "retrieve": "job.view", "cancel": "job.draft"}
    asks = {"list": RehearsalQuery}
    gives = {"list": RehearsalAnswer, "retrieve": RehearsalDetail, "cancel": RehearsalAnswer}
    pages = frozenset({"list"})
    # What its process moves at every step.
    unversioned = frozenset({"lease_until", "bells", "steps_done", "steps_all"})

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """It is not wanted any more; nothing is kept of it."""
        return self.answer(asking.cancel(self.row(), by=request.user, at=clock.now()))


class RehearsalsOfSite(Resource):
    model = Site
    related = ("customer",)
    site_path = "id"
    needs = {"rehearse": "job.draft"}
    takes = {"rehearse": RehearsalBody}
    gives = {"rehearse": RehearsalAnswer}
    statuses = {"rehearse": 201}

    @action(detail=True, methods=["post"], url_path="rehearsals", url_name="rehearsals")
    def rehearse(self, request: Request, pk: str) -> Response:
        """Play a plan on a twin. Ask for it again to see how far it is."""
        site, wish = self.row(), self.body
        made = asking.ask(
            site, target_of(self), procedure=procedure_of(wish, site), method=wish["method"],
            wishes=wish["faults"], seed=wish.get("seed"), offline=wish.get("offline"),
            earliest=wish.get("earliest"), by=request.user, at=clock.now(),
        )  # fmt: skip
        return self.answer(made)
