"""Whether a password is known from breaches, asked of a range query by setting
(BREACHED_PASSWORDS_URL).

Only the first five hex digits of its SHA-1 leave the portal, and the answer is padded, so that
neither its words nor its length tell which password was meant (k-anonymity).
Never in a transaction.
"""

import hashlib
import logging

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal import egress

log = logging.getLogger(__name__)
SECONDS = 3.0
DIGITS = 5


def is_well_named() -> bool:
    """Whether the setting is empty, or written like an address that may be called."""
    try:
        if settings.BREACHED_PASSWORDS_URL:
            egress.Guard().demand(settings.BREACHED_PASSWORDS_URL)
    except egress.NotAllowed:
        return False
    return True


@sensitive_variables()
def demand_unknown(password: str, *, guard: egress.Guard | None = None) -> None:
    """Raises ValidationError for a known password. Without the setting, or without an answer, the
    list of common passwords alone decides."""
    if settings.BREACHED_PASSWORDS_URL and _is_known(password, guard or egress.guard()):
        raise ValidationError(
            _("This password is known from a breach. Take another."), code="password_breached"
        )


@sensitive_variables()
def _is_known(password: str, guard: egress.Guard) -> bool:
    # SHA-1 is what the query speaks; nothing is kept or protected by it.
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    url = settings.BREACHED_PASSWORDS_URL + digest[:DIGITS]
    try:
        answer = guard.request("GET", url, headers={"Add-Padding": "true"}, seconds=SECONDS)
    except egress.OutgoingError as error:
        log.warning("breached passwords not asked", extra={"outcome": error.code})
        return False
    if answer.status != 200:
        log.warning("breached passwords not asked", extra={"outcome": str(answer.status)})
        return False
    return _stands_in(answer.body.decode("ascii", "replace"), digest[DIGITS:])


@sensitive_variables()
def _stands_in(body: str, rest: str) -> bool:
    """A line is the other digits, a colon and how often they were seen; 0 is padding."""
    rows = (line.strip().upper().partition(":") for line in body.splitlines())
    return any(digits == rest and count.strip("0") != "" for digits, _colon, count in rows)
