"""Sites are registered, changed and closed; who may not is told so."""

from appliances.models import Site
from portal import tenancy
from tests.appliances.views.test_sites import page_of
from tests.factories import a_customer, a_member

PAIR = {
    "name": "Pair",
    "public_name": "pair.example.com",
    "shape": "PAIR",
    "zone": "Europe/Paris",
    "swing": "DNS",
    "has_msi_consoles": "unknown",
    "has_integration_clients": "false",
    "form-TOTAL_FORMS": "3",
    "form-INITIAL_FORMS": "0",
    "form-0-letter": "a",
    "form-0-host": "a.example.com",
    "form-0-cluster_role": "SINGLE",
    "form-0-failover_role": "PRIMARY",
    "form-0-base_version": "3.2.4",
    "form-1-letter": "B",
    "form-1-host": "b.example.com",
    "form-1-cluster_role": "SINGLE",
    "form-1-failover_role": "BACKUP",
    "form-2-cluster_role": "SINGLE",
    "form-2-failover_role": "NONE",
}


def test_an_administrator_registers_a_pair(client, customer, signed_in):
    signed_in("ADMINISTRATOR")

    answer = client.post("/c/meridian/sites/register/", PAIR)

    assert answer.status_code == 302
    with tenancy.transaction(customer):
        site = Site.objects.get(public_name="pair.example.com")
        assert [box.letter for box in site.appliances.order_by("letter")] == ["A", "B"]
        assert site.appliances.get(letter="A").base_version == "3.2.4"
        assert (site.has_msi_consoles, site.has_integration_clients) == (None, False)


def test_a_registration_that_makes_no_shape_is_refused_with_a_sentence(client, customer, signed_in):
    signed_in("ADMINISTRATOR")

    answer = client.post("/c/meridian/sites/register/", PAIR | {"shape": "SINGLE"})

    assert answer.status_code == 409
    assert "one appliance" in answer.content.decode()
    with tenancy.transaction(customer):
        assert not Site.objects.exists()


def test_an_incomplete_registration_comes_back(client, signed_in):
    signed_in("ADMINISTRATOR")

    assert client.get("/c/meridian/sites/register/").status_code == 200
    assert client.post("/c/meridian/sites/register/", PAIR | {"name": ""}).status_code == 422
    assert client.post("/c/meridian/sites/register/", PAIR | {"form-1-host": ""}).status_code == 422


def test_a_site_is_changed_and_closed_by_who_may(client, customer, site, signed_in):
    signed_in("ADMINISTRATOR")
    facts = {"name": "Desk", "public_name": "support.meridian.sim", "zone": "Asia/Tokyo"}
    facts |= {"swing": "NAT", "has_msi_consoles": "true", "has_integration_clients": "unknown"}

    assert client.get(f"{page_of(site)}change/").status_code == 200
    assert client.post(f"{page_of(site)}change/", facts).status_code == 302
    assert client.post(f"{page_of(site)}change/", facts | {"zone": "Mars"}).status_code == 422
    assert client.post(f"{page_of(site)}close/").status_code == 302

    with tenancy.transaction(customer):
        changed = Site.objects.get()
    assert (changed.name, changed.zone, changed.has_msi_consoles) == ("Desk", "Asia/Tokyo", True)
    assert changed.closed_at is not None
    assert client.get(page_of(site)).status_code == 200


def test_members_without_the_right_get_403(client, site, signed_in):
    signed_in("OPERATOR")

    assert client.get("/c/meridian/sites/register/").status_code == 403
    assert client.get(f"{page_of(site)}change/").status_code == 403
    assert client.post(f"{page_of(site)}close/").status_code == 403


def test_a_site_of_another_customer_does_not_exist_here(client, site):
    other = a_customer("Elsewhere", slug="elsewhere")
    client.force_login(a_member(other))

    assert client.get(f"/c/elsewhere/sites/{site.pk}/").status_code == 404
