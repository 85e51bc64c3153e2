"""What was told to whom, and what happened: messages and the audit trail."""

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api.bases import Answer, CustomerName, Pages
from portal.api.events import EventAnswer
from portal.api.exports import Exports
from portal.api.fields import Instant, words
from portal.api.pages import Keyset
from portal.models import AuditEvent, Delivery, Message
from portal.services import ledger


class MessageAnswer(Answer):
    """An e-mail, and whether it left."""

    id = serializers.UUIDField()
    customer = CustomerName()
    kind = serializers.CharField()
    address = serializers.EmailField()
    language = serializers.CharField()
    subject = serializers.CharField()
    about_type = serializers.CharField()
    about_id = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(Message.State.choices)
    tries = serializers.IntegerField()
    written_at = Instant()
    next_at = Instant()
    sent_at = Instant(allow_null=True)


class AttemptAnswer(Answer):
    """One attempt to send a message, whatever came of it."""

    id = serializers.UUIDField()
    at = Instant()
    good = serializers.BooleanField()
    detail = serializers.CharField(help_text="What the mail server said.")


class MessageQuery(Pages):
    lookups = {"state": "state__in", "about": "about_id", "kind": "kind"}

    state = words(Message.State.choices)
    about = serializers.UUIDField(required=False)
    kind = serializers.CharField(required=False, max_length=60)


class Messages(Exports):
    """The outbox: what was written to whom, and what became of it."""

    model = Message
    related = ("customer",)
    order = Keyset("-written_at")
    needs = dict.fromkeys(
        ("list", "retrieve", "came_back", "deliveries", "send_again"), "message.view"
    )
    asks = {"list": MessageQuery}
    gives = {"retrieve": MessageAnswer, "deliveries": AttemptAnswer}
    pages = frozenset({"list", "deliveries"})

    @action(detail=True, methods=["get"])
    def deliveries(self, request: Request, pk: str) -> Response:
        """Every attempt to send it, newest first."""
        found = Delivery.objects.filter(message_id=self.row().pk)
        return self.page(found, Keyset("-at"))

    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request: Request, pk: str) -> Response:
        """Put one that failed, or was given up, into the outbox anew."""
        return self.answer(ledger.send_again(self.row(), by=request.user, at=clock.now()))

    @action(detail=True, methods=["post"], url_path="came-back")
    def came_back(self, request: Request, pk: str) -> Response:
        """The mail was returned: for the program that reads the mailbox of returned mails."""
        row = ledger.came_back(self.row(), by=request.user, at=clock.now())
        return self.answer(row)


class AuditAnswer(EventAnswer):
    customer = CustomerName()


class AuditQuery(Pages):
    lookups = {"name": "name__startswith", "subject": "subject_id", "job": "job_id"}

    name = serializers.CharField(
        required=False, max_length=60, help_text="An event, or how it begins: job"
    )
    subject = serializers.UUIDField(required=False)
    job = serializers.UUIDField(required=False)


class Audit(Exports):
    """What happened, newest first; never changed."""

    model = AuditEvent
    related = ("customer",)
    order = Keyset("-at")
    needs = {"list": "audit.view", "retrieve": "audit.view"}
    asks = {"list": AuditQuery}
    gives = {"retrieve": AuditAnswer}
