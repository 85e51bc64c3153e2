"""Marking a test site over REST, as each role."""

import pytest

from appliances.models import Site
from portal import tenancy
from tests import factories
from tests.portal.api.caller import ADMINISTER, Caller


@pytest.fixture
def lab(world, noon):
    with tenancy.transaction(world.customer):
        return Site.objects.create(
            customer=world.customer, name="Lab", public_name="lab.meridian.sim", shape="SINGLE",
            zone="UTC", simulated=True,
        )  # fmt: skip


def caller(world, role):
    return Caller(factories.a_member(world.customer, role), world.customer, ADMINISTER)


def test_an_administrator_marks_a_site_and_takes_it_back(world, lab):
    administrator, path = caller(world, "ADMINISTRATOR"), f"sites/{lab.pk}/test-of"

    assert administrator.done(path, {"production": str(world.site.pk)})["test_of_id"] == str(
        world.site.pk
    )
    assert administrator.done(path, {"production": None})["test_of_id"] is None


def test_a_site_is_no_test_site_of_itself_nor_of_another_customers(world, lab):
    administrator, path = caller(world, "ADMINISTRATOR"), f"sites/{lab.pk}/test-of"
    other = factories.a_customer("Borealis", slug="borealis")
    with tenancy.transaction(other):
        foreign = Site.objects.create(
            customer=other, name="Theirs", public_name="theirs.sim", shape="SINGLE", zone="UTC"
        )

    itself = administrator.post(path, {"production": str(lab.pk)})
    assert (itself.status_code, itself.json()["code"]) == (409, "bad-test-site")
    assert administrator.post(path, {"production": str(foreign.pk)}).status_code == 400


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "APPROVER"])
def test_others_may_not(world, lab, role):
    answer = caller(world, role).post(f"sites/{lab.pk}/test-of", {"production": str(world.site.pk)})

    assert answer.status_code == 403


def test_a_stranger_finds_no_site(world, lab):
    other = factories.a_customer("Borealis", slug="borealis")
    stranger = Caller(factories.a_member(other, "ADMINISTRATOR"), other, ADMINISTER)

    assert stranger.post(f"sites/{lab.pk}/test-of", {"production": None}).status_code == 404
