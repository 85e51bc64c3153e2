from typing import Any

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.api.narrowed import Narrowed
from appliances.models import Package
from portal import clock
from portal.api.bases import Reason
from portal.api.exports import Exports
from portal.api.pages import Keyset
from portal.api.resource import Collection
from upgrades.api.serializers.rollouts import (
    EnrolmentAnswer,
    EnrolmentQuery,
    RolloutAnswer,
    RolloutBody,
    RolloutPreview,
    Slot,
    figures_told,
)
from upgrades.models import Enrolment, Rollout
from upgrades.services import enrolments
from upgrades.services.rollouts import drafts, figures, lives, stopping
from upgrades.services.rollouts.drafts import WaveWish, Wish


class Rollouts(Collection):
    """A release offered to entitled customers, wave after wave: for the vendor's staff."""

    model = Rollout
    for_all = True
    order = Keyset("-made_at")
    needs = {
        "list": "rollout.view", "retrieve": "rollout.view", "preview": "rollout.view",
        "create": "rollout.manage", "edit": "rollout.manage", "draw": "rollout.manage",
        "open": "rollout.manage", "next_wave": "rollout.manage", "pause": "rollout.manage",
        "resume": "rollout.manage", "stop": "rollout.manage", "tell": "rollout.manage",
        "lift": "rollout.manage", "close": "rollout.manage", "cancel": "rollout.manage",
    }  # fmt: skip
    takes = {"create": RolloutBody, "edit": RolloutBody, "pause": Reason, "stop": Reason}
    gives = {"retrieve": RolloutAnswer, "preview": RolloutPreview}

    def rows(self) -> "QuerySet[Rollout]":
        return Rollout.objects.select_related("release").prefetch_related("waves")

    def create(self, request: Request) -> Response:
        """Draft one. Who would be in it is worked out after the answer: see its preview."""
        made = drafts.draft(self._wish(), by=request.user, at=clock.now())
        return self.answer(self.rows().get(pk=made.pk))

    @action(detail=True, methods=["post"])
    def edit(self, request: Request, pk: str) -> Response:
        """Say it anew, whole. Sites that upgrade are never touched."""
        return self._moved(drafts.edit, wish=self._wish())

    @action(detail=True, methods=["get"])
    def preview(self, request: Request, pk: str) -> Response:
        """Who is in it, wave by wave, who is not and why."""
        row = self.row()
        told = figures.of(row, at=clock.now())
        return self.answer(figures_told(told, row.drawn_at is not None, row.of_all))

    @action(detail=True, methods=["post"])
    def draw(self, request: Request, pk: str) -> Response:
        """Work out again who is in it, as things are now."""
        return self._moved(drafts.draw_again)

    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        """Its first wave is told."""
        return self._moved(lives.open_it)

    @action(detail=True, methods=["post"], url_path="next-wave")
    def next_wave(self, request: Request, pk: str) -> Response:
        """Open the next wave before its thresholds would."""
        return self._moved(lives.open_next_wave)

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """No new alerts or bookings; jobs run on."""
        return self._moved(lives.pause, reason=self.body["reason"])

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Go on after a pause."""
        return self._moved(lives.resume)

    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Stop the line: jobs rest at their next safe point, bookings are held."""
        return self._moved(stopping.stop, reason=self.body["reason"])

    @action(detail=True, methods=["post"])
    def tell(self, request: Request, pk: str) -> Response:
        """Send the letters that the stop drafted."""
        return self._moved(stopping.tell)

    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """Go on after a stop: nights again, in the fair order; last days move by the days lost."""
        return self._moved(stopping.lift)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Nobody new. What is booked or upgrades goes on."""
        return self._moved(lives.close)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """A draft that is not wanted."""
        return self._moved(lives.cancel)

    def _moved(self, service: Any, **values: Any) -> Response:
        given = (values.pop("wish"),) if "wish" in values else ()
        service(self.row(), *given, by=self.request.user, at=clock.now(), **values)
        return self.answer(self.row())

    def _wish(self) -> Wish:
        given = dict(self.body)
        release = self.named(Package.objects.filter(kind=Package.Kind.PRODUCT), "release")
        waves = [WaveWish(**wave) for wave in given.pop("waves")]
        return Wish(**(given | {"release": release, "waves": waves}))


class Enrolments(Narrowed, Exports):
    """A site's place in a rollout. A customer sees its own, and nothing of drafts."""

    model = Enrolment
    related = ("customer", "site", "rollout__release", "rollout__made_by")
    site_path = "site_id"
    order = Keyset("-enrolled_at")
    needs = {
        "list": "enrolment.view", "retrieve": "enrolment.view", "take": "enrolment.decide",
        "decline": "enrolment.decide", "exclude": "enrolment.manage",
        "include": "enrolment.manage", "reopen": "enrolment.manage", "retry": "enrolment.manage",
    }  # fmt: skip
    asks = {"list": EnrolmentQuery}
    takes = {"take": Slot, "decline": Reason, "exclude": Reason}
    gives = {"retrieve": EnrolmentAnswer}

    def rows(self) -> "QuerySet[Enrolment]":
        found = super().rows()
        if self.request.user.is_staff:
            return found
        return found.filter(rollout__state__in=enrolments.SHOWN)

    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """Begin then: the whole path moves there. By the customer's approver it is the approval."""
        given = self.body
        return self._moved(
            enrolments.take, start=given["starts_at"], digest=given["digest"], word=given["word"]
        )

    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Not this release, or not now; the nights are given back."""
        return self._moved(enrolments.decline, reason=self.body["reason"])

    @action(detail=True, methods=["post"])
    def exclude(self, request: Request, pk: str) -> Response:
        """Leave the site out, with a reason."""
        return self._moved(enrolments.exclude, reason=self.body["reason"])

    @action(detail=True, methods=["post"])
    def include(self, request: Request, pk: str) -> Response:
        """Take it in again."""
        return self._moved(enrolments.include)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Offer nights again after a decline or a lapse."""
        return self._moved(enrolments.reopen)

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """After a failure, by a new job."""
        return self._moved(enrolments.retry)

    def _moved(self, service: Any, **values: Any) -> Response:
        service(self.row(), by=self.request.user, at=clock.now(), **values)
        return self.answer(self.row())
