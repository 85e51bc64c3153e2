from typing import Any

from django.db.models import DateTimeField, F, Q, QuerySet
from django.http import Http404
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import Site
from portal import clock, permissions
from portal.api.exports import Exports
from portal.api.pages import Keyset
from portal.api.permissions import KeyOfSites
from portal.api.resource import Collection
from upgrades.api.foreseen import Foreseen
from upgrades.api.serializers.freezes import (
    FreezeAnswer,
    FreezeBody,
    FreezeCalendarAnswer,
    FreezeCalendarBody,
    FreezeChange,
    FreezeQuery,
)
from upgrades.api.serializers.whatif import Displacing, WhatIfAnswer
from upgrades.models import Freeze, FreezeCalendar
from upgrades.services import calendars, freezing, refreshing, whatif


class OfSites(Collection):
    """Rows of one site, or of every site of the customer: whoever is limited to some sites sees
    the latter too, and changes none of them."""

    site_path = "site_id"

    def rows(self) -> "QuerySet[Any]":
        manager: Any = getattr(self.model, self.managers[0 if self.customer_id else 1])
        found = manager.select_related(*self.related)
        if self.limit is not None:
            found = found.filter(Q(site=None) | Q(site__in=self.limit))
        return found

    def own(self) -> Any:
        """The row, if it may be changed."""
        row = self.row()
        if row.site_id is None and self.limit is not None:
            raise Http404
        permissions.demand(self.request.user, "freeze.manage", site_id=row.site_id)
        return row

    def site_named(self) -> Site | None:
        """The site that the body names; None: every site, for whoever sees every site."""
        self.demand_customer()
        if self.body["site"] is None:
            if self.limit is not None:
                raise KeyOfSites
            return None
        sites = Site.objects.filter(closed_at=None)
        return self.named(sites if self.limit is None else sites.filter(pk__in=self.limit), "site")


class Freezes(OfSites, Foreseen, Exports):
    """Times when nothing may run at a customer, or at one of its sites; earliest first."""

    model = Freeze
    related = ("customer", "site")
    order = Keyset("begins", column=DateTimeField())
    needs = {
        "list": "site.view", "retrieve": "site.view", "create": "freeze.manage",
        "preview": "freeze.manage", "change": "freeze.manage", "preview_change": "freeze.manage",
        "destroy": "freeze.manage",
    }  # fmt: skip
    asks = {"list": FreezeQuery}
    takes = {
        "create": FreezeBody, "preview": FreezeBody, "change": FreezeChange,
        "preview_change": FreezeChange,
    }  # fmt: skip
    gives = {
        "retrieve": FreezeAnswer, "preview": WhatIfAnswer, "preview_change": WhatIfAnswer,
    }  # fmt: skip
    at_customer = frozenset({"create", "preview"})
    previews = frozenset({"preview", "preview_change"})

    def rows(self) -> "QuerySet[Freeze]":
        return super().rows().annotate(begins=F("span__startswith"))

    def create(self, request: Request) -> Response:
        """Set a freeze. Upgrades that it hits are treated as `settle` says, in one transaction;
        without it, nothing is set if there are any."""
        return self._answered(self.settled(self._new()))

    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """Who would be hit, and what would become of each under each strategy."""
        return self.foreseen(self._new())

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Change what is given of a freeze set by hand, as `create` sets one. Whoever answered
        for an upgrade inside it is asked again."""
        return self._answered(self.settled(self._changed()))

    @action(detail=True, methods=["post"], url_path="change/preview")
    def preview_change(self, request: Request, pk: str) -> Response:
        """Who would be hit by that."""
        return self.foreseen(self._changed())

    def destroy(self, request: Request, pk: str) -> Response:
        """Lift it. One that comes from a calendar goes with its calendar."""
        freezing.lift(self.own(), by=request.user, at=clock.now())
        return self.no_content()

    def _answered(self, made: Freeze) -> Response:
        return self.answer(self.rows().get(pk=made.pk))

    def _new(self) -> whatif.AddFreeze:
        site, given = self.site_named(), self.body
        return whatif.AddFreeze(given["title"], given["begin"], given["end"], site)

    def _changed(self) -> whatif.ChangeFreeze:
        given = {name: value for name, value in self.body.items() if name != "settle"}
        return whatif.ChangeFreeze(self.own().pk, given)


class FreezeCalendars(OfSites, Foreseen):
    """Calendars that freezes come from: an iCalendar address or file, public holidays."""

    model = FreezeCalendar
    related = ("customer", "site")
    order = Keyset("name")
    needs = {
        "list": "site.view", "retrieve": "site.view", "create": "freeze.manage",
        "accept": "freeze.manage", "preview_accept": "freeze.manage", "refresh": "freeze.manage",
        "destroy": "freeze.manage",
    }  # fmt: skip
    takes = {"create": FreezeCalendarBody, "accept": Displacing}
    gives = {"retrieve": FreezeCalendarAnswer, "preview_accept": WhatIfAnswer}
    at_customer = frozenset({"create"})
    previews = frozenset({"preview_accept"})
    unversioned = frozenset({"next_at"})

    def create(self, request: Request) -> Response:
        """Add one. What it brings counts at once where it displaces nothing."""
        site, given = self.site_named(), self.body
        made = calendars.add(
            name=given["name"], site=site, address=given["address"],
            content=given["file"].encode(), country=given["country"], by=request.user,
            at=clock.now(),
        )  # fmt: skip
        return self.answer(made)

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """What waits counts from now on."""
        self.settled(whatif.AcceptCalendar(self.own().pk))
        return self.answer(self.row())

    @action(detail=True, methods=["post"], url_path="accept/preview")
    def preview_accept(self, request: Request, pk: str) -> Response:
        """What it would displace."""
        return self.foreseen(whatif.AcceptCalendar(self.own().pk))

    @action(detail=True, methods=["post"])
    def refresh(self, request: Request, pk: str) -> Response:
        """Have it read anew in a moment."""
        row = self.own()
        refreshing.ask(row, at=clock.now())
        return self.answer(row)

    def destroy(self, request: Request, pk: str) -> Response:
        """Remove it, and every freeze that came from it."""
        calendars.remove(self.own(), by=request.user, at=clock.now())
        return self.no_content()
