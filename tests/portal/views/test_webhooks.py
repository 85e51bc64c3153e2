"""Pages of endpoints: who may, what is shown once, and each delivery."""

import pytest
from django.test import Client

from portal import tenancy
from portal.models import Membership, Webhook, WebhookDelivery, WebhookTry
from portal.services.webhooks import endpoints
from tests import factories
from tests.conftest import NOON

FORM = {"name": "Our desk", "address": "https://hooks.example.com/in?token=abc"}


@pytest.fixture
def customer(db):
    return factories.a_customer("Marmara", slug="marmara")


@pytest.fixture
def browser(customer):
    return signed_in(factories.a_member(customer))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def hook(customer):
    with tenancy.transaction(customer):
        made, _secret = endpoints.make(**FORM, by=factories.staff("ROLLOUT_MANAGER"), at=NOON)
        endpoints.test(made, by=None, at=NOON)
    return made


@pytest.fixture
def delivery(customer, hook):
    with tenancy.transaction(customer):
        found = WebhookDelivery.objects.get()
        found.fail(again_at=NOON)
        found.save()
        WebhookTry.objects.create(
            customer=customer, delivery=found, at=NOON, status=503, outcome="refused",
            milliseconds=12,
        )  # fmt: skip
    return found


def test_an_endpoint_is_made_and_its_secret_shown_once(browser, customer):
    answer = browser.post("/c/marmara/webhooks/make/", FORM)

    assert b"whsec_" in answer.content
    with tenancy.transaction(customer):
        hook = Webhook.objects.get()
    assert b"whsec_" not in browser.get(f"/c/marmara/webhooks/{hook.pk}/").content
    assert b"Our desk" in browser.get("/c/marmara/webhooks/").content


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"address": "http://hooks.example.com/"}, 409, "plain https address"),
        ({"name": ""}, 422, "required"),
        ({"events": ["member.added"]}, 422, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(
    browser, customer, change, status, said
):
    answer = browser.post("/c/marmara/webhooks/make/", FORM | change)

    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    with tenancy.transaction(customer):
        assert not Webhook.objects.exists()


def test_an_endpoint_is_changed_rotated_disabled_enabled_tried_and_removed(browser, customer, hook):
    page = f"/c/marmara/webhooks/{hook.pk}/"
    assert b"whsec_" in browser.post(f"{page}rotate/", {"hours": 2}).content
    assert browser.post(f"{page}rotate/", {"hours": 999}).status_code == 422
    for act, form in (
        ("change/", FORM | {"name": "Desk 2"}), ("disable/", {}), ("enable/", {}), ("test/", {}),
        ("end/", {}),
    ):  # fmt: skip
        assert browser.post(f"{page}{act}", form).status_code == 302, act
    assert browser.post(f"{page}change/", FORM | {"address": "x"}).status_code == 404
    with tenancy.transaction(customer):
        assert Webhook.objects.get().state == "ENDED"


def test_a_delivery_shows_request_answer_and_tries_and_is_sent_again(browser, customer, delivery):
    page = f"/c/marmara/deliveries/{delivery.pk}/"
    shown = browser.get(page).content.decode()
    assert str(delivery.event_id) in shown
    assert "503" in shown
    assert "webhook.tested" in shown

    assert browser.post(f"{page}send-again/").status_code == 302
    assert browser.post(f"{page}send-again/").status_code == 409, "queued already"
    listed = browser.get(f"/c/marmara/webhooks/{delivery.webhook_id}/?state=QUEUED")
    assert b"webhook.tested" in listed.content


def test_who_may(customer, hook, delivery):
    pages = [
        "/c/marmara/webhooks/", f"/c/marmara/webhooks/{hook.pk}/",
        f"/c/marmara/deliveries/{delivery.pk}/",
    ]  # fmt: skip
    acts = ["/c/marmara/webhooks/make/", f"{pages[1]}disable/", f"{pages[2]}send-again/"]
    viewer = signed_in(factories.a_member(customer, Membership.Role.VIEWER))
    agent = signed_in(factories.staff())
    other = factories.a_customer("Borealis", slug="borealis")
    stranger = signed_in(factories.a_member(other))

    for page in pages:
        told = [each.get(page).status_code for each in (viewer, agent, stranger)]
        assert told == [403, 200, 404], page
    for act in acts:
        told = [each.post(act, FORM).status_code for each in (viewer, agent, stranger)]
        assert told == [403, 403, 404], act
    for page in pages[1:]:
        assert stranger.get(page.replace("marmara", "borealis")).status_code == 404
    assert viewer.get("/c/marmara/webhooks/events/").status_code == 200


def test_an_administrator_of_some_sites_sees_no_endpoint(customer, hook, delivery):
    limited = signed_in(factories.a_member(customer, site_ids=[customer.pk]))
    for page in ("webhooks/", f"webhooks/{hook.pk}/", f"deliveries/{delivery.pk}/"):
        assert limited.get(f"/c/marmara/{page}").status_code == 403, page
    assert limited.post(f"/c/marmara/deliveries/{delivery.pk}/send-again/").status_code == 403
    assert limited.post(f"/c/marmara/webhooks/{hook.pk}/rotate/", {"hours": 1}).status_code == 409
