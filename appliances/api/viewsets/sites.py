from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances import queries
from appliances.api.narrowed import Narrowed
from appliances.api.serializers.readiness import AskedAnswer, ReadinessAnswer
from appliances.api.serializers.sites import (
    ApplianceAnswer,
    ApplianceQuery,
    ReadingAnswer,
    ReadingBody,
    SiteAnswer,
    SiteBody,
    SiteChange,
    SiteDetail,
    SiteQuery,
)
from appliances.models import Appliance, Site, VersionReading
from appliances.services import appearance, sites, thresholds, versions
from portal import clock
from portal.api.bulk import Bulk
from portal.api.evidence import EvidenceAnswer, UploadQuery, Uploads, of_the_file
from portal.api.exports import Exports
from portal.api.pages import Keyset
from portal.api.permissions import KeyOfSites
from portal.background import enqueue
from portal.models import EvidenceFile


class Sites(Narrowed, Bulk, Exports):
    """What customers' people reach, with the appliances behind it."""

    model = Site
    related = ("customer",)
    site_path = "id"
    order = Keyset("name")
    needs = {
        "list": "site.view", "retrieve": "site.view", "readiness": "site.view",
        "check": "site.check", "create": "site.manage", "change": "site.manage",
        "close": "site.manage",
    }  # fmt: skip
    asks = {"list": SiteQuery}
    takes = {"create": SiteBody, "change": SiteChange}
    gives = {
        "list": SiteAnswer, "retrieve": SiteDetail, "readiness": ReadinessAnswer,
        "check": AskedAnswer,
    }  # fmt: skip
    statuses = {"create": 201, "check": 202}

    def rows(self) -> "QuerySet[Site]":
        boxes: Any = Appliance.objects if self.customer_id else Appliance.across
        return super().rows().prefetch_related(Prefetch("appliances", boxes.order_by("letter")))

    def create(self, request: Request) -> Response:
        """Take a site on, with all its appliances."""
        self.demand_customer()
        return self.answer(self.made(self.body))

    def made(self, given: dict[str, Any]) -> Site:
        if self.limit is not None:
            raise KeyOfSites
        made = sites.register(**given, by=self.request.user, at=clock.now())
        return self.rows().get(pk=made.pk)

    def altered(self, row: Site, given: dict[str, Any]) -> Site:
        return sites.change(row, **given, by=self.request.user)

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Change what is given. Its shape and its appliances are not among that."""
        return self.answer(self.altered(self.row(), self.body))

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Looked after no more; its history stays."""
        return self.answer(sites.close(self.row(), by=request.user, at=clock.now()))

    @action(detail=True, methods=["get"])
    def readiness(self, request: Request, pk: str) -> Response:
        """The last answer to each question that is asked before a job."""
        checks, values = queries.newest_checks(self.row()), thresholds.current()
        for check in checks:
            check.parameters = thresholds.parameters_of(values, check.name)  # type: ignore[attr-defined]
        return self.answer({"checks": checks})

    @readiness.mapping.post
    def check(self, request: Request, pk: str) -> Response:
        """Have every appliance asked now, in the background. Read the answers a moment later."""
        site, at = self.row(), clock.now()
        enqueue(
            "upgrades.check_site", customer_id=str(site.customer_id), site_id=str(site.pk),
            by_id=str(request.user.pk),
        )  # fmt: skip
        return self.answer({"asked_at": at})


class Appliances(Narrowed, Exports, Uploads):
    """The boxes themselves, and the versions that were read off them."""

    model = Appliance
    related = ("customer", "site")
    site_path = "site_id"
    order = Keyset("name")
    needs = {
        "list": "site.view", "retrieve": "site.view", "readings": "site.view",
        "read": "site.read_versions", "evidence": "site.read_versions",
        "photograph": "site.manage",
    }  # fmt: skip
    asks = {"list": ApplianceQuery, "evidence": UploadQuery}
    takes = {"read": ReadingBody}
    gives = {
        "retrieve": ApplianceAnswer, "readings": ReadingAnswer, "read": ReadingAnswer,
        "evidence": EvidenceAnswer, "photograph": EvidenceAnswer,
    }  # fmt: skip
    pages = frozenset({"list", "readings"})
    statuses = {"read": 201, "evidence": 201, "photograph": 201}
    uploads = frozenset({"evidence", "photograph"})

    @action(detail=True, methods=["get"])
    def readings(self, request: Request, pk: str) -> Response:
        """Every version that was read, newest first."""
        found = VersionReading.objects.filter(appliance=self.row())
        return self.page(found.select_related("appliance", "read_by"), Keyset("-read_at"))

    @readings.mapping.post
    def read(self, request: Request, pk: str) -> Response:
        """Type in a version as Status > Basics shows it."""
        box, given = self.row(), self.body
        reading = versions.type_in(
            box, given["kind"], given["version"], by=request.user, at=clock.now(),
            picture_id=self._picture(box), read_at=given.get("read_at"),
        )  # fmt: skip
        return self.answer(reading)

    @action(detail=True, methods=["post"])
    def evidence(self, request: Request, pk: str) -> Response:
        """Upload a picture of its pages; its id is then the `picture` of a reading."""
        box = self.row()
        return self.keep(box, site_id=box.site_id)

    @action(detail=True, methods=["post"])
    def photograph(self, request: Request, pk: str) -> Response:
        """Upload what it looks like where it stands: the file itself, or a form with one part named
        `file`. It is read as a picture and written anew."""
        box, (_name, _kind, chunks) = self.row(), self.sent()
        with of_the_file():
            kept = appearance.photograph(box, chunks, by=request.user, at=clock.now())
        return self.answer(kept)

    def _picture(self, box: Appliance) -> Any:
        if "picture" not in self.body:
            return None
        mine = Q(subject_type="portal.customer", added_by=self.request.user)
        found = EvidenceFile.objects.filter(Q(subject_id=box.pk) | mine)
        return self.named(found, "picture").pk
