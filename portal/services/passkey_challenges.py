"""Challenges of passkeys: made here, good for one answer within a few minutes, in one browser; and
the name under which the portal is known to authenticators. Real time."""

import secrets as randomness
import uuid
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

from portal.models import PasskeyChallenge, User

REGISTER, SIGN_IN, PROVE = "register", "sign-in", "prove "
LIVES = timedelta(minutes=5)
PLAIN_PORTS = {"https": 443, "http": 80}


def relying_party() -> str:
    """The host name that passkeys belong to for good: that of PUBLIC_URL."""
    return (urlsplit(settings.PUBLIC_URL).hostname or "").lower()


def origin() -> str:
    """How browsers spell where they are: no port where it is the scheme's own."""
    parts = urlsplit(settings.PUBLIC_URL)
    port = parts.port if parts.port != PLAIN_PORTS.get(parts.scheme) else None
    return f"{parts.scheme}://{relying_party()}" + (f":{port}" if port else "")


def are_offered() -> bool:
    """Browsers know passkeys of host names only, over TLS or on this very machine."""
    name = relying_party()
    return not _is_number(name) and (settings.PUBLIC_URL.startswith("https:") or _is_local(name))


def issue(
    purpose: str, *, user: User | None = None, handle: bytes | None = None
) -> PasskeyChallenge:
    """A new challenge; with a user, for them alone."""
    return PasskeyChallenge.objects.create(
        challenge=randomness.token_bytes(32), purpose=purpose, user=user, handle=handle,
        expires_at=datetime.now(UTC) + LIVES,
    )  # fmt: skip


def take(ticket: uuid.UUID | None, purpose: str) -> PasskeyChallenge | None:
    """The challenge, for the one who takes it first; None: taken, over, or of another purpose."""
    now = datetime.now(UTC)
    alive = PasskeyChallenge.objects.filter(pk=ticket, purpose=purpose, expires_at__gt=now)
    found = alive.select_related("user").first()
    taken, _rows = alive.delete() if found else (0, {})
    return found if taken else None


def forget_old() -> int:
    """Remove challenges that nobody answered. Returns how many."""
    return PasskeyChallenge.objects.filter(expires_at__lte=datetime.now(UTC)).delete()[0]


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_local(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")
