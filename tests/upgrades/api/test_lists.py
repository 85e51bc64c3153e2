"""Lists cost the same whatever the number of rows, and of customers."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from appliances.models import Appliance, BaseHold
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import Caller
from tests.upgrades.services.booked import SINGLE, a_job, a_site, a_window, booked

OF_SITES = ("sites", "appliances", "jobs", "steps", "bookings", "windows", "holds")


def a_site_with_a_job(customer, person):
    with tenancy.transaction(customer):
        site = a_site()
        box = Appliance.objects.create(
            customer=customer, site=site, letter="A", name="A", host="a.example.com"
        )
        a_window(site, "FREQ=DAILY")
        job = a_job(site, person, SINGLE)
        booked(job, person)
        BaseHold.objects.create(
            customer=customer, appliance=box, step_id=job.pk, job_id=job.pk, opened_at=NOON,
            reason="it does not come up",
        )  # fmt: skip


def questions(caller, path):
    caller.rows(path)  # the key's use is noted once a minute
    own = CaptureQueriesContext(connections["default"])
    across = CaptureQueriesContext(connections["staff"])
    with own, across:
        assert caller.rows(path), path
    return len(own), len(across)


@pytest.mark.usefixtures("db", "noon")
@pytest.mark.parametrize("path", [*OF_SITES, "packages"])
def test_staffs_list_over_three_customers_costs_what_one_does(path):
    agent, person = Caller(factories.staff()), factories.a_person()
    a_site_with_a_job(factories.a_customer(), person)
    before = questions(agent, path)
    for _ in range(2):
        a_site_with_a_job(factories.a_customer(), person)

    assert questions(agent, path) == before
    assert before[1] <= 2


@pytest.mark.usefixtures("db", "noon")
@pytest.mark.parametrize("path", OF_SITES)
def test_a_customers_list_of_three_costs_what_one_does(path):
    customer = factories.a_customer()
    member = factories.a_member(customer)
    caller = Caller(member, customer)
    a_site_with_a_job(customer, member)
    before = questions(caller, path)
    for _ in range(2):
        a_site_with_a_job(customer, member)

    assert questions(caller, path) == before


@pytest.mark.usefixtures("db", "noon")
def test_a_list_gives_the_fields_that_are_asked_for_and_knows_no_others():
    customer, person = factories.a_customer(), factories.a_person()
    a_site_with_a_job(customer, person)
    agent = Caller(factories.staff())

    [job] = agent.rows("jobs", fields="id,label")
    assert sorted(job) == ["id", "label"]
    assert sorted(agent.get(f"jobs/{job['id']}", fields="state").json()) == ["state"]
    assert b"".join(agent.get("jobs/export", fields="label")).decode().split() == [
        "\ufefflabel", job["label"],
    ]  # fmt: skip
    refused = agent.get("jobs", fields="id,plan")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["fields"])


@pytest.mark.usefixtures("db", "noon")
@pytest.mark.parametrize("path", ["sites", "appliances", "jobs", "bookings", "windows"])
def test_a_list_is_narrowed_by_the_filter_language(path):
    customer, person = factories.a_customer(), factories.a_person()
    a_site_with_a_job(customer, person)
    agent = Caller(factories.staff())

    assert len(agent.rows(path, filter="shape:single")) == len(agent.rows(path)) > 0
    assert agent.rows(path, filter="-shape:single") == []
    refused = agent.get(path, filter="colour:red")
    assert (refused.status_code, refused.json()["code"]) == (400, "filter-not-understood")
