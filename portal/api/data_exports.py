"""Everything of a customer as a file: asked for, followed, fetched."""

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api.bases import Answer, PersonName
from portal.api.fields import Instant
from portal.api.pages import Keyset
from portal.api.resource import Collection
from portal.models import DataExport
from portal.services import customers
from portal.services.exporting import asking


class DataExportAnswer(Answer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(DataExport.State.choices)
    by = PersonName()
    at = Instant()
    made_at = Instant(allow_null=True)
    expires_at = Instant(allow_null=True, help_text="The file is deleted then.")
    size = serializers.IntegerField(help_text="Bytes; 0 until it is made.")
    sha256 = serializers.CharField(help_text="Of the file; empty until it is made.")


class DataExports(Collection):
    """Exports of everything of the customer. One is made at a time, few in a day, and each is kept
    for some days: how many says the installation. Only a key that may administer asks for one;
    those of administrators who see every site follow and fetch it."""

    model = DataExport
    related = ("by",)
    order = Keyset("-at")
    needs = {
        "list": "customer.export", "retrieve": "customer.export", "create": "export.ask",
        "content": "customer.export",
    }  # fmt: skip
    gives = {"retrieve": DataExportAnswer}
    downloads, file_types = frozenset({"content"}), ("application/zip",)
    at_customer = frozenset({"create"})
    unversioned = frozenset({"lease_until", "tries", "stored_as", "key_id"})

    def create(self, request: Request) -> Response:
        """Ask for one; look at it until its state is `MADE`, then fetch its content."""
        self.demand_customer("POST /api/v1/data-exports?customer={id}")
        return self.answer(asking.ask(by=request.auth, at=clock.now()))

    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> StreamingHttpResponse:
        """The ZIP itself: each table as JSON lines, each file, and a manifest with checksums. No
        secret is in it."""
        row = self.row()
        pieces = asking.fetch(row, by=request.auth, at=clock.now())
        name = asking.file_name(row, customers.current().slug)
        headers = {
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Content-Length": str(row.size),
        }
        return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
