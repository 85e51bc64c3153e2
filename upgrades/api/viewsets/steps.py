import uuid
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from appliances import actions as do
from portal import clock
from portal.api.bases import Reason
from portal.api.evidence import EvidenceAnswer, UploadQuery, Uploads
from portal.api.exports import Exports
from portal.api.pages import Keyset
from portal.models import EvidenceFile
from upgrades.api.serializers.clients import ExportAnswer, ExportQuery, LookAnswer
from upgrades.api.serializers.steps import (
    Evidence,
    HandOver,
    Hours,
    ProgressBody,
    StepAnswer,
    StepQuery,
)
from upgrades.models import ClientExport, JobStep
from upgrades.services import handing, nudging, progressing, skipping, steps
from upgrades.services.clients import exports, uploads


class Steps(Exports, Uploads):
    """What jobs are made of. `state=ASKING` is what waits for somebody."""

    model = JobStep
    related = ("customer", "job__site", "appliance", "package", "holder", "confirmed_by")
    site_path = "job__site_id"
    order = Keyset("job_id", key="seq")
    needs = {
        "list": "job.view", "retrieve": "job.view", "take": "step.act", "give_back": "step.act",
        "confirm": "step.act", "report": "step.act", "retry": "step.act", "accept": "step.act",
        "hand_over": "step.act", "accept_handover": "step.act",
        "extend": "step.act", "progress": "step.act", "evidence": "step.act", "skip": "step.skip",
        "clients_export": "step.act", "look_again": "step.act",
    }  # fmt: skip
    asks = {"list": StepQuery, "evidence": UploadQuery, "clients_export": ExportQuery}
    takes = {
        "confirm": Evidence, "accept": Evidence, "report": Reason, "skip": Reason, "extend": Hours,
        "hand_over": HandOver, "progress": ProgressBody,
    }  # fmt: skip
    gives = {"retrieve": StepAnswer, "evidence": EvidenceAnswer, "clients_export": LookAnswer}
    uploads = frozenset({"evidence", "clients_export"})
    statuses = {"evidence": 201, "clients_export": 201}
    later = {"clients_export": ExportAnswer}
    unversioned = frozenset({  # the runner's own, at every look; a program's signs of life
        "next_at", "deadline_at", "lease_until", "lease_owner", "token", "claims", "baseline",
        "observed", "progressed", "holder_until",
    })  # fmt: skip
    under = {"confirm": "evidence", "accept": "evidence"}

    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """Say that you are at it, so that others see who: for fifteen minutes; take it again in
        time to hold it longer."""
        return self.answer(
            handing.take(self.row(), by=request.user, at=clock.now(), key=request.auth)
        )

    @action(detail=True, methods=["post"], url_path="give-back")
    def give_back(self, request: Request, pk: str) -> Response:
        """Nobody is at it any more."""
        return self.answer(handing.give_back(self.row(), by=request.user, at=clock.now()))

    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        """Offer it to a person who may act at the site. It is theirs once they accept."""
        step, given = self.row(), self.body
        return self.answer(
            handing.hand_over(
                step,
                to=given["to"],
                note=given["note"],
                by=request.user,
                at=clock.now(),
                key=request.auth,
            )
        )

    @action(detail=True, methods=["post"], url_path="accept-handover")
    def accept_handover(self, request: Request, pk: str) -> Response:
        """Take over what was offered to you, for fifteen minutes, as `take`."""
        return self.answer(
            handing.accept_handover(self.row(), by=request.user, at=clock.now(), key=request.auth)
        )

    @action(detail=True, methods=["post"])
    def progress(self, request: Request, pk: str) -> Response:
        """Say how far you are with a step that you took: it is shown on the upgrade's page, and you
        hold it for fifteen minutes more."""
        step, given = self.row(), self.body
        return self.answer(
            progressing.tell(step, **given, by=request.user, at=clock.now(), key=request.auth)
        )

    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """It is done, with what proves it. Where the appliance can tell, it is asked first."""
        step = self.row()
        values, files = self._evidence(step)
        return self.answer(
            steps.confirm(step, values=values, files=files, by=request.user, at=clock.now())
        )

    @action(detail=True, methods=["post"])
    def evidence(self, request: Request, pk: str) -> Response:
        """Upload a picture or document for this step; its id is then a value of `confirm`."""
        step = self.row()
        return self.keep(step, site_id=step.job.site_id)

    @action(detail=True, methods=["post"], url_path="clients-export")
    def clients_export(self, request: Request, pk: str) -> Response:
        """Upload the exported list of Jump Clients as CSV: all of it is taken over, or nothing, and
        the lines that cannot be read are named. A list over 1 MB is read after the answer (202):
        what became of it stands under the job's client-exports."""
        step = self.row()
        name, _content_type, chunks = self.sent(limit=exports.LIMIT)
        found = uploads.take(step, chunks, name=name, by=request.user, at=clock.now(), **self.query)
        if isinstance(found, ClientExport):
            return Response(ExportAnswer(found).data, status=202)
        return self.answer(found)

    @action(detail=True, methods=["post"])
    def report(self, request: Request, pk: str) -> Response:
        """It does not work: the step is held. A problem in a base update halts the job."""
        reason = self.body["reason"]
        return self.answer(steps.report(self.row(), by=request.user, reason=reason, at=clock.now()))

    @action(detail=True, methods=["post"], url_path="look-again")
    def look_again(self, request: Request, pk: str) -> Response:
        """Have a step that stands still looked at now. Nothing is sent a second time, and no wait
        gets shorter."""
        return self.answer(nudging.look_again(self.row(), by=request.user, at=clock.now()))

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Try a held step again. Never one that is done once or never."""
        return self.answer(steps.retry(self.row(), by=request.user, at=clock.now()))

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """A held step is done all the same, on a person's word and with evidence."""
        step = self.row()
        values, files = self._evidence(step)
        return self.answer(
            steps.accept(step, values=values, files=files, by=request.user, at=clock.now())
        )

    @action(detail=True, methods=["post"])
    def skip(self, request: Request, pk: str) -> Response:
        """Go on without it, with a reason. A guard is skipped by two people, one after another."""
        reason = self.body["reason"]
        return self.answer(
            skipping.skip(self.row(), by=request.user, reason=reason, at=clock.now())
        )

    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> Response:
        """Give the clients more time: the wait ends later."""
        hours = self.body["hours"]
        return self.answer(
            skipping.extend(self.row(), hours=hours, by=request.user, at=clock.now())
        )

    def _evidence(self, step: JobStep) -> tuple[dict[str, Any], dict[str, Any]]:
        """Typed values, and the uploads that the values of file fields name."""
        given = dict(self.body["evidence"])
        fields = do.find(step.action).evidence_fields
        named = [field.name for field in fields if field.kind == do.FieldKind.FILE]
        ids = {name: given.pop(name) for name in named if given.get(name)}
        return given, {name: self._upload(step, name, value) for name, value in ids.items()}

    def _upload(self, step: JobStep, name: str, value: Any) -> EvidenceFile:
        """A file kept for this step, or for nothing in particular by the same person."""
        found = EvidenceFile.objects.filter(
            Q(subject_id=step.pk) | Q(subject_type="portal.customer", added_by=self.request.user)
        )
        try:
            return found.get(pk=uuid.UUID(str(value)))
        except (EvidenceFile.DoesNotExist, ValueError) as wrong:
            raise ValidationError({f"evidence.{name}": [_("There is no such upload.")]}) from wrong
