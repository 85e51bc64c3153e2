"""API keys: random tokens of a fixed form, kept as SHA-256, each tied to a living person.

A token is `chg_live_` (`chg_demo_` for demo data), 43 characters of base 62 (256 bits), and 6 of a
checksum, so that scanners for leaked secrets can tell it from noise without asking us.
"""

import hashlib
import logging
import secrets
import uuid
import zlib
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

log = logging.getLogger(__name__)

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM, CHECKSUM = 43, 6
USUAL, LONGEST = timedelta(days=90), timedelta(days=365)
MOST_NETWORKS = 20
OVERLAP_HOURS, LONGEST_OVERLAP_HOURS = 24, 168

ALIVE = (
    "SELECT id FROM portal_apikey"
    " WHERE digest = %s AND revoked_at IS NULL AND expires_at > clock_timestamp()"
)
SHORTEN = (
    "UPDATE portal_apikey SET expires_at = least(expires_at, clock_timestamp()"
    " + make_interval(hours => %s)) WHERE id = %s AND revoked_at IS NULL"
    " AND expires_at > clock_timestamp()"
)
USED = (
    "UPDATE portal_apikey SET last_used_at = clock_timestamp() WHERE id = %s"
    " AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')"
)


class TooLong(Refused):
    code = "key-lives-too-long"


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
    name: str,
    *,
    user: User,
    by: Any,
    at: datetime,
    customer: Customer | None = None,
    scope: str = ApiKey.Scope.READ,
    site_ids: list[uuid.UUID] | None = None,
    networks: Collection[str] = (),
    lives: timedelta = USUAL,
) -> tuple[ApiKey, str]:
    """A new key and its token, which is shown now and never again.

    A customer's person always gets a key for that customer; staff may have one for all. Its life
    is counted in real time from now. With `networks` ("192.0.2.0/24", "2001:db8::7") it opens from
    those alone. Raises TooLong, KeyNeedsCustomer and BadNetwork.
    """
    if not timedelta(0) < lives <= LONGEST:
        raise TooLong(_("A key lives a year at most."))
    if customer is None and not user.is_staff:
        raise KeyNeedsCustomer(_("A key of a customer's person belongs to that customer."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    token = make_token("demo" if customer and customer.demo else "live")
    key = ApiKey(
        prefix=token[:17],
        digest=_digest(token),
        name=name,
        user=user,
        customer=customer,
        scope=scope,
        site_ids=site_ids,
        networks=_networks(networks),
        made_at=now,
        expires_at=now + lives,
    )
    key.save(force_insert=True)
    _note("key.issued", key, by, at)
    return key, token


def rotate(key: ApiKey, *, by: Any, at: datetime, hours: int = OVERLAP_HOURS) -> tuple[ApiKey, str]:
    """A new key that may the same, from the same addresses, for as long as the old one was made
    for; the old one ends after some hours (0: now). Raises KeyIsDead."""
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
            key.name, user=key.user, by=by, at=at, customer=_customer_of(key), scope=key.scope,
            site_ids=key.site_ids, networks=key.networks, lives=key.expires_at - key.made_at,
        )  # fmt: skip
        _note("key.rotated", key, by, at)
    return fresh, token


def _customer_of(key: ApiKey) -> Customer | None:
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


def revoke(key: ApiKey, *, by: Any, at: datetime) -> None:
    """The key opens nothing any more."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)
    _note("key.revoked", key, by, at)


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
    if not well_formed(token):
        return None
    with connection.cursor() as cursor:
        cursor.execute(ALIVE, [_digest(token)])
        row = cursor.fetchone()
        if row is None:
            return None
        key = ApiKey.objects.select_related("user").get(pk=row[0])
        if not _has_living_person(key):
            return None
        if not _opens_from(key, address):
            log.warning("a key was used from elsewhere", extra={"key": key.prefix})
            raise FromElsewhere(key)
        cursor.execute(USED, [key.pk])
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


def make_token(kind: str) -> str:
    body = "".join(secrets.choice(SIGNS) for _ in range(RANDOM))
    return f"chg_{kind}_{body}{_checksum(body)}"


def well_formed(token: str) -> bool:
    """Whether this may be one of our tokens at all; asks no database."""
    head, _, body = token.rpartition("_")
    if head not in ("chg_live", "chg_demo") or len(body) != RANDOM + CHECKSUM:
        return False
    return secrets.compare_digest(_checksum(body[:RANDOM]).encode(), body[RANDOM:].encode())


def _checksum(body: str) -> str:
    """CRC-32 in base 62, six characters, as GitHub's tokens have it."""
    number, signs = zlib.crc32(body.encode()), ""
    while len(signs) < CHECKSUM:
        number, rest = divmod(number, len(SIGNS))
        signs = SIGNS[rest] + signs
    return signs


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
