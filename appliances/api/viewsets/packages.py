from django.db.models import QuerySet

from appliances.api.serializers.packages import PackageAnswer, PackageQuery
from appliances.models import Package
from portal.api.pages import Keyset
from portal.api.resource import Collection


class Packages(Collection):
    """The vendor's catalogue: the same for everybody."""

    model = Package
    for_all = True
    order = Keyset("kind", key="version")
    needs = {"list": "catalogue.view", "retrieve": "catalogue.view"}
    asks = {"list": PackageQuery}
    gives = {"retrieve": PackageAnswer}

    def rows(self) -> "QuerySet[Package]":
        return Package.objects.prefetch_related("requirements")
