"""A fleet for the demo: generated customers whose sites stand in the simulator, one by one.

Safe to repeat, and to go on with after a kill: what is there is left alone. Each customer is made
in transactions of its own, with the simulator called between them.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from appliances.models import Package, Site
from appliances.services import catalogue, demo as park, demo_fleet
from appliances.services.demo_fleet import DemoCustomer
from portal import tenancy
from portal.models import Contact, Contract, Customer, Membership, User
from portal.services import contacts, contracts, customers, people
from upgrades.models import MaintenanceWindow
from upgrades.services import windows
from upgrades.services.demo import PASSWORD

MOST = 10_000
# Days from today on which a contract begins and ends; None: there is none.
COVERS = {"long": (-400, 900), "ends soon": (-400, 45), "ended": (-800, -20), "none": None}


def load(sites: int, *, seed: int, at: datetime, by: Any = None) -> Iterator[tuple[int, int]]:
    """Bring the fleet of a seed to so many sites. After each customer: how many of its sites are
    new, and how many the fleet has. Raises egress.simulator.NoSimulator; go on by calling again.
    """
    if not Package.objects.exists():
        catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    password = make_password(PASSWORD)  # slow on purpose; the demo has one for all
    offering, there = True, 0
    for plan in demo_fleet.drawn(sites, seed=seed):
        customer = _customer(plan, password, by=by, at=at)
        made = park.build_sites(
            customer, [site for site, _night in plan.sites], at=at, by=by, offering=offering
        )
        with tenancy.transaction(customer):
            _nights(plan, by=by, at=at)
        offering = offering and not made
        there += len(plan.sites)
        yield len(made), there


def _customer(plan: DemoCustomer, password: str, *, by: Any, at: datetime) -> Customer:
    known = customers.id_of_slug(plan.slug)
    if known is None:
        customer = customers.open_customer(
            plan.name, slug=plan.slug, language=plan.language, zone=plan.zone,
            tags=list(plan.tags), demo=True, account_manager=by, at=at, by=by,
        )  # fmt: skip
        known = customer.pk
    with tenancy.transaction(known):
        _people(plan, password, by=by, at=at)
        _contract(plan, by=by, at=at)
        return customers.current()


def _people(plan: DemoCustomer, password: str, *, by: Any, at: datetime) -> None:
    """An approver with an account, who is the first contact; a second one without."""
    if not Membership.objects.exists():
        user, _made = User.objects.get_or_create(
            email=plan.first.email,
            defaults={
                "name": plan.first.name, "password": password, "language": plan.language,
                "zone": plan.zone,
            },
        )  # fmt: skip
        people.add_member(user, role=Membership.Role.APPROVER, by=by, at=at)
    if not Contact.objects.exists():
        for rank, person in enumerate((plan.first, plan.second), start=1):
            contacts.make(
                name=person.name, email=person.email, phone=person.phone, language=plan.language,
                zone=plan.zone, rank=rank, by=by, at=at,
            )  # fmt: skip


def _contract(plan: DemoCustomer, *, by: Any, at: datetime) -> None:
    days = COVERS[plan.cover]
    if days is None or Contract.objects.exists():
        return
    first, last = (at.date() + timedelta(days=day) for day in days)
    contracts.make(
        number=f"DEMO-{plan.slug.removeprefix('demo-').upper()}", plan=plan.plan,
        starts_on=first, ends_on=last, by=by, at=at,
    )  # fmt: skip


def _nights(plan: DemoCustomer, *, by: Any, at: datetime) -> None:
    """A window for each site that has none."""
    nights = {site.public_name: night for site, night in plan.sites}
    bare = Site.objects.exclude(pk__in=MaintenanceWindow.objects.values("site_id"))
    for site in bare.filter(public_name__in=nights):
        night = nights[site.public_name]
        windows.add(
            site, rule=night.rule, starts_on=_monday(at.date()), at_time=night.begins,
            minutes=night.minutes, by=by, at=at,
        )  # fmt: skip


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday() + 7)
