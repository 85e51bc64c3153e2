import pytest

from appliances.models import Package
from appliances.services import catalogue


@pytest.fixture
def loaded(db) -> Package:
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    return Package.objects.get(version="12.2.0")


def test_the_catalogue_shows_how_well_each_thing_is_known(client, loaded, signed_in):
    signed_in(staff="AGENT")

    page = client.get("/catalogue/").content.decode()

    assert "base above 3.2.4" in page
    for word in ("documented", "inferred", "demo"):
        assert f'class="prov {word}"' in page
    assert page.index("Bomgar-26.2") < page.index("Bomgar-11.1")


def test_the_catalogue_takes_as_many_queries_for_many_packages(
    client, loaded, signed_in, django_assert_max_num_queries
):
    signed_in("VIEWER")
    client.get("/c/meridian/catalogue/")

    with django_assert_max_num_queries(16):
        client.get("/c/meridian/catalogue/")


def test_one_kind_can_be_chosen(client, loaded, signed_in):
    signed_in("VIEWER")

    page = client.get("/c/meridian/catalogue/", {"kind": "BASE"}).content.decode()

    assert "Base Software 3.3.2" in page
    assert "Bomgar-12.2.0" not in page


def test_a_package_says_where_it_is_known_from(client, loaded, signed_in):
    signed_in("VIEWER")

    page = client.get(f"/c/meridian/catalogue/{loaded.pk}/").content.decode()

    assert "update page" in page
    assert "Wait at least 24 hours" in page
    assert "Withdraw it" not in page


def test_a_manager_withdraws_a_package_and_puts_it_back(client, loaded, signed_in):
    signed_in(staff="ROLLOUT_MANAGER")

    assert client.post(f"/catalogue/{loaded.pk}/withdraw/").status_code == 302
    assert Package.objects.get(pk=loaded.pk).withdrawn_at is not None
    assert "withdrawn" in client.get("/catalogue/").content.decode()
    assert client.post(f"/catalogue/{loaded.pk}/restore/").status_code == 302
    assert Package.objects.get(pk=loaded.pk).withdrawn_at is None


def test_an_agent_does_not_withdraw(client, loaded, signed_in):
    signed_in(staff="AGENT")

    assert client.post(f"/catalogue/{loaded.pk}/withdraw/").status_code == 403


def test_strangers_see_no_catalogue_of_a_customer(client, loaded, customer, stranger):
    assert client.get("/c/meridian/catalogue/").status_code == 404
    assert client.get("/catalogue/").status_code == 404
