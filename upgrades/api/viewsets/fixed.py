"""Plans with nothing to choose but how and when: new hardware, and repairs."""

from abc import ABC, abstractmethod
from typing import Any

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import Appliance
from portal import clock
from portal.api.resource import Resource
from upgrades.api.serializers.fixed import FixedPreview, FixedWish
from upgrades.api.serializers.jobs import JobDetail
from upgrades.api.serializers.plans import PreviewAnswer
from upgrades.api.serializers.rehearsals import FixedRehearsalBody, RehearsalAnswer
from upgrades.api.viewsets.plans import told
from upgrades.models import UpgradeJob
from upgrades.services import jobs, previews, repairing, replacing
from upgrades.services.rehearsals import asking

Wish = dict[str, Any]


class Fixed(ABC, Resource):
    """Subclasses say what is wished for; nothing of it comes from the body."""

    site_path = "site_id"

    @abstractmethod
    def wish(self, row: Any) -> Wish:
        """What the row says is to be planned."""

    def drafted(self) -> Response:
        row, at = self.row(), clock.now()
        wish = self.wish(row)
        job = jobs.draft(
            row.site, wish.pop("target"), method=self.body["method"], by=self.request.user, at=at,
            **wish,
        )  # fmt: skip
        return self.answer(job)

    def previewed(self) -> Response:
        row = self.row()
        wish = self.wish(row)
        seen = previews.preview(
            row.site, wish.pop("target"), method=self.body["method"], at=clock.now(),
            earliest=self.body.get("earliest"), **wish,
        )  # fmt: skip
        return self.answer(told(seen))

    def rehearsed(self) -> Response:
        row, body = self.row(), self.body
        wish = self.wish(row)
        made = asking.ask(
            row.site, wish.pop("target"), method=body["method"], wishes=body["faults"],
            seed=body.get("seed"), earliest=body.get("earliest"), by=self.request.user,
            at=clock.now(), **wish,
        )  # fmt: skip
        return self.answer(made)


class PlansOfReplacement(Fixed):
    model = Appliance
    managers = ("known", "known_across")
    related = ("customer", "site", "replaces__site")
    needs = {"put_in_place": "job.draft", "path": "job.draft", "rehearse": "job.draft"}
    takes = {"put_in_place": FixedWish, "path": FixedPreview, "rehearse": FixedRehearsalBody}
    gives = {"put_in_place": JobDetail, "path": PreviewAnswer, "rehearse": RehearsalAnswer}
    statuses = {"put_in_place": 201, "rehearse": 201}
    previews = frozenset({"path"})

    def rows(self) -> "QuerySet[Any]":
        return super().rows().filter(replaces__isnull=False)

    def wish(self, row: Appliance) -> Wish:
        return replacing.wish(row)

    @action(detail=True, methods=["post"], url_path="jobs")
    def put_in_place(self, request: Request, pk: str) -> Response:
        """Draft the job that brings this replacement into the place of the old appliance."""
        return self.drafted()

    @action(detail=True, methods=["post"])
    def path(self, request: Request, pk: str) -> Response:
        """What that job would be; nothing is written."""
        return self.previewed()

    @action(detail=True, methods=["post"], url_path="rehearsals")
    def rehearse(self, request: Request, pk: str) -> Response:
        """Play that plan on a twin. Ask for it again to see how far it is."""
        return self.rehearsed()


class RepairsOfJob(Fixed):
    model = UpgradeJob
    related = ("customer", "site", "target")
    needs = {"repair": "job.draft", "repair_path": "job.draft", "rehearse": "job.draft"}
    takes = {"repair": FixedWish, "repair_path": FixedPreview, "rehearse": FixedRehearsalBody}
    gives = {"repair": JobDetail, "repair_path": PreviewAnswer, "rehearse": RehearsalAnswer}
    statuses = {"repair": 201, "rehearse": 201}
    previews = frozenset({"repair_path"})

    def wish(self, row: UpgradeJob) -> Wish:
        return repairing.wish(row)

    @action(detail=True, methods=["post"])
    def repair(self, request: Request, pk: str) -> Response:
        """Draft the job that puts right what this abandoned one left."""
        return self.drafted()

    @action(detail=True, methods=["post"], url_path="repair/path")
    def repair_path(self, request: Request, pk: str) -> Response:
        """What that repair would be; nothing is written."""
        return self.previewed()

    @action(detail=True, methods=["post"], url_path="repair/rehearsals")
    def rehearse(self, request: Request, pk: str) -> Response:
        """Play that repair on a twin. Ask for it again to see how far it is."""
        return self.rehearsed()
