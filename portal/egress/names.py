"""How an address given by a customer may be written. Strict: what is odd is refused."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from portal.egress.refusals import NotAllowed

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PATH = re.compile(r"/[\x21-\x22\x24-\x7e]*")


def canonical_name(host: str, *, literal_allowed: bool = False) -> str:
    """The lower-case ASCII form of a host name, or the compressed form of an allowed literal.

    Raises NotAllowed for anything else: one label, ports, user information, spaces, numbers
    posing as names, letters that IDNA 2003 and 2008 read differently.
    """
    literal = _literal(host)
    if literal is not None:
        if literal_allowed:
            return literal
        raise NotAllowed(f"{host[:260]!r} is an IP literal")
    name = _to_ascii(host)
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        raise NotAllowed(f"{host[:260]!r} is not a host name")
    # As browsers do: a name whose last label is a number is some spelling of an IPv4 address.
    if _NUMBER.fullmatch(labels[-1]):
        raise NotAllowed(f"{host[:260]!r} ends in a number")
    if labels[-1] == "localhost":
        raise NotAllowed(f"{host[:260]!r} is this machine")
    return name


def _literal(host: str) -> str | None:
    if "%" in host:
        return None
    try:
        return ip_address(host).compressed
    except ValueError:
        return None


def _to_ascii(host: str) -> str:
    lowered = host.lower()
    if lowered.isascii():
        return lowered
    try:
        ascii_form = lowered.encode("idna")
        # Full-width digits, ideographic stops and the sharp s do not survive the way back.
        same = ascii_form.decode("idna") == lowered
    except UnicodeError:
        same = False
    if not same:
        raise NotAllowed(f"{host[:260]!r} is not a plain international name")
    return ascii_form.decode("ascii")


def split_address(url: str) -> tuple[str, int, str]:
    """Host, port and path with query of an https address. Raises NotAllowed."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise NotAllowed(f"{url[:260]!r} is not an address") from None
    # urlsplit quietly drops tabs and line ends, and `hostname` drops case and user information.
    clean = url.isprintable() and " " not in url and "\\" not in url
    if parts.scheme != "https" or "@" in parts.netloc or "#" in url or not clean:
        raise NotAllowed(f"{url[:260]!r} is not a plain https address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.hostname or "", port, checked_path(path)


def checked_path(path: str) -> str:
    """The path and query as they go into the request line. Raises NotAllowed."""
    if not _PATH.fullmatch(path):
        raise NotAllowed(f"{path[:260]!r} is not a path")
    return path
