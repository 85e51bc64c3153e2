"""Sign-in by e-mail and password, with a limit that holds for every process.

Tries are counted before the password is looked at, by person and by network address (IPv6: by the
site’s network), in one statement, so that tries made at once are all counted (reliability.md, 3.5).
"""

import hashlib
import secrets
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth import hashers
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal.errors import Refused
from portal.models import SignInTry, User
from portal.services import network

WINDOW_MINUTES = 15
OF_ONE_PERSON = 10
OF_ONE_ADDRESS = 60

COUNT = """
INSERT INTO portal_signintry AS t (key, failures, since) VALUES (%s, 1, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN t.since < clock_timestamp() - make_interval(mins => %s)
                    THEN 1 ELSE t.failures + 1 END,
    since = CASE WHEN t.since < clock_timestamp() - make_interval(mins => %s)
                 THEN clock_timestamp() ELSE t.since END
RETURNING failures
"""
FORGET = "DELETE FROM portal_signintry WHERE since < clock_timestamp() - make_interval(mins => %s)"


class WrongCredentials(Refused):
    code = "wrong-credentials"


class TooManyTries(Refused):
    code = "too-many-tries"


@dataclass(frozen=True)
class Counter:
    """How often one key may be counted within the window."""

    key: str
    limit: int

    def count(self) -> bool:
        """Count one more; whether it is still within the limit. Database time, committed at once
        where no transaction is open."""
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [self.key, WINDOW_MINUTES, WINDOW_MINUTES])
            return cursor.fetchone()[0] <= self.limit

    def clear(self) -> None:
        SignInTry.objects.filter(key=self.key).delete()


def _counter(kind: str, value: str, limit: int) -> Counter:
    return Counter(f"{kind}:{hashlib.sha256(value.encode()).hexdigest()}", limit)


def demand_few_tries(kind: str, email: str, address: str) -> Counter:
    """Count a try of this kind by person and by address; raises TooManyTries past a limit.

    Returns the person's counter, to clear when the try was good.
    """
    person = _counter(f"{kind}-person", email.strip().lower(), OF_ONE_PERSON)
    here = _counter(f"{kind}-address", network.counted_as(address), OF_ONE_ADDRESS)
    within = [person.count(), here.count()]
    if not all(within):
        raise TooManyTries(
            _("Too many tries. Signing in is closed for this address for a while."),
            remedy=_("Wait a quarter of an hour, then try again."),
        )
    return person


def demand_few_unknown(kind: str, address: str, *, most: int = OF_ONE_ADDRESS) -> None:
    """Count a secret that nobody has, by network address. Raises TooManyTries past a limit."""
    if not _counter(f"{kind}-unknown", network.counted_as(address), most).count():
        raise TooManyTries(
            _("Too many tries from this address."),
            remedy=_("Wait a quarter of an hour, then try again."),
        )


@sensitive_variables("password")
def authenticate(email: str, password: str, *, address: str) -> User:
    """The person with this e-mail and password.

    Unknown, disabled and password-less people cost the same time as others and get the same
    answer. Raises WrongCredentials and TooManyTries.
    """
    tries = demand_few_tries("sign-in", email, address)
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    known = user is not None and user.has_usable_password()
    right = hashers.check_password(password, user.password if known and user else _nobody())
    if user is None or not (known and right):
        raise WrongCredentials(_("The e-mail address or the password is not right."))
    tries.clear()
    return user


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash nobody has the password of: checking it takes as long as checking a real one."""
    return hashers.make_password(secrets.token_urlsafe(32))


def forget_old_tries() -> int:
    """Remove counters whose window is over. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [WINDOW_MINUTES])
        return cursor.rowcount
