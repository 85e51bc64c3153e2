"""How long a session lives: a limit for sitting idle, and one for all. Real time, both.

Whose sessions there are, and ending them, is here too: one that is ended is gone from the
database, which every request asks.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user,
    login,
    logout,
)
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from portal import audit
from portal.models import Session, User
from portal.services import browsers, company_requirement, network

STAFF_IDLE, STAFF_WHOLE = timedelta(minutes=30), timedelta(hours=8)
IDLE, WHOLE = timedelta(hours=3), timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
SECOND_STEP = "second_step"
TIE = "tie"  # of the company's account that it was made with


@dataclass(frozen=True)
class Place:
    """A browser that the person is signed in with. `handle` names it; it opens nothing."""

    handle: str
    browser: str
    address: str
    began_at: datetime | None
    seen_at: datetime | None
    is_this: bool


def begin(
    request: Any, user: User, *, second_step: bool = False, tie: uuid.UUID | None = None
) -> None:
    """Sign a person in under a new session key; nothing of an earlier session stays.

    `second_step`: they have shown a code too. `tie`: a company's account signs them in; without,
    their own password or passkey does. Raises CompanyAccountDemanded.
    """
    if tie is None:
        company_requirement.demand_free(user)
    request.session.flush()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    _note_beginning(request, _now())
    if tie is not None:
        request.session[TIE] = str(tie)
    if second_step:
        note_second_step(request)


def note_second_step(request: Any) -> None:
    """This session's person has shown a code of their second step."""
    request.session[SECOND_STEP] = True


def has_second_step(request: Any) -> bool:
    return bool(request.session.get(SECOND_STEP))


def tie_of(request: Any) -> uuid.UUID | None:
    """The tie of the company's account that this session was made with; None: of none."""
    kept = request.session.get(TIE)
    return uuid.UUID(kept) if kept else None


def next_page(request: Any) -> str:
    """Where to go on after signing in: an address of this very host, or the start page."""
    asked: Any = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if own else settings.LOGIN_REDIRECT_URL


def person_of(request: Any) -> User | AnonymousUser:
    """Who is signed in: the person that was read with the session, if all that Django asks holds of
    them (they may sign in; the session names them, and was made under the password they have).
    Where anything of it does not, Django's own function decides, which reads the person anew."""
    session = request.session
    named, backend = session.get(SESSION_KEY), session.get(BACKEND_SESSION_KEY)
    person: User | None = session.person
    if (
        person is not None
        and person.is_active
        and named == str(person.pk)
        and backend in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    ):
        return person
    return get_user(request)


def end(request: Any) -> None:
    """Sign out: the session is gone from the database."""
    logout(request)


def of_person(request: Any) -> list[Place]:
    """Where the person who asks is signed in, this browser first, then the last seen first."""
    now, own = _now(), request.session.session_key
    places = [
        Place(handle_of(row.session_key), row.browser, row.address, row.began_at, row.seen_at,
              row.session_key == own)
        for row in _of(request.user, now).order_by("-seen_at", "-began_at")
        if _alive(row.began_at or now, row.seen_at or now, now, staff=request.user.is_staff)
    ]  # fmt: skip
    return sorted(places, key=lambda place: not place.is_this)


def end_one(request: Any, handle: str) -> bool:
    """End the session of this handle, if it is of the person who asks. Returns whether it was."""
    mine = _of(request.user, _now()).values_list("session_key", flat=True)
    keys = [key for key in mine if handle_of(key) == handle]
    return _end(request.user, keys) > 0


def end_others(request: Any) -> int:
    """End every session of the person who asks but the one that asks. Returns how many."""
    others = Session.objects.filter(user=request.user).exclude(
        session_key=request.session.session_key
    )
    return _end(request.user, list(others.values_list("session_key", flat=True)))


def end_all(user: User) -> None:
    """When a person is disabled or takes a new password. Said in the trail by whoever calls."""
    Session.objects.filter(user=user).delete()


def handle_of(key: str) -> str:
    """Names a session on a page without giving away the key that opens it."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def handle_of_request(request: Any) -> str:
    return handle_of(request.session.session_key or "")


def keep(request: Any) -> bool:
    """Whether the signed-in person's session may go on; notes that they are there.

    A page that refreshes parts of itself is no sign of a person: such requests are let through
    while the session lives, and do not lengthen it.
    """
    now = _now()
    session = request.session
    began = _moment(session.get("began_at"), now)
    seen = _moment(session.get("seen_at"), now)
    if not _alive(began, seen, now, staff=request.user.is_staff):
        return False
    if "began_at" not in session:
        _note_beginning(request, now)
    elif _by_a_person(request) and now - seen >= NOTED_EVERY:
        session["seen_at"] = now.isoformat()
    return True


def _of(user: User, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(user=user, expire_date__gt=now)


def _end(user: User, keys: list[str]) -> int:
    with transaction.atomic():
        ended, _rows = Session.objects.filter(user=user, session_key__in=keys).delete()
        if ended:
            audit.record_platform("session.ended", user, by=user, data={"sessions": ended})
    return ended


def _alive(began: datetime, seen: datetime, now: datetime, *, staff: bool) -> bool:
    whole, idle = (STAFF_WHOLE, STAFF_IDLE) if staff else (WHOLE, IDLE)
    return now - began < whole and now - seen < idle


def _note_beginning(request: Any, now: datetime) -> None:
    session = request.session
    session["began_at"] = session["seen_at"] = now.isoformat()
    session["browser"] = browsers.named(request.headers.get("User-Agent", ""))
    session["address"] = browsers.shortened(network.address_of(request))


def _by_a_person(request: Any) -> bool:
    htmx = getattr(request, "htmx", None)
    return request.method != "GET" or not htmx or bool(htmx.boosted)


def _moment(kept: str | None, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(kept) if kept else otherwise


def _now() -> datetime:
    return datetime.now(UTC)
