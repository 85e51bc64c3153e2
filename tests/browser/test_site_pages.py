"""Sites, appliances, questions and packages, seen in a browser in every language and width."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from appliances.models import Appliance, BaseHold, Package, ReadinessCheck, Site
from appliances.services import catalogue, demo_sites, licences, questions, sites, versions
from portal import clock, tenancy
from portal.models import Customer, User
from tests import factories
from tests.browser.looking import look_everywhere

pytestmark = pytest.mark.browser


@dataclass
class World:
    customer: Customer
    agent: User
    admin: User
    sites: dict[str, Site]
    box: Appliance
    question: Any
    package: Package


def world() -> World:
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    customer = factories.a_customer("Marmara Lojistik", slug="marmara", zone="Europe/Istanbul")
    factories.a_contract(customer)
    agent = factories.staff("ADMINISTRATOR", "Ines Duarte", zone="Europe/Paris")
    admin = factories.a_member(customer, name="Elif Şahin", zone="Europe/Istanbul")
    with tenancy.transaction(customer):
        made = {plan.shape: _site(plan, admin) for plan in demo_sites.SITES if plan.name[0] != "L"}
        box = Appliance.objects.get(site=made["SINGLE"])
        _checked(made["SINGLE"], box)
        question = questions.ask(
            box,
            text="12.2.0 is greyed out. What goes first?",
            target="12.2.0",
            by=admin,
            at=clock.now(),
        )
        _held(Appliance.objects.get(site=made["PAIR"], letter="B"))
    package = Package.objects.get(version="12.2.0")
    return World(customer, agent, admin, made, box, question, package)


def _site(plan: demo_sites.DemoSite, by: User) -> Site:
    at = clock.now()
    boxes = [
        {
            "letter": box.letter,
            "name": f"{plan.name} {box.letter}",
            "host": box.host,
            "cluster_role": box.cluster_role,
            "failover_role": box.failover_role,
            "region": box.region,
            "base_version": plan.base,
            "product_version": plan.product,
            "model": plan.model,
            "serial": f"SN0471{box.letter}",
        }
        for box in plan.boxes
    ]
    names = ("name", "public_name", "shape", "zone", "swing")
    facts = {name: getattr(plan, name) for name in names}
    site = sites.register(by=by, at=at, appliances=boxes, simulated=True, **facts)
    ends = plan.licences_end_on(at)
    licences.record(site, number=plan.licences, expires_on=ends, by=by, at=at)
    return site


def _checked(site: Site, box: Appliance) -> None:
    at = clock.now() - timedelta(minutes=90)
    found = [
        ("REACHABILITY", "GOOD", "12.1", ""),
        ("HEALTH", "BAD", "Storage is not responding.", "The appliance says that it is not well."),
        ("CLOCK", "WARNING", "+312 s", "Its clock is off by more than two minutes."),
        ("IDENTITY", "UNKNOWN", "", "It did not answer, so this is not known."),
    ]
    for name, status, observed, reason in found:
        ReadinessCheck.objects.create(
            customer_id=site.customer_id,
            site=site,
            appliance=box,
            name=name,
            status=status,
            observed=observed,
            reason=reason,
            taken_at=at,
            valid_until=at + timedelta(hours=1),
        )
    old = clock.now() - timedelta(days=40)
    Appliance.objects.filter(pk=box.pk).update(base_at=old)
    versions.prove(box, "PRODUCT", "12.1", build="28311-5f2e", at=clock.now())


def _held(box: Appliance) -> None:
    BaseHold.objects.create(
        customer_id=box.customer_id,
        appliance=box,
        step_id=box.pk,
        job_id=box.pk,
        opened_at=clock.now(),
        reason="It went away during base 7.0.0 and has not come back.",
    )


Stop = Callable[[World], tuple[str, User]]
STOPS: dict[str, Stop] = {
    "sites": lambda w: ("/c/marmara/sites/", w.admin),
    "sites-none": lambda w: ("/c/marmara/sites/?q=nothing", w.admin),
    "sites-across": lambda w: ("/sites/", w.agent),
    "site-single": lambda w: (f"/c/marmara/sites/{w.sites['SINGLE'].pk}/", w.admin),
    "site-pair": lambda w: (f"/c/marmara/sites/{w.sites['PAIR'].pk}/", w.admin),
    "site-cluster": lambda w: (
        f"/c/marmara/sites/{w.sites['CLUSTER_WITH_FAILOVER'].pk}/",
        w.agent,
    ),
    "site-register": lambda w: ("/c/marmara/sites/register/", w.admin),
    "site-change": lambda w: (f"/c/marmara/sites/{w.box.site_id}/change/", w.admin),
    "readings": lambda w: (f"/c/marmara/sites/{w.box.site_id}/readings/", w.admin),
    "licence": lambda w: (f"/c/marmara/sites/{w.box.site_id}/licence/", w.admin),
    "question-ask": lambda w: (f"/c/marmara/sites/{w.box.site_id}/ask/", w.admin),
    "appliance-change": lambda w: (f"/c/marmara/appliances/{w.box.pk}/change/", w.agent),
    "account": lambda w: (f"/c/marmara/appliances/{w.box.pk}/account/", w.admin),
    "version-read": lambda w: (f"/c/marmara/appliances/{w.box.pk}/versions/", w.admin),
    "question": lambda w: (f"/c/marmara/questions/{w.question.pk}/", w.agent),
    "questions": lambda w: ("/questions/", w.agent),
    "catalogue": lambda w: ("/catalogue/", w.agent),
    "catalogue-drawn": lambda w: ("/catalogue/?view=drawn", w.agent),
    "catalogue-of-customer": lambda w: ("/c/marmara/catalogue/?kind=BASE", w.admin),
    "package": lambda w: (f"/catalogue/{w.package.pk}/", w.agent),
}


@pytest.mark.parametrize("name", STOPS)
def test_the_page_can_be_used(page_at, name):
    path, user = STOPS[name](world())

    look_everywhere(page_at, path, name, user=user)
