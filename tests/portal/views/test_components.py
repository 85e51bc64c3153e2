import pytest
from django.test import Client

from tests import factories


@pytest.mark.usefixtures("db")
def test_every_component_is_drawn_for_staff():
    client = Client()
    client.force_login(factories.staff(name="Ines Duarte"))

    response = client.get("/components/")

    assert response.status_code == 200
    assert response.content.decode().count('class="sec"') > 15


@pytest.mark.usefixtures("db")
def test_a_customers_person_finds_no_such_page():
    client = Client()
    client.force_login(factories.a_member(factories.a_customer()))

    assert client.get("/components/").status_code == 404
