"""Thousands of sites on paper: counted whole, listed in part, and that is said."""

import pytest

from appliances.models import Site
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.reports.conftest import read, text_of, words
from tests.upgrades.reports.test_rollout_report import LATER, E, manager, printed, rollout
from tests.upgrades.services import rolled
from upgrades.models import Enrolment

__all__ = ["manager", "rollout"]


@pytest.mark.slow
def test_three_thousand_sites_are_counted_whole_and_listed_in_part(rollout, manager):
    customers = [factories.a_customer(f"Customer {number}") for number in range(3)]
    for customer in customers:
        crowd(rollout, customer, 1000)
    paper = printed(rollout, manager)

    told = words(paper)
    assert "no contract at the planned date no-contract 1500 100 %" in told
    assert told.count("Printed are the first 200 of 1500") == 2
    found = read(paper.pdf())
    assert 10 < len(found.pages) < 40
    assert all("Customer" in text_of(page) for page in found.pages[4:-2])


def crowd(rollout, customer, number):
    """Sites by the thousand, half of them left out, half silent: rows alone."""
    first = rolled.a_ready_site(customer, name="site 0", rule="")
    with tenancy.transaction(customer):
        values = {
            field.attname: getattr(first, field.attname)
            for field in Site._meta.concrete_fields
            if field.name not in ("id", "name", "public_name")
        }
        sites = [first, *(
            Site(**values, name=f"site {n}", public_name=f"s{n}.{customer.slug}.sim")
            for n in range(1, number)
        )]  # fmt: skip
        Site.objects.bulk_create(sites[1:])
        wave = rollout.waves.first()
        Enrolment.objects.bulk_create(
            Enrolment(
                customer=customer, site=site, rollout=rollout, wave=None if n % 2 else wave,
                state=E.EXCLUDED if n % 2 else E.ALERTED, code="no-contract" if n % 2 else "",
                reason="No contract." if n % 2 else "", enrolled_at=NOON, answer_by=LATER,
            )
            for n, site in enumerate(sites)
        )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("sites", [0, 1])
def test_none_and_one_fill_a_page_or_two(rollout, manager, sites):
    if sites:
        crowd(rollout, factories.a_customer("Alone Ltd"), sites)

    paper = printed(rollout, manager)

    assert words(paper).count("Alone Ltd") == sites
    assert "Printed are the first" not in words(paper)
    assert len(read(paper.pdf()).pages) <= 3
