"""The time without failover where people look: start page, queue, the site's page, the live job."""

from datetime import timedelta

import pytest

from appliances.models import Site
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades.views.conftest import browser
from upgrades.services import interims

START, NOW = "/c/meridian/", "/staff/now/"


@pytest.fixture
def interim(world, running):
    with tenancy.transaction(world.customer):
        return interims.begin(world.site, job=running, at=NOON)


@pytest.fixture
def too_long(world, interim):
    late = NOON + timedelta(days=8)
    with tenancy.transaction(world.customer):
        interims.look_after(late)
    return late


def read(user, path):
    answer = browser(user).get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().split())


def site_of(world):
    return f"/c/meridian/sites/{world.site.pk}/"


def test_the_site_and_the_live_job_say_since_when_and_until_when(world, viewer, running, interim):
    for path in (site_of(world), f"/c/meridian/jobs/{running.pk}/"):
        content = read(viewer, path)
        assert "Without failover" in content
        assert "This site allows 7 days, until" in content


def test_too_long_stands_in_the_queue_of_the_customer(world, viewer, too_long):
    with clock.at(too_long):
        content = read(viewer, START)

    assert "Support desk has been without failover for too long" in content
    assert "Too long without failover" in read(viewer, site_of(world))


def test_within_the_limit_nobody_is_called(viewer, interim):
    assert "without failover for too long" not in read(viewer, START)


def test_another_customer_sees_nothing_of_it(world, stranger, too_long):
    assert browser(stranger).get(site_of(world)).status_code == 404
    assert browser(stranger).get(START).status_code == 404


def test_the_limit_is_changed_on_the_sites_page_by_whoever_may(world, viewer):
    given = {
        "name": "Support desk", "public_name": "support.meridian.sim", "zone": "Europe/Istanbul",
        "swing": "DNS", "has_msi_consoles": "false", "has_integration_clients": "true",
        "integration_by_ip": "false", "interim_days": "3",
    }  # fmt: skip
    path = f"{site_of(world)}change/"

    assert browser(viewer).post(path, given).status_code == 403
    assert browser(world.agent).post(path, given).status_code == 302
    with tenancy.transaction(world.customer):
        found = Site.objects.get(pk=world.site.pk)
    assert (found.interim_days, found.integration_by_ip) == (3, False)
    wrong = browser(world.agent).post(path, given | {"interim_days": "0"})
    assert wrong.status_code == 422
