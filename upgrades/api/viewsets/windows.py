from typing import Any

from django.db.models import DateTimeField, F, QuerySet
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.api.narrowed import Narrowed
from appliances.models import Site
from portal import clock
from portal.api.bulk import Bulk, BulkChanges, Items, as_uuid
from portal.api.exports import Exports
from portal.api.pages import Keyset
from portal.api.resource import Resource
from upgrades.api.foreseen import Foreseen
from upgrades.api.serializers.jobs import BookingAnswer, BookingQuery, Move
from upgrades.api.serializers.whatif import Displacing, WhatIfAnswer
from upgrades.api.serializers.windows import (
    AvailabilityAnswer,
    AvailabilityQuery,
    SiteAvailabilityQuery,
    Stranded,
    WindowAnswer,
    WindowBody,
    WindowChange,
    WindowForesight,
    WindowOfSite,
    WindowQuery,
)
from upgrades.models import Booking, MaintenanceWindow, UpgradeJob
from upgrades.services import availability, pathmoves, rebooking, whatif, windows


class Windows(Narrowed, Bulk, Exports, Foreseen):
    """When a site's people let it be away."""

    model = MaintenanceWindow
    related = ("site",)
    site_path = "site_id"
    order = Keyset("starts_on")
    locked = True
    needs = {
        "list": "site.view", "retrieve": "site.view", "create": "window.manage",
        "destroy": "window.manage", "change": "window.manage",
        "preview_change": "window.manage", "remove": "window.manage",
        "preview_remove": "window.manage",
    }  # fmt: skip
    asks = {"list": WindowQuery}
    takes = {
        "create": WindowOfSite,
        "change": WindowChange,
        "preview_change": WindowForesight,
        "remove": Displacing,
    }
    gives = {
        "retrieve": WindowAnswer, "destroy": Stranded, "remove": Stranded,
        "preview_change": WhatIfAnswer, "preview_remove": WhatIfAnswer,
    }  # fmt: skip
    previews = frozenset({"preview_change", "preview_remove"})

    def create(self, request: Request) -> Response:
        """Grant a recurring time for maintenance at a site. A key of all customers does so under
        the site's own address."""
        self.demand_customer("POST /api/v1/sites/{id}/windows")
        return self.answer(self.made(self.body))

    def made(self, given: dict[str, Any]) -> MaintenanceWindow:
        sites = Site.objects.all() if self.limit is None else Site.objects.filter(pk__in=self.limit)
        return granted(self, self.named(sites, "site", given), given)

    def altered(self, row: MaintenanceWindow, given: dict[str, Any]) -> MaintenanceWindow:
        if "settle" in given:
            return self.settled(_changed(row, given), given)
        values = _values(given) | {"leave_outside": given["leave_outside"]}
        return windows.change(row, **values, by=self.request.user, at=clock.now())

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Change what is given. Bookings that would lie outside are treated as `settle` says, in
        one transaction. Without it they are named in the refusal, unless `leave_outside` names
        each: they keep their times."""
        return self.answer(self.altered(self.row(), self.body))

    @action(detail=True, methods=["post"], url_path="change/preview")
    def preview_change(self, request: Request, pk: str) -> Response:
        """Which upgrades would lie outside, and what would become of them."""
        return self.foreseen(_changed(self.row(), self.body))

    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """Grant it no longer, and treat the upgrades that would lie outside as `settle` says, in
        one transaction; without it, nothing is removed if there are any."""
        window = self.row()
        self.settled(whatif.RemoveWindow(window.pk))
        return self.answer({"outside": windows.stranded(window.site, at=clock.now())})

    @action(detail=True, methods=["post"], url_path="remove/preview")
    def preview_remove(self, request: Request, pk: str) -> Response:
        """Which upgrades would lie outside without it, and what would become of them."""
        return self.foreseen(whatif.RemoveWindow(self.row().pk))

    def destroy(self, request: Request, pk: str) -> Response:
        """Grant it no longer. Bookings keep their times; those now outside are named."""
        outside = windows.remove(self.row(), by=request.user, at=clock.now())
        return self.answer({"outside": outside})


class WindowsOfSite(Resource):
    model = Site
    site_path = "id"
    needs = {"grant": "window.manage", "availability": "job.view"}
    asks = {"availability": SiteAvailabilityQuery}
    takes = {"grant": WindowBody}
    gives = {"grant": WindowAnswer, "availability": AvailabilityAnswer}
    statuses = {"grant": 201}

    @action(detail=True, methods=["post"], url_path="windows", url_name="windows")
    def grant(self, request: Request, pk: str) -> Response:
        """Grant a recurring time for maintenance."""
        return self.answer(granted(self, self.row(), self.body))

    @action(detail=True, methods=["get"])
    def availability(self, request: Request, pk: str) -> Response:
        """Every night of the site's windows: free for so many minutes, or why not."""
        site, asked = self.row(), self.query
        nights = availability.of_site(
            site, asked["minutes"], asked["start"], asked["end"], by=request.user, at=clock.now()
        )
        return self.answer({"zone": site.zone, "nights": nights})


