"""The guard of this installation, from its settings."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal import rehearsing
from portal.egress.guard import Guard


def guard() -> Guard:
    """What this installation may call. Raises ImproperlyConfigured as check_configuration says.

    A rehearsal reaches its own simulator and nothing else, in production too.
    """
    if twin := rehearsing.twin():
        return Guard(simulator=twin.simulator, ports=frozenset())
    if problems := check_configuration(settings.SIMULATOR_URL, production=settings.PRODUCTION):
        raise ImproperlyConfigured(" ".join(problems))
    return Guard(
        simulator=simulator_address(settings.SIMULATOR_URL),
        allow_private=settings.ALLOW_PRIVATE_ADDRESSES,
    )


def check_configuration(simulator_url: str, *, production: bool) -> list[str]:
    """What is wrong with the settings, as sentences for the operator; empty when all is well."""
    if not simulator_url:
        return []
    if production:
        return ["PRODUCTION and SIMULATOR_URL exclude each other: unset SIMULATOR_URL."]
    if simulator_address(simulator_url) is None:
        return ["SIMULATOR_URL must be like http://127.0.0.1:8100, without a path."]
    return []


def simulator_address(url: str) -> tuple[str, int] | None:
    """Host and port of SIMULATOR_URL, or None if there is none or it is malformed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    plain = parts.scheme == "http" and parts.path in ("", "/") and "@" not in parts.netloc
    if not plain or parts.query or parts.fragment or not parts.hostname or not port:
        return None
    return parts.hostname, port
