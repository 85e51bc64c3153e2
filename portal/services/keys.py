"""API keys: random tokens (key_tokens.py), kept as SHA-256, each tied to a living person."""

import logging
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal import audit, tenancy
from portal.errors import Refused
from portal.models import ApiKey, Customer, Membership, User
from portal.services import key_bounds, key_families, key_rows, key_tokens

log = logging.getLogger(__name__)

USUAL, LONGEST = timedelta(days=90), timedelta(days=365)
MOST_NETWORKS, MOST = 20, 100  # networks of a key, living keys of a person at a customer
OVERLAP_HOURS, LONGEST_OVERLAP_HOURS = 24, 168

SHORTEN = (
    "UPDATE portal_apikey SET expires_at = least(expires_at, clock_timestamp()"
    " + make_interval(hours => %s)) WHERE id = %s AND revoked_at IS NULL"
    " AND expires_at > clock_timestamp()"
)


class TooLong(Refused):
    code = "key-lives-too-long"


class TooManyKeys(Refused):
    code = "too-many-keys"


class KeyNeedsCustomer(Refused):
    code = "key-needs-customer"


class BadNetwork(Refused):
    """What was written is no network, or there are too many."""

    code = "network-not-possible"


class KeyIsDead(Refused):
    """The key was revoked, or it has expired."""

    code = "key-is-dead"


class FromElsewhere(Exception):
    """A living key was used from an address that it was not made for."""

    def __init__(self, key: ApiKey) -> None:
        super().__init__(key.prefix)
        self.key = key


def issue(
    name: str, *, user: User, by: Any, at: datetime, customer: Customer | None = None,
    scope: str = ApiKey.Scope.READ, site_ids: list[uuid.UUID] | None = None,
    networks: Collection[str] = (), lives: timedelta | None = None, usual: timedelta = USUAL,
    maker: ApiKey | None = None,
) -> tuple[ApiKey, str]:  # fmt: skip
    """A new key and its token, which is shown now and never again.

    A customer's person always gets a key for that customer; staff may have one for all. Its life
    is counted in real time from now: `lives`, else as is `usual`. With `networks` ("192.0.2.0/24",
    "2001:db8::7") it opens from those alone. `maker` is the key that makes it, which never makes a
    wider one. Raises TooLong, TooManyKeys, KeyNeedsCustomer, BadNetwork and key_bounds.Wider.
    """
    if lives is not None and not timedelta(0) < lives <= LONGEST:
        raise TooLong(_("A key lives a year at most."))
    if customer is None and not user.is_staff:
        raise KeyNeedsCustomer(_("A key of a customer's person belongs to that customer."))
    now, networks = _now(), _networks(networks)
    if maker is not None:
        key_bounds.within(maker, scope=scope, site_ids=site_ids, networks=networks)
        lives = key_bounds.life(maker, now=now, lives=lives, usual=usual)
    _leave_room(user, customer, now)
    token = key_tokens.make(_kind(customer))
    key = ApiKey(
        prefix=token[:17],
        digest=key_tokens.digest(token),
        name=name,
        user=user,
        customer=customer,
        maker=maker,
        scope=scope,
        site_ids=site_ids,
        networks=networks,
        made_at=now,
        expires_at=now + (lives or usual),
    )
    with transaction.atomic():
        key.save(force_insert=True)
        _note("key.issued", key, by, at)
    return key, token


def _kind(customer: Customer | None) -> str:
    """What a key's text says of whose data it opens."""
    if customer is not None and customer.is_sandbox:
        return "test"
    return "demo" if customer is not None and customer.demo else "live"


