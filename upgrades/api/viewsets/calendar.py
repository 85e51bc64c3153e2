import base64
import binascii
import json
import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import Site
from portal.api.pages import following
from portal.api.resource import Resource
from upgrades.api.serializers.calendar import CalendarAnswer, CalendarQuery
from upgrades.models import Booking
from upgrades.queries import Whose
from upgrades.services.agenda import listing
from upgrades.services.agenda.entries import STANDING, Scope
from upgrades.services.agenda.listing import BOOKING, FREEZE, WINDOW, Key


class Calendar(Resource):
    """What lies between two instants: bookings, freezes and times of maintenance windows."""

    model = Booking
    site_path = "site_id"
    needs = {"list": "job.view"}
    asks = {"list": CalendarQuery}
    gives = {"list": CalendarAnswer}

    def list(self, request: Request) -> Response:
        """In order of time. Bookings and freezes, unless `kind` asks otherwise; windows are worked
        out for one customer, or one `site`."""
        asked = self.query
        kinds = asked.get("kind") or [BOOKING, FREEZE]
        if WINDOW in kinds and not (self.customer_id or asked.get("site")):
            raise ValidationError({"site": [_("Name a site: windows of all customers are many.")]})
        items, further = listing.page(
            self._scope(), asked["start"], asked["end"], kinds=dict.fromkeys(kinds),
            after=_read(asked.get("cursor", "")), limit=asked["limit"],
        )  # fmt: skip
        given = self._given(items, many=True).data
        return Response({"results": given, "next": following(request, _write(further))})

    def _scope(self) -> Scope:
        whose = Whose(self.customer_id is None, self.limit)
        states = tuple(self.query.get("state") or STANDING)
        site = self.query.get("site")
        if site is None and not (whose.across and whose.sites is not None):
            return Scope(whose, states=states)
        sites = whose.rows(Site, "pk")
        return Scope(whose, (sites.filter(pk=site) if site else sites).values("pk"), states)


def _write(key: Key | None) -> str:
    if key is None:
        return ""
    values = [key.at.isoformat(), key.kind, str(key.id)]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read(cursor: str) -> Key | None:
    """Raises ValidationError for what is none of ours."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, kind, row = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        key = Key(_aware(at), listing.KINDS[listing.KINDS.index(kind)], uuid.UUID(row))
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error) as wrong:
        raise ValidationError(
            {"cursor": [_("This cursor is none of ours: take it from `next`.")]}
        ) from wrong
    return key


def _aware(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
