"""A customer's numbered events: what webhooks carry, to be read by number."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.bases import Answer, Query
from portal.api.fields import Instant, words
from portal.api.pages import following
from portal.api.resource import Resource
from portal.audit import Actor
from portal.errors import Refused
from portal.models import PublishedEvent
from portal.publishing import EVENTS

BIGGEST = 2**63 - 1


class AnotherPast(Refused):
    """The reader has read what is not there: the portal was restored from a backup meanwhile."""

    code = "events-began-anew"


class EventData(Answer):
    customer = serializers.UUIDField(source="customer_id")
    site = serializers.UUIDField(
        source="site_id", allow_null=True, help_text="null: of the whole customer."
    )
    job = serializers.UUIDField(source="job_id", allow_null=True)
    subject_type = serializers.CharField(help_text="What kind of row it is about.")
    subject = serializers.UUIDField(source="subject_id", help_text="Its id in this API.")
    state = serializers.SerializerMethodField(help_text="Right after it; null: it has none.")
    actor = serializers.ChoiceField([each.value for each in Actor], source="actor_kind")

    def get_state(self, event: PublishedEvent) -> str | None:
        return event.state or None


class PublishedAnswer(Answer):
    """One event: in this list, and as the body of a webhook. Ids and states alone."""

    id = serializers.UUIDField(help_text="The same in webhook-id: it tells doubles.")
    number = serializers.IntegerField(help_text="Without gaps within the customer.")
    type = serializers.ChoiceField(EVENTS, source="name")
    timestamp = Instant(source="at")
    data = EventData(source="*")


class PublishedPage(Answer):
    results = PublishedAnswer(many=True)
    next = serializers.URLField(allow_null=True, help_text="null: that was all for now.")
    through = serializers.IntegerField(
        help_text="Everything up to this number was looked at: ask on with it as `after`."
    )


class EventQuery(Query):
    after = serializers.IntegerField(
        required=False, min_value=0, max_value=BIGGEST, default=0,
        help_text="The number up to which the reader has read.",
    )  # fmt: skip
    seen = serializers.UUIDField(
        required=False,
        help_text="The id of event number `after`: refused (events-began-anew) if it is another"
        " one by now, as after a restore of the portal.",
    )
    limit = serializers.IntegerField(required=False, min_value=1, max_value=100, default=50)
    type = words([(name, name) for name in EVENTS])
    site = serializers.UUIDField(required=False)


class Events(Resource):
    """What happened, by number, as the fallback of webhooks."""

    model = PublishedEvent
    site_path = "site_id"
    needs = {"list": "event.view"}
    asks = {"list": EventQuery}
    gives = {"list": PublishedPage}
    pages = frozenset()  # it answers with a page of its own kind

    def list(self, request: Request) -> Response:
        """Events in order of `number`, which is the order in which they were committed: what was
        read up to a number has no gap before it. A page that is full never changes again."""
        if self.customer_id is None:
            self.demand_customer(remedy=_("Ask with a key of that customer, or ask /api/v1/audit."))
        newest = PublishedEvent.objects.aggregate(newest=Max("number"))["newest"] or 0
        self._demand_same_past(newest)
        return self.answer(self._page(request, newest))

    def _page(self, request: Request, newest: int) -> dict[str, Any]:
        """`newest` was read before the rows: what is shown is complete up to it at least."""
        after, limit = self.query["after"], self.query["limit"]
        found = self.rows().filter(number__gt=after)
        if self.query.get("type"):
            found = found.filter(name__in=self.query["type"])
        if self.query.get("site"):
            found = found.filter(site_id=self.query["site"])
        rows = list(found.order_by("number")[: limit + 1])
        if len(rows) > limit:
            rows = rows[:limit]
            last = rows[-1]
            onward = following(request, str(last.number), "after", seen=str(last.pk))
            return {"results": rows, "next": onward, "through": last.number}
        through = max(newest, rows[-1].number if rows else 0)
        return {"results": rows, "next": None, "through": through}

    def _demand_same_past(self, newest: int) -> None:
        after, seen = self.query["after"], self.query.get("seen")
        known = after <= newest
        if known and seen is not None and after:
            known = PublishedEvent.objects.filter(number=after, pk=seen).exists()
        if not known:
            raise AnotherPast(
                _("There is no event of this number, or it is another one by now."),
                remedy=_("The portal was restored from a backup: compare, and begin again."),
            )