def rotate(
    key: ApiKey, *, by: Any, at: datetime, hours: int = OVERLAP_HOURS, maker: ApiKey | None = None
) -> tuple[ApiKey, str]:
    """A new key that may the same, from the same addresses, for as long as the old one was made
    for, but no longer than a `maker` (the key that asks for it) still lives; the old one ends
    after some hours (0: now). Raises KeyIsDead, key_bounds.Wider."""
    if not 0 <= hours <= LONGEST_OVERLAP_HOURS:
        raise TooLong(_("Both keys live for a week at most."))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SHORTEN, [hours, key.pk])
            if not cursor.rowcount:
                raise KeyIsDead(
                    _("This key opens nothing any more."), remedy=_("Make a new one instead.")
                )
        fresh, token = issue(
            key.name, user=key.user, by=by, at=at, customer=customer_of(key), scope=key.scope,
            site_ids=key.site_ids, networks=key.networks, usual=key.expires_at - key.made_at,
            maker=maker,
        )  # fmt: skip
        _note("key.rotated", key, by, at)
    return fresh, token


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def _leave_room(user: User, customer: Customer | None, now: datetime) -> None:
    living = ApiKey.objects.filter(user=user, customer=customer, revoked_at=None)
    if living.filter(expires_at__gt=now).count() >= MOST:
        raise TooManyKeys(
            _("A person has at most %(most)s keys that live.") % {"most": MOST},
            remedy=_("End some that are not used any more."),
        )


def customer_of(key: ApiKey) -> Customer | None:
    """Whose data a key opens; None: every customer's."""
    if key.customer_id is None:
        return None
    with tenancy.transaction(key.customer_id):
        return Customer.objects.get(pk=key.customer_id)


def _networks(given: Collection[str]) -> list[str]:
    """As they are kept: each once, in the form of its kind. Raises BadNetwork."""
    try:
        found = {str(ip_network(each.strip())) for each in given if each.strip()}
    except ValueError as wrong:
        sentence = _("A network is written like 192.0.2.0/24 or 2001:db8::/32.")
        raise BadNetwork(sentence, fields={"networks": sentence}) from wrong
    if len(found) > MOST_NETWORKS:
        sentence = _("A key has at most %(most)s networks.") % {"most": MOST_NETWORKS}
        raise BadNetwork(sentence, fields={"networks": sentence})
    return sorted(found)


def _opens_from(key: ApiKey, address: str) -> bool:
    if not key.networks:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(each) for each in key.networks)


def revoke(key: ApiKey, *, by: Any, at: datetime, maker: ApiKey | None = None) -> None:
    """The key opens nothing any more, nor do those it made. Raises key_bounds.Wider for a `maker`
    (the key that asks for it) that may less."""
    if maker is not None:
        key_bounds.not_wider(key, maker)
    with transaction.atomic():
        for each in [key, *key_families.of(key)]:
            ApiKey.objects.filter(pk=each.pk, revoked_at=None).update(revoked_at=at)
            _note("key.revoked", each, by, at)


def _note(event: str, key: ApiKey, by: Any, at: datetime) -> None:
    if key.customer_id is None:  # one of support's for every customer
        data = {"key": key.prefix, "scope": str(key.scope), "person": str(key.user)}
        audit.record_platform(event, key, by=by, at=at, data=data)
        return
    with tenancy.transaction(key.customer_id):
        audit.record(event, key, by=by, at=at, data={"key": key.prefix, "scope": str(key.scope)})


@sensitive_variables("token")
def find(token: str, *, address: str) -> ApiKey | None:
    """The living key behind a token, its person with it; None for every other.

    A disabled person's key is dead, and so is one whose person is no member any more. Its use is
    noted at most once a minute. Raises FromElsewhere if the caller's address is none of its own.
    """
    if not key_tokens.well_formed(token):
        return None
    key, unnoted = key_rows.living(key_tokens.digest(token))
    if key is None or not _has_living_person(key):
        return None
    if not _opens_from(key, address):
        log.warning("a key was used from elsewhere", extra={"key": key.prefix})
        raise FromElsewhere(key)
    if unnoted:
        key_rows.note_use(key)
    return key


def _has_living_person(key: ApiKey) -> bool:
    if not key.user.is_active:
        return False
    if key.user.is_staff:
        return True
    if key.customer_id is None:
        return False
    with tenancy.transaction(key.customer_id):
        return Membership.objects.filter(user_id=key.user_id).exists()
