"""What a person may recognise a browser by: its name and system, and a part of its address."""

import ipaddress
import re

# The first that fits: the later ones' words stand in the earlier ones' too.
BROWSERS = (
    (r"Edg(A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"(Firefox|FxiOS)/", "Firefox"),
    (r"(Chrome|Chromium|CriOS)/", "Chrome"),
    (r"Safari/", "Safari"),
    (r"curl/", "curl"),
)
SYSTEMS = (
    (r"iPhone|iPad", "iOS"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)
IPV4_KEPT, IPV6_KEPT = 24, 48  # bits: the network, not the computer


def named(user_agent: str) -> str:
    """ "Firefox, Linux"; empty for what we do not know. Never the words that were sent."""
    found = (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))
    return ", ".join(word for word in found if word)


def shortened(address: str) -> str:
    """192.0.2.17 as 192.0.2.0/24, an IPv6 address as its /48; empty for what is no address."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if known.version == 6 and known.ipv4_mapped:
        known = known.ipv4_mapped
    kept = IPV4_KEPT if known.version == 4 else IPV6_KEPT
    return str(ipaddress.ip_network((known, kept), strict=False))


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((word for pattern, word in known if re.search(pattern, user_agent)), "")
