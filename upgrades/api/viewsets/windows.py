from django.db.models import DateTimeField, F, QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import Site
from portal import clock
from portal.api.pages import Keyset
from portal.api.resource import Collection, Resource
from upgrades.api.serializers.jobs import BookingAnswer, BookingQuery, Start
from upgrades.api.serializers.windows import (
    Stranded,
    WindowAnswer,
    WindowBody,
    WindowChange,
    WindowQuery,
)
from upgrades.models import Booking, MaintenanceWindow
from upgrades.services import rebooking, windows


class Windows(Collection):
    """When a site's people let it be away."""

    model = MaintenanceWindow
    related = ("site",)
    site_path = "site_id"
    order = Keyset("starts_on")
    needs = {
        "list": "site.view", "retrieve": "site.view", "destroy": "window.manage",
        "change": "window.manage",
    }  # fmt: skip
    asks = {"list": WindowQuery}
    takes = {"change": WindowChange}
    gives = {"retrieve": WindowAnswer, "destroy": Stranded}

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Change what is given. Bookings that would lie outside are named in the refusal, unless
        `leave_outside` names each: they keep their times."""
        given = dict(self.body)
        given["at_time"] = given.pop("at", None)
        return self.answer(windows.change(self.row(), **given, by=request.user, at=clock.now()))

    def destroy(self, request: Request, pk: str) -> Response:
        """Grant it no longer. Bookings keep their times; those now outside are named."""
        outside = windows.remove(self.row(), by=request.user, at=clock.now())
        return self.answer({"outside": outside})


class WindowsOfSite(Resource):
    model = Site
    site_path = "id"
    needs = {"grant": "window.manage"}
    takes = {"grant": WindowBody}
    gives = {"grant": WindowAnswer}
    statuses = {"grant": 201}

    @action(detail=True, methods=["post"], url_path="windows", url_name="windows")
    def grant(self, request: Request, pk: str) -> Response:
        """Grant a recurring time for maintenance."""
        given = self.body
        made = windows.add(
            self.row(), rule=given["rule"], starts_on=given["starts_on"], at_time=given["at"],
            minutes=given["minutes"], title=given["title"], by=request.user, at=clock.now(),
        )  # fmt: skip
        return self.answer(made)


class Bookings(Collection):
    """Slots taken by jobs, earliest first."""

    model = Booking
    related = ("site", "job")
    site_path = "site_id"
    order = Keyset("begins", column=DateTimeField())
    needs = {"list": "job.view", "retrieve": "job.view", "move": "job.submit"}
    asks = {"list": BookingQuery}
    takes = {"move": Start}
    gives = {"retrieve": BookingAnswer}

    def rows(self) -> "QuerySet[Booking]":
        return super().rows().annotate(begins=F("slot__startswith"))

    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """To another slot of the site's windows. Outside the approved dates, by anybody but the
        customer's approver, it returns the job to be approved again."""
        start = self.body["starts_at"]
        return self.answer(rebooking.move(self.row(), start, by=request.user, at=clock.now()))
