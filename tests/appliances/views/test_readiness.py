from datetime import timedelta

import pytest

from appliances.models import Appliance, ReadinessCheck
from portal import clock, tenancy
from portal.models import AuditEvent
from upgrades import tasks

HTMX = {"HX-Request": "true"}


@pytest.fixture
def at(site) -> str:
    return f"/c/meridian/sites/{site.pk}/"


def test_check_now_asks_in_the_background_and_looks_again(client, at, signed_in):
    signed_in("OPERATOR")

    answer = client.post(f"{at}check/", headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.strip().startswith("<section")
    assert "Asking the appliances" in page
    assert f'hx-get="{at}readiness/?since=' in page


def test_without_htmx_the_person_comes_back_to_the_site(client, at, signed_in):
    signed_in("OPERATOR")

    answer = client.post(f"{at}check/", follow=True)

    assert answer.redirect_chain == [(at, 302)]
    assert "being asked" in answer.content.decode()


def test_the_panel_goes_on_asking_until_there_is_a_newer_answer(
    client, customer, site, at, signed_in, answering
):
    who = signed_in("OPERATOR")
    answering(clock_offset=300)
    since = clock.now().isoformat()
    waiting = client.get(f"{at}readiness/", {"since": since, "looks": "1"}).content.decode()
    assert "looks=2" in waiting

    tasks.check_site(customer_id=str(customer.pk), site_id=str(site.pk), by_id=str(who.pk))

    page = client.get(f"{at}readiness/", {"since": since, "looks": "2"}).content.decode()
    assert "hx-get" not in page
    assert "It reports good health" in page
    assert "Its clock is off a little. Set its time server." in page
    with tenancy.transaction(customer):
        assert AuditEvent.objects.get(name="readiness.checked").actor_id == who.pk
        assert Appliance.objects.get().product_version == "22.3.1"


def test_after_two_minutes_the_panel_gives_up(client, at, signed_in):
    signed_in("OPERATOR")
    since = clock.now().isoformat()

    page = client.get(f"{at}readiness/", {"since": since, "looks": "60"}).content.decode()

    assert "hx-get" not in page
    assert "No answer yet" in page


@pytest.mark.parametrize("query", [{}, {"since": "rubbish"}, {"since": "2026-01-01T00:00:00"}])
def test_a_strange_address_shows_what_is_known(client, at, signed_in, query):
    signed_in("VIEWER")

    answer = client.get(f"{at}readiness/", query)

    assert answer.status_code == 200
    assert "hx-get" not in answer.content.decode()


def test_an_answer_that_counts_no_more_says_so(client, customer, site, at, signed_in):
    signed_in("VIEWER")
    old = clock.now() - timedelta(hours=2)
    with tenancy.transaction(customer):
        ReadinessCheck.objects.create(
            customer=customer,
            site=site,
            name="CONTRACT",
            status="BAD",
            reason="No maintenance contract covers this day.",
            taken_at=old,
            valid_until=old + timedelta(hours=1),
        )

    page = client.get(at).content.decode()

    assert "No maintenance contract covers this day." in page
    assert "counts no more" in page


def test_who_may_not_check_is_told_so(client, at, signed_in):
    signed_in("VIEWER")

    assert "Check now" not in client.get(at).content.decode()
    assert client.post(f"{at}check/").status_code == 403


def test_a_stranger_gets_404(client, at, stranger):
    assert client.post(f"{at}check/").status_code == 404
    assert client.get(f"{at}readiness/").status_code == 404
