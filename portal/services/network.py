"""Whence a request came, as far as that can be known."""

import ipaddress
from typing import Any

from django.conf import settings

IPV6_KEPT = 64  # bits: of one network a single machine may take any other address it likes


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


def counted_as(address: str) -> str:
    """What tries are counted by: an IPv4 address, or an IPv6 address's network of one site."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, IPV6_KEPT), strict=False))
