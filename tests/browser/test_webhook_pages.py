"""The pages of webhooks, looked at: endpoints, one with its deliveries, a delivery, the events."""

from typing import Any

import pytest

from portal import tenancy
from portal.models import WebhookDelivery, WebhookTry
from portal.services.webhooks import endpoints
from tests import factories
from tests.browser.looking import look_everywhere

pytestmark = pytest.mark.browser


def test_the_pages_of_webhooks_are_usable_in_every_look(page_at: Any) -> None:
    customer = factories.a_customer("Marmara Lojistik", slug="marmara", zone="Europe/Istanbul")
    member = factories.a_member(customer, name="Elif Şahin", zone="Europe/Istanbul")
    address = "https://hooks.marmara-lojistik.example/changeover/incoming?for=the-desk"
    with tenancy.transaction(customer):
        given = {"address": address, "by": member, "at": factories.NOON}
        hook, _secret = endpoints.make(name="Service desk", **given)
        endpoints.make(name="Watcher", events=["job.halted"], **given)
        for _ in range(3):
            endpoints.test(hook, by=member, at=factories.NOON)
    with tenancy.transaction(customer):
        failed, taken, _queued = WebhookDelivery.objects.filter(webhook=hook)
        failed.fail(again_at=factories.NOON)
        taken.send(at=factories.NOON)
        for row, status, outcome in ((failed, 503, "refused"), (taken, 204, "taken")):
            row.save()
            WebhookTry.objects.create(
                customer=customer, delivery=row, at=factories.NOON, status=status,
                outcome=outcome, milliseconds=182,
            )  # fmt: skip
    for name, path in {
        "webhooks": "webhooks/", "webhook": f"webhooks/{hook.pk}/",
        "webhook-delivery": f"deliveries/{failed.pk}/", "webhook-events": "webhooks/events/",
    }.items():  # fmt: skip
        look_everywhere(page_at, f"/c/marmara/{path}", name, user=member)

    page = page_at(f"/c/marmara/webhooks/{hook.pk}/", user=member, scripts=False)
    page.get_by_role("button", name="Make a new secret").click()
    assert page.locator("#secret").inner_text().startswith("whsec_")
