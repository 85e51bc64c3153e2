"""That it is still the person who signed in: asked again before a passkey comes or goes, an app is
set up, and recovery codes are renewed.

By the password. A code of an app would prove nothing: whoever holds a session can set up an app.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import hashers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal.errors import Refused
from portal.services import network, second_step, sessions, signin

NOTED = "proved_until"
LASTS = timedelta(minutes=15)


class WrongPassword(Refused):
    code = "wrong-password"


class SignInAnew(Refused):
    """The session is older than the second step, which it has not shown."""

    code = "sign-in-anew"


@sensitive_variables("password")
def check(request: Any, password: str) -> None:
    """Raises SignInAnew, WrongPassword, TooManyTries."""
    user = request.user
    if second_step.is_on(user) and not sessions.has_second_step(request):
        raise SignInAnew(
            _("This browser has shown no second step."), remedy=_("Sign out, then sign in again.")
        )
    tries = signin.demand_few_tries("proof", user.email, network.address_of(request))
    if not hashers.check_password(password, user.password):
        raise WrongPassword(_("The password is not right."))
    tries.clear()


def note(request: Any) -> None:
    """Remember for a while, in this session, that the person has shown it."""
    request.session[NOTED] = (datetime.now(UTC) + LASTS).isoformat()


def is_noted(request: Any) -> bool:
    until = request.session.get(NOTED)
    return bool(until) and datetime.now(UTC) < datetime.fromisoformat(until)
