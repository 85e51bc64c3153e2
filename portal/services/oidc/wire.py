"""Calls to a provider: JSON alone, within seconds, small, never redirected (the guard's rules)."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import egress
from portal.errors import Refused

log = logging.getLogger(__name__)
SECONDS = 5.0
LIMIT = 300_000  # bytes; a configuration has some thousands


class ProviderSilent(Refused):
    """The provider did not answer as OpenID providers do; the sentence says how it failed."""

    code = "company-provider-silent"


def ask(
    method: str, url: str, *, guard: egress.Guard | None = None,
    headers: Mapping[str, str] | None = None, body: bytes | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The JSON object that is answered with 200. Raises ProviderSilent."""
    headers = {"Accept": "application/json", **(headers or {})}
    try:
        answer = (guard or egress.guard()).request(
            method, url, headers=headers, body=body, seconds=SECONDS, limit=LIMIT
        )
    except egress.OutgoingError as error:
        raise silent(error.code, error.sentence) from error
    if answer.status != 200:
        if 300 <= answer.status < 400:
            raise silent("redirect", _("It answered with a redirect, which is not followed."))
        words = _("It answered with the status %(status)s.") % {"status": answer.status}
        raise silent(str(answer.status), words)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise silent("not-json", _("What it answered is not JSON.")) from error
    if not isinstance(found, dict):
        raise silent("not-json", _("What it answered is not JSON."))
    return found


def silent(why: str, sentence: object) -> ProviderSilent:
    log.warning("OpenID provider not used", extra={"outcome": why})
    return ProviderSilent(
        _("Your company’s sign-in cannot be used now. %(why)s") % {"why": sentence},
        remedy=_("Try again later, or ask your administrator."),
    )
