from typing import Any

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.api.serializers.returns import (
    ReplacementAnswer,
    ReplacementBody,
    ReplacementQuery,
)
from appliances.models import Appliance, Site
from appliances.services import replacements
from portal import clock
from portal.api.pages import Keyset
from portal.api.resource import Collection, Resource


class Replacements(Collection):
    """New hardware: waiting for its place, in it, or withdrawn."""

    model = Appliance
    managers = ("known", "known_across")
    related = ("customer", "site", "replaces")
    site_path = "site_id"
    order = Keyset("name")
    needs = {"list": "site.view", "retrieve": "site.view", "withdraw": "site.manage"}
    asks = {"list": ReplacementQuery}
    gives = {"retrieve": ReplacementAnswer}

    def rows(self) -> "QuerySet[Any]":
        return super().rows().filter(replaces__isnull=False)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """It is to replace nothing after all."""
        return self.answer(replacements.withdraw(self.row(), by=request.user, at=clock.now()))


class ReplacementsOfSite(Resource):
    model = Site
    related = ("customer",)
    site_path = "id"
    needs = {"register_replacement": "site.manage"}
    takes = {"register_replacement": ReplacementBody}
    gives = {"register_replacement": ReplacementAnswer}
    statuses = {"register_replacement": 201}

    @action(detail=True, methods=["post"], url_path="replacements")
    def register_replacement(self, request: Request, pk: str) -> Response:
        """Register new hardware for an appliance of this site. It serves nobody yet."""
        site, given = self.row(), dict(self.body)
        old = self.named(Appliance.objects.filter(site=site).select_related("site"), "replaces")
        del given["replaces"]
        return self.answer(replacements.register(old, by=request.user, at=clock.now(), **given))
