"""Files kept as proof: uploaded, listed, fetched."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portal import audit, clock, permissions
from portal.api.bases import Answer, Pages, PersonName, Query
from portal.api.fields import Instant, words
from portal.api.pages import Keyset
from portal.api.resource import Collection, Resource
from portal.models import EvidenceFile
from portal.services import customers, evidence, filetypes

PIECE = 1 << 16
FORM = 1 << 16  # bytes that a form may add to its file


class EvidenceAnswer(Answer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(EvidenceFile.Kind.choices)
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    site_id = serializers.UUIDField(allow_null=True)
    added_by = PersonName(allow_null=True)
    added_at = Instant()


class UploadQuery(Query):
    kind = serializers.ChoiceField(
        [EvidenceFile.Kind.PICTURE, EvidenceFile.Kind.DOCUMENT], default=EvidenceFile.Kind.PICTURE
    )


class EvidenceQuery(Pages):
    lookups = {"subject": "subject_id", "site": "site_id", "kind": "kind__in"}

    subject = serializers.UUIDField(required=False)
    site = serializers.UUIDField(required=False)
    kind = words(EvidenceFile.Kind.choices)


OF_THE_FILE = (
    evidence.FileEmpty, evidence.FileTooLarge, filetypes.WrongKindOfFile,
    filetypes.PrivateKeyInside,
)  # fmt: skip


@contextmanager
def of_the_file() -> Iterator[None]:
    """What is refused of the file inside is said of that field."""
    try:
        yield
    except OF_THE_FILE as refusal:
        refusal.fields = refusal.fields or {"file": refusal.sentence}
        raise


class Uploads(Resource):
    """What takes a file as its body: the file itself, or a form with one part named `file`."""

    def keep(self, subject: Any, *, site_id: Any = None) -> Response:
        """Keep the body as evidence about a row, and answer with it."""
        name, content_type, chunks = self.sent()
        kind = self.query["kind"]
        with of_the_file():
            kept = evidence.keep(
                chunks, kind=kind, name=name, content_type=content_type, subject=subject,
                site_id=site_id, by=self.request.user, at=clock.now(),
            )  # fmt: skip
        return self.answer(kept)

    def sent(self, *, limit: int = 0) -> tuple[str, str, Iterable[bytes]]:
        """Name, content type and pieces of the file that came; `limit` in bytes, else that of
        evidence."""
        announced = self.request.META.get("CONTENT_LENGTH") or "0"
        if int(announced) > (limit or settings.EVIDENCE_LIMIT) + FORM:
            raise RequestDataTooBig  # before a form is written to disk
        if not self.request.content_type.startswith("multipart/"):
            stream = self.request.data or b""
            read = getattr(stream, "read", lambda _size: b"")
            return "upload", self.request.content_type, iter(lambda: read(PIECE), b"")
        upload = self.request.FILES.get("file")
        if upload is None or set(self.request.data) != {"file"}:
            raise ValidationError({"file": [_("Send one file in a part named file.")]})
        return upload.name, upload.content_type or "", upload.chunks()


class EvidenceFiles(Collection, Uploads):
    model = EvidenceFile
    related = ("added_by",)
    site_path = "site_id"
    order = Keyset("-added_at")
    needs = {
        "list": "job.view", "retrieve": "job.view", "content": "job.view", "create": "step.act",
    }  # fmt: skip
    asks = {"list": EvidenceQuery, "create": UploadQuery}
    gives = {"retrieve": EvidenceAnswer}
    uploads = frozenset({"create"})
    downloads = frozenset({"content"})

    def create(self, request: Request) -> Response:
        """Upload a picture or document, to be named in a step's evidence by its id."""
        self.demand_customer("POST /api/v1/steps/{id}/evidence")
        return self.keep(customers.current())

    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> StreamingHttpResponse:
        """The file itself, as an attachment. A backup needs the right to download backups."""
        file = self.row()
        if file.kind == EvidenceFile.Kind.BACKUP:
            permissions.demand(request.user, "backup.download", site_id=file.site_id)
            told = {"sha256": file.sha256}
            audit.record("backup.downloaded", file, by=request.auth, at=clock.now(), data=told)
        headers = {
            "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
            "Content-Length": str(file.size),
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        content = evidence.open_file(file)
        return StreamingHttpResponse(content, content_type=file.content_type, headers=headers)
