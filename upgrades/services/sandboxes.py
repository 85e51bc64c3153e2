"""Sandboxes: customers whose appliances are simulated, for whoever writes programs against the API.

Made at once with two people's test keys, since nobody approves what they asked for themselves; a
worker then puts the sites into the simulator, outside any transaction. Where there is no simulator
there are no sandboxes; an installation marked production has none.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_lazy as _

from appliances.models import Site
from appliances.services import demo as park, demo_sites
from appliances.services.demo_sites import DemoSite
from portal import own_clock, tenancy
from portal.background import enqueue
from portal.egress.configuration import simulator_address
from portal.egress.simulator import NoSimulator
from portal.errors import Refused
from portal.models import ApiKey, Customer, Membership, User
from portal.models.apikey import TEST
from portal.services import contracts, customers, keys, people
from upgrades.models import MaintenanceWindow
from upgrades.services import windows
from upgrades.services.alone import SANDBOXES, alone

log = logging.getLogger(__name__)
MOST, MOST_SITES = 5, 5  # sandboxes of a person; sites of one
VERSIONS = {"base": "6.1.1", "product": "22.1"}  # some releases behind
COVERED = timedelta(days=3 * 365)


class NoSandboxHere(Refused):
    """This installation has no simulator."""

    code = "no-simulator"


class TooManySandboxes(Refused):
    code = "too-many-sandboxes"


class NestedSandbox(Refused):
    """A test key makes no further sandbox."""

    code = "sandbox-in-sandbox"


@dataclass(frozen=True)
class Opened:
    """Shown once: the texts of its administrator's key and its approver's."""

    customer: Customer
    token: str
    approver_token: str


def open_one(name: str, *, shapes: Sequence[str], maker: ApiKey, at: datetime) -> Opened:
    """A customer of the key's person, and of an approver who reads no mail. Its keys are never
    wider than the `maker`. Raises NoSandboxHere, TooManySandboxes, NestedSandbox."""
    _demand_possible(maker)
    person, slug = maker.user, f"sandbox-{secrets.token_hex(4)}"
    with transaction.atomic():
        customer = customers.open_customer(
            name, id=own_clock.new_id(), slug=slug, sandbox_shapes=list(shapes), at=at, by=maker,
            language=person.language, zone=person.zone or "UTC",
        )  # fmt: skip
        with tenancy.transaction(customer):
            approver = people.create_user(
                f"approver@{slug}.invalid", name=gettext("Approver of the sandbox"),
                language=person.language, zone=person.zone,
            )  # fmt: skip
            roles = {approver: Membership.Role.APPROVER}
            if not person.is_staff:
                roles[person] = Membership.Role.ADMINISTRATOR
            for user, role in roles.items():
                people.add_member(user, role=role, gets_mail=False, by=maker, at=at)
            contracts.make(
                number=slug, starts_on=at.date() - timedelta(days=1),
                ends_on=at.date() + COVERED, by=maker, at=at,
            )  # fmt: skip
        given = {"customer": customer, "networks": maker.networks, "maker": maker, "by": maker}
        _own, token = keys.issue(name, user=person, scope=maker.scope, at=at, **given)
        _other, other = keys.issue(name, user=approver, scope=ApiKey.Scope.ACT, at=at, **given)
        enqueue("upgrades.build_sandboxes")
    return Opened(customer, token, other)


def of_key(key: ApiKey) -> list[Customer]:
    """The sandboxes of a key's person, oldest first; of a test key that one alone."""
    found = []
    for customer_id in [key.customer_id] if key.is_test else _made_by(key.user):
        with tenancy.transaction(customer_id):
            members = Membership.objects.filter(user=key.user)
            if key.user.is_staff or members.exists():
                found.append(customers.current())
    found = [customer for customer in found if customer.closed_at is None]
    return sorted(found, key=lambda customer: customer.opened_at)


def due() -> bool:
    """Whether one waits for its sites, where there is a simulator."""
    return has_simulator() and bool(_waiting())


def build_due(at: datetime) -> None:
    """Bring the sites of those that wait; what a worker or the simulator left half done is gone on
    with by the next sweep. Outside any transaction."""
    for customer_id in _waiting():
        with alone(customer_id, SANDBOXES) as ours:
            if not ours:
                continue
            try:
                _build(customer_id, at)
            except NoSimulator:
                log.warning("the simulator is away; sandboxes wait for the next sweep")
                return


def _build(customer_id: Any, at: datetime) -> None:
    with tenancy.transaction(customer_id):
        customer = customers.current()
    if customer.closed_at is not None:  # it was ended meanwhile
        return
    park.build_sites(customer, plans(customer), at=at)
    with tenancy.transaction(customer):
        for site in Site.objects.exclude(pk__in=MaintenanceWindow.objects.values("site_id")):
            windows.add(
                site, rule="FREQ=DAILY", starts_on=at.date() - timedelta(days=1),
                at_time=time(22, 0), minutes=360 if site.shape == Site.Shape.SINGLE else 720,
                by=None, at=at,
            )  # fmt: skip
        customer = customers.current()
        customer.sandbox_built_at = at
        customer.save(update_fields=["sandbox_built_at"])


def plans(customer: Customer) -> list[DemoSite]:
    """Its sites as values; names that no other sandbox has."""
    return [
        _plan(shape, f"{customer.slug}-{number}", f"{customer.name[:100]} {number}", customer.zone)
        for number, shape in enumerate(customer.sandbox_shapes or (), start=1)
    ]


def _plan(shape: str, stem: str, name: str, zone: str) -> DemoSite:
    values = {"name": name, "zone": zone, "jump_clients": 5, **VERSIONS}
    if shape == Site.Shape.SINGLE:
        return demo_sites.single(stem, **values)
    if shape == Site.Shape.PAIR:
        return demo_sites.pair(stem, **values)
    failover = shape == Site.Shape.CLUSTER_WITH_FAILOVER
    return demo_sites.cluster(stem, ["emea"], failover=failover, **values)


def _waiting() -> list[Any]:
    with tenancy.with_sandboxes():
        rows = Customer.across.filter(sandbox_shapes__isnull=False, sandbox_built_at=None)
        return list(rows.values_list("pk", flat=True))


def has_simulator() -> bool:
    return not settings.PRODUCTION and simulator_address(settings.SIMULATOR_URL) is not None


def _demand_possible(maker: ApiKey) -> None:
    if not has_simulator():
        raise NoSandboxHere(
            _("This installation has no simulator, so it has no sandboxes."),
            remedy=_("Use an installation that is not for production."),
        )
    if maker.is_test:
        raise NestedSandbox(
            _("A test key makes no further sandbox."), remedy=_("Use a key of the customer.")
        )
    if len(of_key(maker)) >= MOST:
        raise TooManySandboxes(
            _("A person has at most %(most)s sandboxes.") % {"most": MOST},
            remedy=_("Use one that you have, or end one."),
        )


def _made_by(person: User) -> list[Any]:
    made = ApiKey.objects.filter(user=person, prefix__startswith=TEST)
    return list(made.order_by("customer_id").values_list("customer_id", flat=True).distinct())
