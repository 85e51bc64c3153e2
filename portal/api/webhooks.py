"""Where a customer's programs are told of events, and each delivery to them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api.bases import Answer, Body, CustomerName, Pages
from portal.api.fields import Instant, words
from portal.api.pages import Keyset
from portal.api.resource import Collection
from portal.models import Webhook, WebhookDelivery
from portal.publishing import EVENTS
from portal.services.webhooks import endpoints

ONCE = "Shown now and never again; null in a repeated answer."


class WebhookAnswer(Answer):
    """An endpoint. Its instants are real time."""

    id = serializers.UUIDField()
    customer = CustomerName()
    name = serializers.CharField()
    address = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField(), help_text="Empty: all.")
    site_ids = serializers.ListField(
        child=serializers.UUIDField(), allow_null=True,
        help_text="Events of these sites; null: all, and those of the whole customer.",
    )  # fmt: skip
    state = serializers.ChoiceField(Webhook.State.choices)
    old_secret_until = Instant(
        source="old_until", allow_null=True, help_text="Until then the old secret signs too."
    )
    failures = serializers.IntegerField(help_text="In a row, since something was taken.")
    last_good_at = Instant(allow_null=True)
    rests_until = Instant(allow_null=True, help_text="After a failure nothing is sent until then.")
    disabled_at = Instant(allow_null=True)
    made_at = Instant()


class WebhookWithSecret(WebhookAnswer):
    secret = serializers.CharField(allow_null=True, help_text=ONCE)


class WebhookBody(Body):
    name = serializers.CharField(max_length=80)
    address = serializers.CharField(
        max_length=500, help_text="https, a public name, port 443. Redirects are not followed."
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(EVENTS), required=False, max_length=len(EVENTS),
        help_text="Empty: all.",
    )  # fmt: skip
    site_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, min_length=1,
        max_length=1000, help_text="null: all.",
    )  # fmt: skip


class WebhookChange(WebhookBody):
    name = serializers.CharField(max_length=80, required=False)
    address = serializers.CharField(max_length=500, required=False)


class Rotation(Body):
    hours = serializers.IntegerField(
        required=False, min_value=0, max_value=endpoints.LONGEST_OVERLAP_HOURS,
        default=endpoints.OVERLAP_HOURS, help_text="For which both secrets sign.",
    )  # fmt: skip


class Webhooks(Collection):
    """Endpoints of a customer (Standard Webhooks: webhook-id, -timestamp, -signature)."""

    model = Webhook
    related = ("customer",)
    order = Keyset("made_at")
    needs = {
        "list": "webhook.view", "retrieve": "webhook.view",
        **dict.fromkeys(
            ("create", "change", "rotate", "disable", "enable", "end", "test"), "webhook.manage"
        ),
    }  # fmt: skip
    takes = {"create": WebhookBody, "change": WebhookChange, "rotate": Rotation}
    gives = {
        "retrieve": WebhookAnswer, "create": WebhookWithSecret, "rotate": WebhookWithSecret,
    }  # fmt: skip
    shown_once = frozenset({"secret"})
    at_customer = frozenset({"create"})
    statuses = {"create": 201, "test": 202}
    unversioned = frozenset({
        "secret", "secret_key_id", "old_secret", "old_secret_key_id", "failures", "last_good_at",
        "rests_until",
    })  # fmt: skip

    def rows(self) -> "QuerySet[Webhook]":
        return super().rows().exclude(state=Webhook.State.ENDED)

    def create(self, request: Request) -> Response:
        """Make an endpoint. The answer has its secret, and no other answer ever will."""
        self.demand_customer()
        hook, secret = endpoints.make(**self.body, by=request.user, at=clock.now())
        return self._with(hook, secret)

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Change what is given."""
        return self._moved(endpoints.change, **self.body)

    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        """A new secret; for some hours the old one signs too, so that nothing is refused."""
        return self._with(
            *endpoints.rotate(self.row(), **self.body, by=request.user, at=clock.now())
        )

    @action(detail=True, methods=["post"])
    def disable(self, request: Request, pk: str) -> Response:
        """Nothing is written for it from now on; what is queued waits."""
        return self._moved(endpoints.disable)

    @action(detail=True, methods=["post"])
    def enable(self, request: Request, pk: str) -> Response:
        """It is told again. What happened meanwhile is in the list of events."""
        return self._moved(endpoints.enable)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Removed for good: it is in no list any more."""
        return self._moved(endpoints.end)

    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Send it the event webhook.tested, whatever else it wants."""
        return self._moved(endpoints.test)

    def _moved(self, service: Any, **values: Any) -> Response:
        return self.answer(service(self.row(), by=self.request.user, at=clock.now(), **values))

    def _with(self, hook: Webhook, secret: str) -> Response:
        hook.secret = secret  # type: ignore[assignment]  # for this answer alone
        return self.answer(hook)


class TryAnswer(Answer):
    at = Instant()
    status = serializers.IntegerField(allow_null=True, help_text="null: there was no answer.")
    outcome = serializers.CharField(
        help_text="taken, refused, redirects, unreachable, not-allowed, too-much, fault"
    )
    milliseconds = serializers.IntegerField()


class DeliveryAnswer(Answer):
    """An event to an endpoint. Its instants are real time."""

    id = serializers.UUIDField()
    customer = CustomerName()
    webhook = serializers.UUIDField(source="webhook_id")
    event = serializers.UUIDField(source="event_id", help_text="The webhook-id of every try.")
    type = serializers.CharField(source="event.name")
    number = serializers.IntegerField(source="event.number")
    state = serializers.ChoiceField(WebhookDelivery.State.choices)
    tries = serializers.IntegerField(help_text="Since it was queued.")
    queued_at = Instant()
    next_at = Instant()
    sent_at = Instant(allow_null=True)


class DeliveryDetail(DeliveryAnswer):
    attempts = serializers.SerializerMethodField()

    @extend_schema_field(TryAnswer(many=True))
    def get_attempts(self, delivery: WebhookDelivery) -> Any:
        return TryAnswer(delivery.attempts.order_by("at"), many=True).data


class DeliveryQuery(Pages):
    lookups = {"webhook": "webhook_id", "event": "event_id", "state": "state__in"}

    webhook = serializers.UUIDField(required=False)
    event = serializers.UUIDField(required=False)
    state = words(WebhookDelivery.State.choices)


class Deliveries(Collection):
    """What was sent to endpoints, and what they answered. Kept for 90 days."""

    model = WebhookDelivery
    related = ("customer", "webhook", "event")
    order = Keyset("-queued_at")
    needs = {
        "list": "webhook.view", "retrieve": "webhook.view", "send_again": "webhook.manage",
    }  # fmt: skip
    asks = {"list": DeliveryQuery}
    statuses = {"send_again": 202}  # its tries move it by themselves
    gives = {"list": DeliveryAnswer, "retrieve": DeliveryDetail}

    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request: Request, pk: str) -> Response:
        """Queue it anew under the same webhook-id, also if it was taken."""
        return self.answer(endpoints.send_again(self.row(), by=request.user, at=clock.now()))
