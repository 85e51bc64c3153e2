"""Calendars that are due, fetched anew: by any worker, outside any transaction, pauses growing.

A refresh is claimed by moving its due time; a worker that dies with it leaves it due again soon.
Whatever goes wrong is kept as a sentence, told once, and the freezes stay as they were.
"""

import hashlib
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop as _

from portal import audit, doors, egress, rehearsing, tenancy
from portal.background import enqueue
from portal.permissions import ADMINISTRATOR
from portal.services import customers, messages
from upgrades.models import FreezeCalendar
from upgrades.planning import feeds, stored
from upgrades.planning.vocabulary import Sentence
from upgrades.services import calendars

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)
PAUSE = timedelta(minutes=30)  # after the first failure; doubled with each
MOST_PAUSE = timedelta(days=2)
LONG = timedelta(days=7)  # without a good answer: it is lost, and the trail says so
OK, NOT_MODIFIED = 200, 304
REDIRECTS = range(300, 400)


@dataclass(frozen=True)
class Claimed:
    customer_id: uuid.UUID
    calendar_id: uuid.UUID
    address: str
    etag: str


@dataclass(frozen=True)
class Fetched:
    """`content` None: it has not changed."""

    content: bytes | None
    etag: str = ""


class Failed(Exception):
    def __init__(self, message: str, **values: str | int) -> None:
        super().__init__(message)
        self.sentence = Sentence(message, values)


def due(at: datetime) -> list[uuid.UUID]:
    """The customers with a calendar to refresh. A rehearsal refreshes none."""
    if rehearsing.twin():
        return []
    with doors.told() as cursor:
        cursor.execute("SELECT door_customers_with_due_calendars(%s)", [at])
        return [row[0] for row in cursor.fetchall()]


def refresh_due(at: datetime, *, guard: Any = None, most: int = 20) -> int:
    """Refresh some that are due; how many were. Safe to repeat, doubled or late."""
    done = 0
    for customer_id in due(at):
        for claimed in _claim(customer_id, at)[: max(0, most - done)]:
            try:
                refresh(claimed, at, guard=guard)
            except Exception:  # one calendar must not keep the others from being read
                log.exception("a calendar failed", extra={"calendar": str(claimed.calendar_id)})
            done += 1
    return done


def ask(calendar: FreezeCalendar, *, at: datetime) -> None:
    """A person wants it refreshed now."""
    calendar.next_at = at
    calendar.save()
    enqueue("upgrades.refresh_calendars")


def refresh(claimed: Claimed, at: datetime, *, guard: Any = None) -> None:
    """Fetch one and keep what came of it. No transaction is open while it is fetched."""
    problem, fetched = None, Fetched(None)
    if claimed.address:
        try:
            fetched = fetch(claimed.address, claimed.etag, guard=guard)
        except Failed as failed:
            problem = failed.sentence
    with tenancy.transaction(claimed.customer_id):
        calendar = FreezeCalendar.objects.select_for_update().filter(pk=claimed.calendar_id).first()
        if calendar is None:  # removed meanwhile
            return
        if problem is None:
            problem = _kept(calendar, fetched, at)
        if problem is not None:
            _failed(calendar, problem, at)


def fetch(address: str, etag: str, *, guard: Any = None) -> Fetched:
    """One call through the guard: https, no redirect, 1 MB, 30 s. Raises Failed."""
    headers = {"Accept": "text/calendar"} | ({"If-None-Match": etag} if etag else {})
    try:
        answer = (guard or egress.guard()).request("GET", address, headers=headers)
    except egress.OutgoingError as refusal:
        raise Failed(_english(refusal.sentence)) from refusal
    if answer.status == NOT_MODIFIED and etag:
        return Fetched(None, etag)
    if answer.status in REDIRECTS:
        raise Failed(_("The address leads to another one. Give the one that it leads to."))
    if answer.status != OK:
        raise Failed(_("The address answers with an error (%(status)s)."), status=answer.status)
    new = answer.headers.get("etag", "")
    return Fetched(answer.body, new if new.isprintable() and len(new) <= 200 else "")


def _kept(calendar: FreezeCalendar, fetched: Fetched, at: datetime) -> Sentence | None:
    """The sentence of what went wrong; None: it counts, or waits."""
    was = calendar.content
    if fetched.content is not None:
        calendar.content = calendars.as_text(fetched.content)
        calendar.etag = fetched.etag
        calendar.digest = hashlib.sha256(fetched.content).hexdigest()
    if not calendar.content and not calendar.country:
        return Sentence(_("This is not a calendar."))
    try:
        found = calendars.expand(calendar, at)
    except feeds.BadFeed as refusal:
        calendar.content, calendar.etag = was, ""
        return Sentence(refusal.message, refusal.values)
    calendar.problem, calendar.failures = None, 0
    if calendar.lost_at is not None:
        calendar.lost_at = None
        audit.record("calendar.found", calendar, at=at, data=calendars.facts(calendar))
    calendar.refreshed_at, calendar.next_at = at, at + calendars.EVERY
    if not calendars.take(calendar, found, at=at):
        waits = _("Some of its events would displace upgrades: they count once you accept them.")
        _tell(calendar, Sentence(waits), key=f"waits:{_of(calendar.pending)}", at=at)
    return None


def _failed(calendar: FreezeCalendar, problem: Sentence, at: datetime) -> None:
    calendar.failures = min(calendar.failures + 1, 1000)
    calendar.problem = stored.dump(problem)
    calendar.next_at = at + min(MOST_PAUSE, PAUSE * 2 ** min(calendar.failures - 1, 10))
    since = calendar.refreshed_at or calendar.made_at
    if calendar.lost_at is None and at - since >= LONG:
        calendar.lost_at = at
        data = {**calendars.facts(calendar), "since": since, "said": problem.told()}
        audit.record("calendar.lost", calendar, at=at, data=data)
    calendar.save()
    _tell(calendar, problem, key=f"failed:{since.isoformat()}", at=at)


def _tell(calendar: FreezeCalendar, said: Sentence, *, key: str, at: datetime) -> None:
    """The customer's administrators, once a fact; where there is none, the account manager."""
    customer = customers.current()
    people = messages.people_of(calendar.site, roles=[ADMINISTRATOR])
    people = people or ([customer.account_manager] if customer.account_manager else [])
    for person in people:
        with translation.override(person.language):
            told = said.told(gettext)
        messages.write("freeze_calendar", to=person, about=calendar, at=at,
            key=f"{calendar.pk}:{key}", context={
                "calendar": calendar.name, "said": told,
                "link": f"{settings.PUBLIC_URL}/c/{customer.slug}/freezes/",
            },
        )  # fmt: skip


def _claim(customer_id: uuid.UUID, at: datetime) -> list[Claimed]:
    with tenancy.transaction(customer_id):
        rows = FreezeCalendar.objects.filter(next_at__lte=at).select_for_update(skip_locked=True)
        found = list(rows.order_by("next_at"))
        for row in found:
            row.next_at = at + LEASE
            row.save(update_fields=["next_at"])
        return [Claimed(customer_id, row.pk, row.address, row.etag) for row in found]


def _english(sentence: object) -> str:
    """The msgid of a lazy text, to be told later in any language."""
    with translation.override("en"):
        return str(sentence)


def _of(pending: Any) -> str:
    return hashlib.sha256(str(pending).encode()).hexdigest()[:16]
