"""A key that a key makes: of the same customer and person, and never wider than its maker.

Rights, sites, networks and life: what leaks with one key is bounded by that key, whatever it made.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.utils.translation import gettext_lazy as _

from portal.errors import Refused
from portal.models import ApiKey

RANKS = [ApiKey.Scope.READ, ApiKey.Scope.ACT, ApiKey.Scope.ADMINISTER]


class Wider(Refused):
    """A key makes and renews none that may more than itself, from more places or for longer."""

    code = "key-wider-than-its-maker"


def within(
    maker: ApiKey, *, scope: str, site_ids: list[uuid.UUID] | None, networks: Collection[str]
) -> None:
    """Raises Wider unless these are at most the maker's."""
    if RANKS.index(ApiKey.Scope(scope)) > RANKS.index(ApiKey.Scope(maker.scope)):
        raise _wider("scope", _("Choose a scope that the calling key has."))
    if maker.site_ids is not None and (site_ids is None or {*site_ids} - {*maker.site_ids}):
        raise _wider("site_ids", _("Name sites of the calling key."))
    if maker.networks and not (networks and all(_inside(each, maker) for each in networks)):
        raise _wider("networks", _("Name networks within those of the calling key."))


def life(maker: ApiKey, *, now: datetime, lives: timedelta | None, usual: timedelta) -> timedelta:
    """How long it may live: as long as is wished, at most as long as its maker still does. Raises
    Wider for a wish beyond that. Real time."""
    left = maker.expires_at - now
    if lives is not None and lives > left:
        raise _wider("days", _("Choose fewer days, or none: then it ends with the calling key."))
    return min(lives or usual, left)


def not_wider(key: ApiKey, maker: ApiKey) -> None:
    """Raises Wider if a key may more than the calling one: that does not renew or end it."""
    within(maker, scope=key.scope, site_ids=key.site_ids, networks=key.networks)


def _inside(network: str, maker: ApiKey) -> bool:
    inner = ip_network(network)
    outer = [ip_network(each) for each in maker.networks]
    return any(
        inner.version == each.version and inner.subnet_of(each)  # type: ignore[arg-type]
        for each in outer
    )


def _wider(field: str, remedy: object) -> Wider:
    sentence = _("A key makes none that may more than itself.")
    return Wider(sentence, remedy=remedy, fields={field: sentence})
