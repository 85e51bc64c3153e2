"""That it is still the person who signed in: asked again before a passkey comes or goes, an app is
set up, recovery codes are renewed, and a customer's erasure is asked for.

By the password; by a passkey of theirs; or, for whoever came with a company's account, by signing
in there anew. A code of an app would prove nothing: whoever holds a session can set up an app. What
was shown elsewhere than on the page itself counts for one act of one purpose, in this session, for
five minutes of real time.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import hashers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal.errors import Refused
from portal.models import ShownProof
from portal.services import network, passkeys, second_step, sessions, signin

NOTED = "proved_until"
LASTS = timedelta(minutes=15)
SHOWN_LASTS = timedelta(minutes=5)
PASSKEYS, SECOND_STEP = "passkeys", "second-step"
PURPOSES = re.compile(rf"{PASSKEYS}|{SECOND_STEP}|erasure-(?P<customer>[-\w]{{1,90}})")


class NotProven(Refused):
    """It was not shown that it is still the person."""


class WrongPassword(NotProven):
    code = "wrong-password"


class SignInAnew(NotProven):
    """The session is older than the second step, which it has not shown."""

    code = "sign-in-anew"


class NothingShown(NotProven):
    """Nothing was shown for this purpose in this session, or it was used, or its time is over."""

    code = "proof-not-shown"


@dataclass(frozen=True)
class Ways:
    """How the person of a session may show that it is them, for one purpose. `until`: they have
    shown it already, and it counts once until then. `code`: the session must show a second step
    first."""

    purpose: str
    until: datetime | None
    password: bool
    passkey: bool
    company: bool
    code: bool

    @property
    def asks_password(self) -> bool:
        """Whether the page of the act itself asks for the password."""
        return self.password and not self.until and not self.code

    @property
    def is_ready(self) -> bool:
        return bool(self.until) or self.asks_password

    @property
    def elsewhere(self) -> bool:
        return self.passkey or self.company or self.code


def of_erasure(customer: Any) -> str:
    """The purpose of everything about the erasure of this customer."""
    return f"erasure-{customer.slug}"


def ways(request: Any, purpose: str) -> Ways:
    user = request.user
    code = second_step.is_on(user) and not sessions.has_second_step(request)
    shown = None if code else _living(request, purpose).first()
    return Ways(
        purpose, shown.expires_at if shown else None, user.has_usable_password(),
        passkeys.can_be_used_by(user), sessions.tie_of(request) is not None, code,
    )  # fmt: skip


@sensitive_variables("password")
def check(request: Any, password: str) -> None:
    """Raises SignInAnew, WrongPassword, TooManyTries."""
    user = request.user
    demand_second_step(request)
    tries = signin.demand_few_tries("proof", user.email, network.address_of(request))
    if not hashers.check_password(password, user.password):
        raise WrongPassword(_("The password is not right."))
    tries.clear()


@sensitive_variables("password")
def ask(request: Any, purpose: str, password: str) -> bool:
    """Whether the act rests on what was shown elsewhere, which it then takes (`taken`); else the
    password was right. Raises SignInAnew, NothingShown, WrongPassword, TooManyTries."""
    demand_second_step(request)
    if _living(request, purpose).exists():
        return True
    if not (password and request.user.has_usable_password()):
        raise _nothing()
    check(request, password)
    return False


@contextmanager
@sensitive_variables("password")
def proven(request: Any, purpose: str, password: str) -> Iterator[None]:
    """Around the act that needs it. Raises as `ask` does."""
    if not ask(request, purpose, password):
        yield
        return
    with taken(request, purpose):
        yield


@contextmanager
def taken(request: Any, purpose: str) -> Iterator[None]:
    """What was shown elsewhere is taken by this act, and given back if the act is refused. Of two
    acts at once, one takes it. Raises NothingShown."""
    shown = _living(request, purpose).first()
    if shown is None or not ShownProof.objects.filter(pk=shown.pk).delete()[0]:
        raise _nothing()
    try:
        yield
    except Refused:
        ShownProof.objects.bulk_create([shown], ignore_conflicts=True)
        raise


def show(request: Any, purpose: str, *, second_step: bool) -> None:
    """They have shown it, elsewhere than by their password; with `second_step` that too."""
    if second_step:
        sessions.note_second_step(request)
    whose = {
        "person_id": request.user.pk, "purpose": purpose,
        "session": sessions.handle_of_request(request),
    }  # fmt: skip
    ShownProof.objects.filter(**whose).delete()
    row = ShownProof(**whose, expires_at=datetime.now(UTC) + SHOWN_LASTS)
    ShownProof.objects.bulk_create([row], ignore_conflicts=True)


def demand_second_step(request: Any) -> None:
    """Raises SignInAnew."""
    if second_step.is_on(request.user) and not sessions.has_second_step(request):
        raise SignInAnew(
            _("This browser has shown no second step."), remedy=_("Sign out, then sign in again.")
        )


def note(request: Any) -> None:
    """Remember for a while, in this session, that the person has shown it."""
    request.session[NOTED] = (datetime.now(UTC) + LASTS).isoformat()


def is_noted(request: Any) -> bool:
    until = request.session.get(NOTED)
    return bool(until) and datetime.now(UTC) < datetime.fromisoformat(until)


def forget_old() -> int:
    """Remove what was shown and not used. Returns how many."""
    return ShownProof.objects.filter(expires_at__lte=datetime.now(UTC)).delete()[0]


def _living(request: Any, purpose: str) -> Any:
    return ShownProof.objects.filter(
        person_id=request.user.pk, session=sessions.handle_of_request(request), purpose=purpose,
        expires_at__gt=datetime.now(UTC),
    )  # fmt: skip


def _nothing() -> NothingShown:
    return NothingShown(
        _("You have not shown that it is you, or it was used already."),
        remedy=_("Show it anew, then do this within five minutes."),
    )
