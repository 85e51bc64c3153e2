"""Secret addresses of calendars: made, found by their token, and ended. What they show is asked of
the person's rights each time; nothing of a membership outlives it."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, permissions, tenancy
from portal.errors import Refused
from portal.models import CalendarFeed, Customer, User
from portal.services import signin

MOST = 10  # living ones a person


class TooMany(Refused):
    code = "too-many-feeds"


class NoFeed(Refused):
    """Unknown, ended, or its person may not see this any more: all answered alike."""

    code = "no-feed"


def make(
    user: User, *, name: str, customer: Customer | None = None, sentence: str = "", at: datetime
) -> str:  # fmt: skip
    """A new feed; returns its token, which is shown once. `customer` None is for staff alone.

    Raises TooMany; Http404 for a customer that the person does not belong to.
    """
    if customer is None and not user.is_staff:
        raise NoFeed(_("Choose whose calendar it shall be."))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if of_person(user).count() >= MOST:
            raise TooMany(
                _("You have ten calendar addresses, which is the most."),
                remedy=_("End one that you do not need any more."),
            )
        token = secrets.token_urlsafe(32)
        named = "".join(sign for sign in name if sign.isprintable()).strip()[:80]
        feed = CalendarFeed(
            digest=_digest(token), name=named or str(customer or "Changeover"), user=user,
            customer=customer, sentence=sentence, made_at=at,
        )  # fmt: skip
        if customer is None:
            feed.save(force_insert=True)
            audit.record_platform("feed.made", feed, by=user, at=at, data={"name": feed.name})
            return token
        with tenancy.transaction(customer):
            permissions.demand(user, "job.view")
            feed.save(force_insert=True)
            audit.record("feed.made", feed, by=user, at=at, data={"name": feed.name})
    return token


def end(feed: CalendarFeed, *, by: User, at: datetime) -> None:
    """Its address answers nobody any more, from now on. Of staff's own: outside any transaction."""
    data = {"name": feed.name, "why": "ended"}
    if feed.customer_id is None:
        with transaction.atomic():
            _over(feed, at)
            audit.record_platform("feed.ended", feed, by=by, at=at, data=data)
        return
    with tenancy.transaction(feed.customer_id):
        _over(feed, at)
        audit.record("feed.ended", feed, by=by, at=at, data=data)


def of_person(user: User) -> Any:
    """The living ones, newest first."""
    return CalendarFeed.objects.filter(user=user, ended_at=None).order_by("-made_at")


def find(token: str, *, address: str) -> CalendarFeed:
    """The living feed of a token. Unknown tokens are counted by network `address`.

    Outside any transaction. Raises NoFeed, signin.TooManyTries.
    """
    feed = CalendarFeed.objects.select_related("user").filter(digest=_digest(token)).first()
    if feed is None:
        signin.demand_few_unknown("feed", address)
    if feed is None or feed.ended_at is not None or not feed.user.is_active:
        raise NoFeed(_("There is no calendar at this address."))
    if feed.customer_id is None and not feed.user.is_staff:
        raise NoFeed(_("There is no calendar at this address."))
    return feed


def end_all(user_id: Any, customer_id: Any, *, by: Any, at: datetime) -> None:
    """With a membership, its feeds. In the customer's transaction."""
    for feed in CalendarFeed.objects.filter(
        user_id=user_id, customer_id=customer_id, ended_at=None
    ):
        _over(feed, at)
        data = {"name": feed.name, "why": "membership ended"}
        audit.record("feed.ended", feed, by=by, at=at, data=data)


def _over(feed: CalendarFeed, at: datetime) -> None:
    feed.ended_at = at
    feed.save(update_fields=["ended_at"])


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