class Moves(Items):
    """At most 100. Each is what `move` takes, with the `id` of the booking and `if_match`: the ETag
    of what was seen, or *."""


class Bookings(Narrowed, BulkChanges, Exports):
    """Slots taken by jobs, earliest first."""

    model = Booking
    related = ("site", "job")
    site_path = "site_id"
    order = Keyset("begins", column=DateTimeField())
    needs = {
        "list": "job.view", "retrieve": "job.view", "move": "job.submit",
        "availability": "job.view",
    }  # fmt: skip
    asks = {"list": BookingQuery, "availability": AvailabilityQuery}
    takes = {"move": Move, "bulk": Moves}
    changes = "move"
    locks_rows = False
    gives = {"retrieve": BookingAnswer, "availability": AvailabilityAnswer}

    def rows(self) -> "QuerySet[Booking]":
        return super().rows().annotate(begins=F("slot__startswith"))

    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """To another slot of the site's windows. Outside the approved dates, by anybody but the
        customer's approver, it returns the job to be approved again. With `whole_path` every
        window from this one on moves: it must be the job's first that is ahead."""
        return self.answer(self.altered(self.row(), self.body))

    def altered(self, row: Booking, given: dict[str, Any]) -> Booking:
        move = pathmoves.move_from if given["whole_path"] else rebooking.move
        move(
            row, given["starts_at"], by=self.request.user, at=clock.now(),
            override=given["override"],
        )  # fmt: skip
        return self.rows().get(pk=row.pk)

    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Move many, at most 100, with a result for each: some may be moved and others refused.
        One Idempotency-Key covers the whole."""
        self.demand_customer(remedy=_("Ask the address with a key of that customer."))
        named = {found for item in self.body["items"] if (found := as_uuid(item.get("id")))}
        # As a single move does, jobs before their bookings; in one order, whoever else moves them.
        of_these = UpgradeJob.objects.filter(bookings__in=self.rows().filter(pk__in=named))
        jobs = UpgradeJob.objects.filter(pk__in=of_these.values("pk")).order_by("pk")
        list(jobs.select_for_update(of=("self",)).values_list("pk"))
        return super().bulk(request)

    @action(detail=True, methods=["get"])
    def availability(self, request: Request, pk: str) -> Response:
        """Every night that this booking could be moved to: free, or why not."""
        booking, asked = self.row(), self.query
        nights = rebooking.nights(
            booking, asked["start"], asked["end"], by=request.user, at=clock.now()
        )
        return self.answer({"zone": booking.site.zone, "nights": nights})


def granted(resource: Resource, site: Site, given: dict[str, Any]) -> MaintenanceWindow:
    return windows.add(
        site, rule=given["rule"], starts_on=given["starts_on"], at_time=given["at"],
        minutes=given["minutes"], title=given["title"], by=resource.request.user, at=clock.now(),
    )  # fmt: skip


def _changed(row: MaintenanceWindow, given: dict[str, Any]) -> whatif.ChangeWindow:
    return whatif.ChangeWindow(row.pk, _values(given))


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """What is given of a window, as `windows.change` names it."""
    names = {"at": "at_time"}
    known = ("rule", "starts_on", "at", "minutes", "title")
    return {names.get(name, name): given[name] for name in known if name in given}
