"""How long a session lives: a limit for sitting idle, and one for all. Real time, both."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import login, logout

from portal.models import User

STAFF_IDLE, STAFF_WHOLE = timedelta(minutes=30), timedelta(hours=8)
IDLE, WHOLE = timedelta(hours=3), timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)


def begin(request: Any, user: User) -> None:
    """Sign a person in under a new session key; nothing of an earlier session stays."""
    request.session.flush()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    now = _now().isoformat()
    request.session["began_at"] = request.session["seen_at"] = now


def end(request: Any) -> None:
    """Sign out: the session is gone from the database."""
    logout(request)


def keep(request: Any) -> bool:
    """Whether the signed-in person's session may go on; notes that they are there.

    A page that refreshes parts of itself is no sign of a person: such requests are let through
    while the session lives, and do not lengthen it.
    """
    now = _now()
    session, staff = request.session, request.user.is_staff
    began = _moment(session.get("began_at"), now)
    seen = _moment(session.get("seen_at"), now)
    whole, idle = (STAFF_WHOLE, STAFF_IDLE) if staff else (WHOLE, IDLE)
    if now - began >= whole or now - seen >= idle:
        return False
    if "began_at" not in session:
        session["began_at"] = session["seen_at"] = now.isoformat()
    elif _by_a_person(request) and now - seen >= NOTED_EVERY:
        session["seen_at"] = now.isoformat()
    return True


def _by_a_person(request: Any) -> bool:
    htmx = getattr(request, "htmx", None)
    return request.method != "GET" or not htmx or bool(htmx.boosted)


def _moment(kept: str | None, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(kept) if kept else otherwise


def _now() -> datetime:
    return datetime.now(UTC)
