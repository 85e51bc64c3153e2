"""Waivers, drift, differences and thresholds: what people decide about the checks of a site."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.api.serializers.readiness import (
    Accepted,
    DifferenceAnswer,
    DifferenceQuery,
    DriftAnswer,
    DriftQuery,
    InstallationAnswer,
    Remark,
    ThresholdsAnswer,
    ThresholdsBody,
    WaiverAnswer,
    WaiverBody,
    WaiverQuery,
)
from appliances.models import (
    Appliance,
    Difference,
    Drift,
    InstallationThreshold,
    Site,
    Waiver,
)
from appliances.services import drift, snapshots, thresholds, waivers
from portal import clock
from portal.api.pages import Keyset
from portal.api.resource import Collection, Resource
from portal.models import Customer


class Waivers(Collection):
    """Who answers for a check that is not good, newest first."""

    model = Waiver
    related = ("site", "appliance", "given_by", "withdrawn_by")
    site_path = "site_id"
    order = Keyset("-given_at")
    needs = {"list": "site.view", "retrieve": "site.view", "withdraw": "waiver.give"}
    asks = {"list": WaiverQuery}
    gives = {"retrieve": WaiverAnswer}

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """It counts no more from now on."""
        return self.answer(waivers.withdraw(self.row(), by=request.user, at=clock.now()))


class WaiversOfSite(Resource):
    model = Site
    site_path = "id"
    needs = {"waive": "waiver.give"}
    takes = {"waive": WaiverBody}
    gives = {"waive": WaiverAnswer}
    statuses = {"waive": 201}

    @action(detail=True, methods=["post"], url_path="waivers", url_name="waivers")
    def waive(self, request: Request, pk: str) -> Response:
        """Answer for one check. Identity, base problems and drift are never waived."""
        site, given, box = self.row(), self.body, None
        if "appliance" in given:
            box = self.named(Appliance.objects.filter(site=site), "appliance")
        made = waivers.give(
            site, given["check"], reason=given["reason"], expires_at=given["expires_at"],
            appliance=box, by=request.user, at=clock.now(),
        )  # fmt: skip
        return self.answer(made)


class Drifts(Collection):
    """What was changed behind the portal's back, newest first."""

    model = Drift
    related = ("site", "appliance", "ended_by")
    site_path = "site_id"
    order = Keyset("-first_seen_at")
    needs = {"list": "site.view", "retrieve": "site.view", "accept": "drift.accept"}
    asks = {"list": DriftQuery}
    takes = {"accept": Accepted}
    unversioned = frozenset({"last_seen_at"})
    gives = {"retrieve": DriftAnswer}

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """The new fact is right: it is what is recorded from now on."""
        given = self.body
        drift.accept(
            self.row(), by=request.user, at=clock.now(), found=given["found"],
            remark=given["remark"],
        )  # fmt: skip
        return self.answer(self.row())


class Differences(Collection):
    """What windows changed on appliances, newest first."""

    model = Difference
    related = ("appliance", "acknowledged_by")
    site_path = "appliance__site_id"
    order = Keyset("-found_at")
    needs = {
        "list": "job.view", "retrieve": "job.view", "acknowledge": "difference.acknowledge",
    }  # fmt: skip
    asks = {"list": DifferenceQuery}
    takes = {"acknowledge": Remark}
    gives = {"retrieve": DifferenceAnswer}

    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Somebody looked at it and says that it is right so."""
        row, remark = self.row(), self.body["remark"]
        snapshots.acknowledge(row, by=request.user, at=clock.now(), remark=remark)
        return self.answer(self.row())


class ThresholdsOfCustomer(Resource):
    """What counts as good at a customer. A key of some sites may not ask: it is for all of them."""

    model = Customer
    owner = "id"
    needs = {"thresholds": "site.view", "change": "threshold.manage"}
    takes = {"change": ThresholdsBody}
    versioned = frozenset({"thresholds"})
    gives = {"thresholds": ThresholdsAnswer, "change": ThresholdsAnswer}

    def rows(self) -> "QuerySet[Customer]":
        return super().rows().filter(pk=self.customer_id)

    def seen(self) -> Any:
        self.row()
        return {told["key"]: told["value"] for told in thresholds.table()}

    @action(detail=True, methods=["get"])
    def thresholds(self, request: Request, pk: str) -> Response:
        """Every value: the customer's own outranks the installation's, that the built-in."""
        self.row()
        return self.answer({"thresholds": thresholds.table()})

    @thresholds.mapping.post
    def change(self, request: Request, pk: str) -> Response:
        """Set some of the customer's own values."""
        self.row()
        thresholds.change(self.body["values"], by=request.user)
        return self.answer({"thresholds": thresholds.table()})


class Installation(Resource):
    """What counts as good for every customer who set nothing: the vendor's staff decide it."""

    model = InstallationThreshold
    for_all = True
    needs = {"list": "platform.view", "create": "platform.manage"}
    takes = {"create": ThresholdsBody}
    gives = {"list": InstallationAnswer, "create": InstallationAnswer}
    pages = frozenset()

    def list(self, request: Request) -> Response:
        """Every value: the installation's own outranks the built-in one."""
        return self.answer({"thresholds": thresholds.table_of_installation()})

    def create(self, request: Request) -> Response:
        """Set some of the installation's values; each stays in the history."""
        thresholds.change_installation(self.body["values"], by=request.user, at=clock.now())
        return self.answer({"thresholds": thresholds.table_of_installation()})
