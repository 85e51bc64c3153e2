"""Limits of calls as answers tell them: the fields of the IETF's RateLimit draft, Retry-After."""

from typing import Any

from rest_framework.exceptions import Throttled

from portal.services import allowances
from portal.services.allowances import WINDOW, Allowance


def count(view: Any, key: Any) -> None:
    """Count this call before anything is looked up for it. Raises Throttled."""
    view.allowance = allowances.count(key.pk)
    if view.allowance is not None and view.allowance.used_up:
        raise Throttled(wait=view.allowance.seconds)


def tell(allowance: Allowance | None, response: Any) -> None:
    if allowance is None:
        return
    left, seconds = max(0, allowance.left), allowance.seconds
    response.headers["RateLimit-Policy"] = f'"key";q={allowance.most};w={WINDOW}'
    response.headers["RateLimit"] = f'"key";r={left};t={seconds}'
