"""The demo world: two customers, their people, sites in the simulator, nights to work in."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings

from appliances.models import Site
from appliances.services import catalogue, demo as park, demo_sites
from portal import tenancy
from portal.models import ApiKey, Contract, Customer, User
from portal.services import customers, keys, people, staff
from upgrades.models import MaintenanceWindow
from upgrades.services import windows

PASSWORD = "changeover-demo"  # noqa: S105 (printed at every start, and refused in production)
AUTOPILOT_KEY = "autopilot-key"


@dataclass(frozen=True)
class Account:
    """Somebody whom the demo's visitor may be."""

    email: str
    name: str
    what: str
    language: str
    zone: str
    staff_role: str = ""
    customer: str = ""
    role: str = ""


ACCOUNTS = (
    Account("ines@demo.example", "Ines Duarte", "support agent", "en", "Europe/Lisbon", "AGENT"),
    Account("aoife@demo.example", "Aoife Brennan", "rollout manager", "en", "Europe/Dublin",
            "ROLLOUT_MANAGER"),
    Account("root@demo.example", "Mats Lindgren", "administrator", "en", "Europe/Stockholm",
            "ADMINISTRATOR"),
    Account("elif@meridian.example", "Elif Kaya", "approver at Meridian", "tr", "Europe/Istanbul",
            customer="meridian", role="APPROVER"),
    Account("deniz@meridian.example", "Deniz Işık", "operator at Meridian", "tr",
            "Europe/Istanbul", customer="meridian", role="OPERATOR"),
    Account("camille@lyon.example", "Camille Roux", "administrator at Lyon", "fr", "Europe/Paris",
            customer="lyon", role="ADMINISTRATOR"),
    Account("john@northline.example", "John Ashby", "administrator at Northline", "en",
            "Europe/London", customer="northline", role="ADMINISTRATOR"),
)  # fmt: skip
CUSTOMERS = (
    ("meridian", "Meridian Freight", "tr", "Europe/Istanbul",
     (demo_sites.BEHIND, demo_sites.PAIR)),
    ("lyon", "Atelier de Lyon", "fr", "Europe/Paris",
     (demo_sites.NEARLY_THERE, demo_sites.REPLACED)),
    ("northline", "Northline Media", "en", "Europe/London", (demo_sites.CLUSTER,)),
)  # fmt: skip


def load(at: datetime) -> bool:
    """Build the world once. False: it is there already. Raises NoSimulator; run it again then."""
    if User.objects.filter(email=ACCOUNTS[-1].email).exists():
        return False
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    agent = _person(ACCOUNTS[0], at)
    for slug, name, language, zone, sites in CUSTOMERS:
        customer = _customer(slug, name, language, zone, by=agent, at=at)
        park.build_sites(customer, sites, at=at, by=agent)
        with tenancy.transaction(customer):
            _nights(by=agent, at=at)
            for account in ACCOUNTS:
                if account.customer == slug:
                    people.add_member(_person(account, at), role=account.role, by=agent, at=at)
    for account in ACCOUNTS:
        _person(account, at)
    _autopilot(agent, at)
    return True


def _customer(slug: str, name: str, language: str, zone: str, *, by: Any, at: datetime) -> Customer:
    known = customers.id_of_slug(slug)
    if known is not None:
        with tenancy.transaction(known):
            return customers.current()
    customer = customers.open_customer(
        name, slug=slug, language=language, zone=zone, demo=True, at=at, by=by
    )
    with tenancy.transaction(customer):
        Contract.objects.create(
            customer=customer, number=f"M-{slug.upper()}-1",
            starts_on=date(at.year, 1, 1), ends_on=date(at.year + 2, 12, 31),
        )  # fmt: skip
    return customer


def _person(account: Account, at: datetime) -> User:
    known = User.objects.filter(email=account.email).first()
    values = {
        "name": account.name, "password": PASSWORD, "language": account.language,
        "zone": account.zone,
    }  # fmt: skip
    if known is None and account.staff_role:
        return staff.make(account.email, role=account.staff_role, by=None, at=at, **values)
    return known or people.create_user(account.email, **values)


def _nights(*, by: Any, at: datetime) -> None:
    """Every night from ten, for six hours: the demo waits for nobody's Sunday. Where several
    appliances follow one another in one window, for twelve."""
    for site in Site.objects.all():
        if not MaintenanceWindow.objects.filter(site=site).exists():
            windows.add(
                site, rule="FREQ=DAILY", starts_on=at.date() - timedelta(days=1),
                at_time=time(22, 0), minutes=360 if site.shape == Site.Shape.SINGLE else 720,
                title="", by=by, at=at,
            )  # fmt: skip


def _autopilot(agent: User, at: datetime) -> None:
    """A key with which the autopilot plays the people at the appliances."""
    pilot = User.objects.filter(email="autopilot@demo.example").first() or staff.make(
        "autopilot@demo.example", name="Autopilot", role="AGENT", by=agent, at=at
    )
    _key, token = keys.issue("Autopilot", user=pilot, by=agent, at=at, scope=ApiKey.Scope.ACT)
    path = settings.STATE / AUTOPILOT_KEY
    path.touch(mode=0o600)
    path.write_text(token)
