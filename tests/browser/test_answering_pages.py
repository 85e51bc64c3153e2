"""What a customer answers by: a decision link's page, contacts and promises, secret addresses."""

from datetime import timedelta
from typing import Any

import pytest

from appliances.models import Package
from portal import tenancy
from portal.models import User
from portal.services import contacts, mailed_links, promises
from tests.browser import upgrading
from tests.browser.looking import LANGUAGES, look, look_everywhere
from upgrades.models import DecisionLink, Enrolment, Rollout
from upgrades.services import alerts

pytestmark = pytest.mark.browser


def alerted(made: upgrading.World) -> Any:
    """The site's first contact is asked by mail; the contact."""
    rollout = Rollout(
        name="To 14.3", release=Package.objects.get(kind="PRODUCT", version__startswith="14.3"),
        starts_on=made.now.date(), ends_on=made.now.date() + timedelta(days=90),
        made_by=made.agent, made_at=made.now, notices="Consoles update themselves at next start.",
    )  # fmt: skip
    User.objects.filter(pk=made.approver.pk).update(email="elif@example.com")
    rollout.open(at=made.now)
    rollout.save()
    with tenancy.transaction(made.customer):
        promises.make(
            kind="NOTICE", days=3, agreed_on=made.now.date(), by=made.approver, at=made.now
        )
        contact = contacts.make(
            name="Elif Şahin", email="elif@example.com", phone="+90 212 555 0100",
            zone="Europe/Istanbul", by=made.agent, at=made.now,
        )  # fmt: skip
        enrolment = Enrolment(
            customer=made.customer, rollout=rollout, site=made.site, enrolled_at=made.now
        )
        enrolment.ready()
        enrolment.save()
        alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=made.now)
    return contact


def test_the_decision_is_usable_in_every_look_and_without_an_account(page_at: Any) -> None:
    made = upgrading.world()
    contact = alerted(made)

    for language in LANGUAGES:
        with tenancy.transaction(made.customer):
            contacts.change(contact, language=language, by=made.agent, at=made.now)
            link = DecisionLink.objects.get()
        page = page_at(f"/d/{mailed_links.token(link.pk)}/", language=language)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        look(page, "decision", language=language)


@pytest.mark.parametrize(
    ("name", "path", "who"),
    [
        ("contacts", "/c/marmara/contacts/", "agent"),
        ("site-asked", "/c/marmara/", "approver"),
        ("addresses", "/profile/", "approver"),
    ],
)
def test_the_page_is_usable_in_every_look(page_at: Any, name: str, path: str, who: str) -> None:
    made = upgrading.world()
    alerted(made)

    look_everywhere(page_at, path, name, user=getattr(made, who))
