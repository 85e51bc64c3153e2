"""Lists of what lies at sites, narrowed by the one filter language as screens and rollouts are."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from appliances.models import Site
from appliances.services import filtering
from portal import clock
from portal.api.bases import Pages
from portal.api.resource import Resource
from portal.filtering import LONGEST


class OfSites(Pages):
    filter = serializers.CharField(
        required=False, max_length=LONGEST,
        help_text="Those of sites that the filter language names: shape:pair product<25.1 "
        "region:emea. Support names tags, too.",
    )  # fmt: skip


class Narrowed(Resource):
    """A resource whose list takes `filter`: a sentence about the sites of its rows."""

    def filtered(self, found: "QuerySet[Any]") -> "QuerySet[Any]":
        found = super().filtered(found)
        sentence = self.query.get("filter")
        if not sentence:
            return found
        sites: Any = Site.objects if self.customer_id else Site.across
        named = filtering.matching(
            sites.all(), sentence, on=clock.now().date(), by_staff=self.request.user.is_staff
        )
        return found.filter(**{f"{self.site_path}__in": named.values("pk")})
