"""Whence a request came, as far as that can be known."""

from typing import Any

from django.conf import settings


def address_of(request: Any) -> str:
    """The client's network address.

    X-Forwarded-For counts only as far as TRUSTED_PROXIES own proxies stand before us: each adds
    the address it saw at the end, whatever came before was written by the client.
    """
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    hops = settings.TRUSTED_PROXIES
    if hops and len(seen) >= hops and seen[-hops]:
        return seen[-hops]
    return request.META.get("REMOTE_ADDR", "")
