"""The demo's sites can be upgraded in the demo: each has a plan that fits its nights."""

import pytest

from appliances.models import Package
from appliances.services import catalogue, demo, demo_sites, replacements
from portal import clock, tenancy
from tests import factories
from tests.conftest import NOON
from upgrades.services import planning, previews, replacing
from upgrades.services.demo import _nights


@pytest.mark.parametrize("plan", demo_sites.SITES, ids=lambda plan: plan.shape)
def test_every_site_of_the_demo_reaches_the_newest_release_in_its_nights(db, park, plan):
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    customer = factories.a_customer("Meridian Freight", slug="meridian", zone="Europe/Istanbul")
    factories.a_contract(customer)
    agent = factories.staff(name="Ines Duarte")
    with clock.at(NOON):
        (site,) = demo.build_sites(customer, [plan], at=NOON, by=agent)
        with tenancy.transaction(customer):
            _nights(by=agent, at=NOON)
            newest = planning.choices(site)[0].package
            pages = [p for p in planning.procedures_for(site) if not p.once]  # all in one night
            for page in pages:
                seen = previews.preview(
                    site, newest, procedure=page.name, method="automatic", earliest=None, at=NOON
                )
                assert seen.refusal is None, (page.name, str(seen.refusal))
    assert Package.objects.filter(pk=newest.pk).exists()


def test_the_new_hardware_of_the_demo_waits_and_can_be_planned(db, park):
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    customer = factories.a_customer("Atelier de Lyon", slug="lyon", zone="Europe/Paris")
    agent = factories.staff(name="Ines Duarte")
    with clock.at(NOON):
        (site,) = demo.build_sites(customer, [demo_sites.REPLACED], at=NOON, by=agent)
        with tenancy.transaction(customer):
            _nights(by=agent, at=NOON)
            (new,) = replacements.waiting(site)
            seen = previews.preview(
                site, replacing.release_of(new.replaces), method="automatic", earliest=None,
                procedure=replacing.procedure_for(site).name, replacement=new, at=NOON,
            )  # fmt: skip
    assert seen.refusal is None, str(seen.refusal)
    assert park.truth(new.host)["product"] == ""
