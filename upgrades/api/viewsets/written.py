"""The form of a closed site over REST: fetched, looked at, loaded through the door of the page."""

import re
import uuid
from dataclasses import fields
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api.evidence import Uploads
from portal.api.permissions import reaches
from portal.models import EvidenceFile
from portal.services.evidence import StoredFile
from upgrades.api.serializers.written import FormAnswer
from upgrades.models import UpgradeJob
from upgrades.services.written import form, found, loading, reading

ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class FormOfJob(Uploads):
    model = UpgradeJob
    related = ("site",)
    site_path = "site_id"
    needs = {"form": "job.view", "look_at_form": "step.act", "load_form": "step.act"}
    gives = {"look_at_form": FormAnswer, "load_form": FormAnswer}
    downloads = frozenset({"form"})
    uploads = frozenset({"look_at_form", "load_form"})
    previews = frozenset({"look_at_form"})

    @action(detail=True, methods=["get"])
    def form(self, request: Request, pk: str) -> HttpResponse:
        """Every step that people confirm, as CSV with a line for each thing to enter, in the
        language that is asked for; to be filled in where the portal cannot be reached."""
        job = self.row()
        answer = HttpResponse("".join(form.lines(job)), content_type="text/csv; charset=utf-8")
        name = content_disposition_header(True, f"{job.label}-form.csv")
        answer.headers["Content-Disposition"] = name or "attachment"
        return answer

    @form.mapping.post
    def load_form(self, request: Request, pk: str) -> Response:
        """Confirm what a form says that was filled in, each step with the time at which it
        happened: all of it, or nothing. A picture is named by its id: upload it with
        `POST /steps/{id}/evidence` before. A window that the portal took for missed is typed back
        by support or an administrator of the customer, with a key that may administer."""
        job, name, content = self._form_sent()
        return self.answer(
            loading.load(
                job, content, name=name, pictures=self._pictures(job, content), by=request.user,
                at=clock.now(), corrects=reaches(request, found.NEEDS),
            )
        )  # fmt: skip

    @action(detail=True, methods=["post"], url_path="form/preview", url_name="form-preview")
    def look_at_form(self, request: Request, pk: str) -> Response:
        """What loading it would do, and every line that is bad. Nothing is written."""
        job, _name, content = self._form_sent()
        return self.answer(
            loading.preview(
                job, content, pictures=self._pictures(job, content), by=request.user,
                at=clock.now(), corrects=reaches(request, found.NEEDS),
            )
        )  # fmt: skip

    def _form_sent(self) -> tuple[UpgradeJob, str, bytes]:
        job = self.row()
        name, _content_type, chunks = self.sent(limit=reading.MOST_BYTES)
        content = b""
        for chunk in chunks:
            content += chunk
            if len(content) > reading.MOST_BYTES:
                break  # refused by whoever reads it
        return job, "form.csv" if name == "upload" else name, content

    def _pictures(self, job: UpgradeJob, content: bytes) -> dict[str, StoredFile]:
        """The uploads that the form names: of this job's steps, or of nothing in particular by the
        same person."""
        named = {uuid.UUID(each.decode()) for each in ID.findall(content.replace(b"\0", b""))}
        mine = Q(subject_type="portal.customer", added_by=self.request.user)
        steps = Q(subject_id__in=job.steps.values("pk"))
        found: Any = EvidenceFile.objects.filter(mine | steps, pk__in=named)
        names = [each.name for each in fields(StoredFile)]
        return {
            str(row.pk): StoredFile(**{name: getattr(row, name) for name in names}) for row in found
        }
