"""A domain that waits: whoever may confirm it is told; the customer sees what comes next."""

import pytest
from django.test import Client

from portal import clock, tenancy
from portal.errors import NotNow
from portal.models import CompanyDomain, Message
from portal.services import still_true
from portal.services.company import domains, providers
from portal.services.oidc import discovery
from tests import factories
from tests.conftest import NOON
from tests.portal.conftest import DOMAIN
from tests.portal.openid import CLIENT, ISSUER


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def name(company, *more):
    found = discovery.read(ISSUER)
    company.do(
        lambda **who: providers.save(
            found, client_id=CLIENT, secret="", domains=[DOMAIN, *more], **who
        )
    )


@pytest.fixture
def support(company):
    """Who may confirm, and who may not."""
    roles = ("ADMINISTRATOR", "ROLLOUT_MANAGER", "AGENT")
    return [factories.staff(role, name=role, email=f"{role.lower()}@v.example") for role in roles]


def letters(company, kind):
    with tenancy.transaction(company.customer):
        found = Message.objects.filter(kind=kind).exclude(subject__contains=DOMAIN)
        return list(found.order_by("address"))  # without those of setting it up


def test_whoever_may_confirm_is_told_by_whom_and_which(company, support):
    name(company, "new.example", "other.example")

    told = [row for row in letters(company, "domain_waits") if "v.example" in row.address]
    assert [row.address for row in told] == [
        "administrator@v.example", "rollout_manager@v.example"
    ]  # fmt: skip
    text = " ".join(told[0].body_text.split())
    assert "new.example, other.example" in text
    assert DOMAIN not in text
    assert "Elif Kaya" in text
    assert "http://testserver/c/marmara/company-sign-in/" in text
    assert told[0].subject == "A domain of Marmara waits to be confirmed"


def test_what_waited_before_is_not_told_again(company, support):
    name(company, "new.example")
    before = len(letters(company, "domain_waits"))
    name(company, "new.example")
    name(company)
    name(company, "new.example")  # taken away, and named again on the same day

    assert len(letters(company, "domain_waits")) == before


def test_it_does_not_leave_once_nothing_waits(company, support):
    name(company, "new.example")
    letter = letters(company, "domain_waits")[0]
    with tenancy.transaction(company.customer):
        assert still_true.why_not(letter, NOON) == ""
        domains.confirm(CompanyDomain.objects.get(confirmed_at=None), by=support[0], at=NOON)
        assert still_true.why_not(letter, NOON) == "No domain waits any more."


def test_the_customers_administrators_are_told_once_it_is_confirmed(company, support):
    name(company, "new.example")
    factories.a_member(company.customer, "VIEWER", name="Viewer", email=f"viewer@{DOMAIN}")
    with tenancy.transaction(company.customer):
        row = CompanyDomain.objects.get(confirmed_at=None)
        domains.confirm(row, by=support[1], at=NOON)
        with pytest.raises(NotNow):
            domains.confirm(row, by=support[1], at=NOON)

    [told] = letters(company, "domain_confirmed")
    assert told.address == company.administrator.email
    assert told.subject == "new.example is confirmed for the company sign-in"


def test_support_sees_it_first_of_all_with_who_and_when(company, support):
    agent = browser(support[2])
    assert "Domains to be confirmed" not in agent.get("/now/").content.decode()
    name(company, "new.example")

    shown = agent.get("/now/").content.decode()
    part = shown[shown.index('id="domains"') :]
    part = part[: part.index("</section>")]
    assert "new.example" in part
    assert "Elif Kaya" in part
    assert 'href="/c/marmara/company-sign-in/"' in part
    assert DOMAIN not in part

    with tenancy.transaction(company.customer):
        domains.confirm(CompanyDomain.objects.get(confirmed_at=None), by=support[0], at=NOON)
    assert "Domains to be confirmed" not in agent.get("/now/").content.decode()


def test_the_customer_sees_that_it_waits_who_named_it_and_what_comes_next(company, support):
    name(company, "new.example")
    boss = browser(company.administrator)

    shown = boss.get("/c/marmara/company-sign-in/").content.decode()

    assert "waits for the vendor" in shown
    assert "The vendor’s support was told, and asks whether the domain is yours." in shown
    row = shown[shown.index("new.example</th>") :]
    assert "Elif Kaya" in row[: row.index("</tr>")]
    with tenancy.transaction(company.customer):
        waiting = CompanyDomain.objects.get(confirmed_at=None)
        assert abs((waiting.asked_at - clock.now()).total_seconds()) < 60
        domains.confirm(waiting, by=support[0], at=NOON)
    assert "was told, and asks" not in boss.get("/c/marmara/company-sign-in/").content.decode()


def test_other_customers_and_other_members_see_none_of_it(company, support):
    name(company, "new.example")
    stranger = factories.a_member(factories.a_customer("Borealis", slug="b"), name="Bo")

    for person in (stranger, company.member):
        assert browser(person).get("/now/").status_code == 404
        assert b"new.example" not in browser(person).get("/messages/").content
