import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.usefixtures("db")


def test_the_persons_own_choices_are_chosen_on_the_page():
    client = Client()
    client.force_login(factories.a_person(language="tr", zone="Europe/Istanbul", theme="dark"))

    content = client.get("/profile/").content.decode()

    assert 'lang="tr" data-theme="dark"' in content
    assert "<option selected>Europe/Istanbul</option>" in content
    assert 'name="language" value="tr" checked' in content
    assert 'name="theme" value="dark" checked' in content


def test_names_of_the_machine_are_no_zones_to_choose():
    client = Client()
    client.force_login(factories.a_person())

    zones = client.get("/profile/").context["zones"]

    assert "UTC" in zones
    assert not [zone for zone in zones if zone.startswith(("Etc/", "posix/", "US/"))]
