"""The page of a sandbox: until when it lives, and its end; for whom."""

import pytest
from django.test import Client

from portal import own_clock, tenancy
from portal.models import Customer
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views.conftest import browser


@pytest.fixture
def sandbox(db, noon):
    made = factories.a_customer("Our CI", id=own_clock.new_id(), sandbox_shapes=["SINGLE"])
    with tenancy.transaction(made):
        Customer.objects.filter(pk=made.pk).update(opened_at=NOON)
    return made


@pytest.fixture
def page(sandbox):
    return f"/c/{sandbox.slug}/sandbox/"


def closed(customer):
    with tenancy.transaction(customer):
        return Customer.objects.get().closed_at is not None


def test_its_administrator_sees_until_when_and_ends_it(sandbox, page):
    own = browser(factories.a_member(sandbox, "ADMINISTRATOR"))
    told = own.get(page).content.decode()
    assert "23 Dec 2026" in told
    assert f'action="{page}end/"' in told

    answer = own.post(f"{page}end/", follow=True)

    assert "Our CI has ended." in answer.content.decode()
    assert closed(sandbox)
    assert own.get(page).status_code == 404


def test_others_do_not(sandbox, page):
    confined = factories.a_member(sandbox, "ADMINISTRATOR", site_ids=[sandbox.pk])
    people = {
        403: [factories.a_member(sandbox, "APPROVER"), confined],
        404: [factories.a_member(factories.a_customer("Other"), "ADMINISTRATOR")],
    }
    for status, found in people.items():
        for person in found:
            assert browser(person).get(page).status_code == status
            assert browser(person).post(f"{page}end/").status_code == status
    assert Client().post(f"{page}end/").status_code in (302, 403, 404)
    assert not closed(sandbox)


def test_a_real_customer_has_no_such_page(db, noon):
    real = factories.a_customer("Real")
    own = browser(factories.a_member(real, "ADMINISTRATOR"))

    assert own.get(f"/c/{real.slug}/sandbox/").status_code == 404
    assert own.post(f"/c/{real.slug}/sandbox/end/").status_code == 404
    assert not closed(real)
    told = own.get(f"/c/{real.slug}/data/").content.decode()
    assert "/sandbox/" not in told
