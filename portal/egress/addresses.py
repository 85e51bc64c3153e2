"""Which IP addresses the portal may call: an own table, since Python's flags miss several forms.

`ipaddress.is_global` holds 64:ff9b::a9fe:a9fe (the cloud metadata service behind NAT64), 6to4
and IPv4-compatible forms, multicast and 168.63.129.16 for global (seen with 3.11.7).
"""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("169.254.169.254/32", "metadata"),
        ("169.254.169.253/32", "metadata"),
        ("169.254.170.0/24", "metadata"),
        ("168.63.129.16/32", "metadata"),
        ("100.100.100.200/32", "metadata"),
        ("192.0.0.192/32", "metadata"),
        ("0.0.0.0/8", "unspecified"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("10.0.0.0/8", "private"),
        ("172.16.0.0/12", "private"),
        ("192.168.0.0/16", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "reserved"),
        ("192.52.193.0/24", "reserved"),
        ("192.88.99.0/24", "reserved"),
        ("192.175.48.0/24", "reserved"),
        ("198.18.0.0/15", "reserved"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
# Judged before anything that is wrapped: :: and ::1 also look like IPv4-compatible addresses.
_V6_FIRST: tuple[tuple[IPv6Network, str], ...] = (
    (IPv6Network("fd00:ec2::/32"), "metadata"),
    (IPv6Network("fd20:ce::254/128"), "metadata"),
    (IPv6Network("::/128"), "unspecified"),
    (IPv6Network("::1/128"), "loopback"),
)
_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("fe80::/10", "link-local"),
        ("fec0::/10", "reserved"),
        ("ff00::/8", "multicast"),
        ("fc00::/7", "private"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("2620:4f:8000::/48", "reserved"),
        ("3ffe::/16", "reserved"),
        ("3fff::/20", "documentation"),
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def _last(address: IPv6Address) -> Iterable[IPv4Address]:
    return (IPv4Address(int(address) & 0xFFFF_FFFF),)


def _after_prefix(address: IPv6Address) -> Iterable[IPv4Address]:
    return (IPv4Address(int(address) >> 80 & 0xFFFF_FFFF),)


def _teredo(address: IPv6Address) -> Iterable[IPv4Address]:
    server = IPv4Address(int(address) >> 64 & 0xFFFF_FFFF)
    return server, IPv4Address(~int(address) & 0xFFFF_FFFF)


# Where IPv4 addresses hide inside IPv6. Forms marked False are obsolete or of local meaning only
# (RFC 4291 2.5.5.1, RFC 7526, RFC 8215): they are refused whatever they carry.
_WRAPPINGS: tuple[
    tuple[IPv6Network, Callable[[IPv6Address], Iterable[IPv4Address]], bool, str], ...
] = (
    (IPv6Network("::ffff:0:0/96"), _last, True, "IPv4-mapped"),
    (IPv6Network("64:ff9b::/96"), _last, True, "NAT64"),
    (IPv6Network("64:ff9b:1::/48"), _last, False, "local NAT64"),
    (IPv6Network("::ffff:0:0:0/96"), _last, False, "IPv4-translated"),
    (IPv6Network("2001::/32"), _teredo, False, "Teredo"),
    (IPv6Network("2002::/16"), _after_prefix, False, "6to4"),
    (IPv6Network("::/96"), _last, False, "IPv4-compatible"),
)


def judge(address: str, *, private_allowed: bool = False) -> str | None:
    """Why this address may not be called, or None if it may.

    Only the plain spelling of RFC 4291 or a dotted quad counts as an address; everything else
    (octal, hexadecimal, one number, a zone) is "not an address". Private ranges are those of
    RFC 1918 and RFC 4193; nothing makes loopback, link-local or metadata addresses callable.
    """
    try:
        parsed = ip_address(address) if isinstance(address, str) else None
    except ValueError:
        parsed = None
    if parsed is None or "%" in address:
        return "not an address"
    if isinstance(parsed, IPv4Address):
        return _judge_v4(parsed, private_allowed)
    return _judge_v6(parsed, private_allowed)


def _judge_v4(address: IPv4Address, private_allowed: bool) -> str | None:
    reason = next((reason for network, reason in _V4 if address in network), None)
    return None if reason == "private" and private_allowed else reason


def _judge_v6(address: IPv6Address, private_allowed: bool) -> str | None:
    reason = next((reason for network, reason in _V6_FIRST if address in network), None)
    if reason:
        return reason
    for network, unwrap, usable, form in _WRAPPINGS:
        if address in network:
            return _judge_wrapped(unwrap(address), usable, form)
    reason = next((reason for network, reason in _V6 if address in network), None)
    if reason is None and address not in _GLOBAL_UNICAST:
        reason = "reserved"
    if reason is None and _is_isatap(address):
        return _judge_wrapped(_last(address), True, "ISATAP")
    return None if reason == "private" and private_allowed else reason


def _judge_wrapped(inner: Iterable[IPv4Address], usable: bool, form: str) -> str | None:
    """RFC 6052 3.1 allows no private address inside, so the permission for them ends here."""
    reason = next(filter(None, (_judge_v4(address, False) for address in inner)), None)
    if reason:
        return f"{reason} ({form})"
    return None if usable else f"tunnel ({form})"


def _is_isatap(address: IPv6Address) -> bool:
    return int(address) >> 32 & 0xFCFF_FFFF == 0x0000_5EFE
