from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.api.serializers.sites import SiteDetail
from appliances.models import Site
from portal.api.bases import Body
from portal.api.resource import Resource
from upgrades.services import testing


class TestOfBody(Body):
    """The site whose releases are confirmed here first; null: of none any more."""

    production = serializers.UUIDField(allow_null=True)


class TestSites(Resource):
    model = Site
    related = ("customer",)
    site_path = "id"
    needs = {"test_of": "site.manage"}
    takes = {"test_of": TestOfBody}
    gives = {"test_of": SiteDetail}

    @action(detail=True, methods=["post"], url_path="test-of", url_name="test-of")
    def test_of(self, request: Request, pk: str) -> Response:
        """Make this site the test site of another one (G-PREP-11)."""
        site, production = self.row(), None
        if self.body["production"] is not None:
            production = self.named(self.rows(), "production")
        return self.answer(testing.mark(site, test_of=production, by=request.user))
