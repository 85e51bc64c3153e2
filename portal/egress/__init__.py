"""The only way out of the portal: every outgoing HTTP call passes here (SSRF guard).

    door = guard().door(Target("support.example.com"))
    response = door.request("GET", "/check_health")

One resolution, every record judged, the checked
address connected, the peer compared, TLS verified, no redirect, proxy or cookie, and limits of
10 s to connect, 30 s in all and 1 MB. A custom NAT64 prefix of the local network cannot be known
here; a firewall below that refuses by default remains the second wall.
"""

from portal.egress.addresses import judge
from portal.egress.configuration import check_configuration, guard
from portal.egress.guard import BODY_LIMIT, TOTAL_SECONDS, Door, Guard, Target
from portal.egress.names import canonical_name
from portal.egress.refusals import NotAllowed, OutgoingError, TooMuch, Unreachable
from portal.egress.wire import Answer, Response

__all__ = [
    "BODY_LIMIT",
    "TOTAL_SECONDS",
    "Answer",
    "Door",
    "Guard",
    "NotAllowed",
    "OutgoingError",
    "Response",
    "Target",
    "TooMuch",
    "Unreachable",
    "canonical_name",
    "check_configuration",
    "guard",
    "judge",
]
