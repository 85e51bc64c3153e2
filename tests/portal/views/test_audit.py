import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import audit, tenancy
from portal.models import AuditEvent
from portal.queries import ROWS
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "noon")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def happen(customer, count):
    with tenancy.transaction(customer):
        for number in range(count):
            audit.record("contract.recorded", customer, data={"number": f"M-{number}"})


def test_the_trail_is_newest_first_even_within_one_instant():
    customer = factories.a_customer()
    happen(customer, ROWS + 1)
    client = signed_in(factories.a_member(customer))

    first = client.get(f"/c/{customer.slug}/audit/").context["page"]
    second = client.get(f"/c/{customer.slug}/audit/", {"before": first.older}).context["page"]

    numbers = [row.number for row in first.rows + second.rows]
    assert numbers == list(range(ROWS + 2, 0, -1))


@pytest.mark.parametrize("address", ["/c/{slug}/audit/", "/audit/"])
def test_the_list_costs_the_same_for_one_and_for_three(address):
    customer = factories.a_customer()
    client = signed_in(factories.staff())
    path = address.format(slug=customer.slug)
    client.get(path)

    def cost():
        with (
            CaptureQueriesContext(connections["default"]) as own,
            CaptureQueriesContext(connections["staff"]) as read,
        ):
            assert client.get(path).status_code == 200
        return len(own) + len(read)

    happen(customer, 1)
    with_one = cost()
    happen(customer, 3)

    assert cost() == with_one


def test_the_filter_takes_the_beginning_of_an_event():
    customer = factories.a_customer()
    happen(customer, 2)
    client = signed_in(factories.a_member(customer))

    response = client.get(f"/c/{customer.slug}/audit/", {"event": "contract"})

    assert [row.name for row in response.context["page"].rows] == ["contract.recorded"] * 2


def test_verifying_says_that_the_chain_holds_and_is_itself_an_event():
    customer = factories.a_customer()
    client = signed_in(factories.a_member(customer))

    content = client.post(f"/c/{customer.slug}/audit/verify/", follow=True).content.decode()

    assert "The chain holds" in content
    assert "chain holds" in content
    with tenancy.transaction(customer):
        newest = AuditEvent.objects.order_by("-number").first()
        assert (newest.name, newest.data["holds"]) == ("audit.verified", True)


def test_staff_see_all_customers_and_nobody_else_does():
    one, other = factories.a_customer("Bir"), factories.a_customer("Iki")

    content = signed_in(factories.staff()).get("/audit/").content.decode()

    assert "Bir" in content
    assert "Iki" in content
    assert signed_in(factories.a_member(other)).get("/audit/").status_code == 404
    assert (
        signed_in(factories.a_member(one, "VIEWER")).get(f"/c/{one.slug}/audit/").status_code == 403
    )
