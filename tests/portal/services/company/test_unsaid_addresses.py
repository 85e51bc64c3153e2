"""Providers that send no `email_verified`: by a setting, a confirmed domain stands in for it."""

import pytest
from django.test import Client

from portal import tenancy
from portal.models import AuditEvent, CompanyDomain, PlatformEvent
from portal.services import people
from portal.services.company import providers
from portal.services.oidc import discovery
from portal.services.oidc.wire import ProviderSilent
from tests import factories
from tests.portal.openid import CLIENT, ISSUER, SECRET

UNSAID = {"email_verified": None}
PAGE = "/c/marmara/company-sign-in/addresses/"


@pytest.fixture
def suffices(company):
    company.do(lambda **who: providers.let_domain_suffice(True, **who))
    return company


def arrive(company, email="", **says):
    company.there.claims = {**UNSAID, **says}
    return company.arrive(email)


def test_without_the_setting_an_address_of_which_nothing_is_said_ties_nobody(company):
    assert arrive(company).status_code == 422
    assert arrive(company, xms_edov=True).status_code == 422
    assert company.ties() == []


def test_with_it_an_address_of_a_confirmed_domain_does(suffices):
    assert arrive(suffices).status_code == 302
    assert suffices.ties() == [(suffices.member.email, f"sub of {suffices.member.email}")]


@pytest.mark.parametrize("yes", [True, 1, "1", "true"])
def test_entra_may_say_that_the_domain_is_its_tenants(suffices, yes):
    assert arrive(suffices, xms_edov=yes).status_code == 302


@pytest.mark.parametrize("no", [False, 0, "0", "", "false", "no", [], {"a": 1}])
def test_and_where_it_says_no_nobody_is_tied(suffices, no):
    assert arrive(suffices, xms_edov=no).status_code == 422
    assert suffices.ties() == []


@pytest.mark.parametrize("no", [False, "true", 1, "false", 0, ""])
def test_an_address_that_is_said_not_to_be_verified_never_counts(suffices, no):
    """Nor what is no answer at all: only silence is stood in for."""
    suffices.there.claims = {"email_verified": no}

    assert suffices.arrive().status_code == 422
    assert suffices.ties() == []


def test_an_address_of_another_domain_never_counts(suffices):
    """Of nobody's, of one that waits, and of another customer's own."""
    with tenancy.transaction(suffices.customer):
        CompanyDomain.objects.create(
            customer=suffices.customer, provider=providers.of_customer(), domain="waits.example"
        )  # fmt: skip
    for email in ("a@other.example", "a@waits.example", "a@sub.marmara.example"):
        factories.a_member(suffices.customer, name=email, email=email)
        url = suffices.way()
        suffices.there.knows(email)
        suffices.there.claims = UNSAID
        answer = suffices.back(url)
        assert (answer.status_code, "may not speak for" in answer.content.decode()) == (422, True)
    assert suffices.ties() == []


def test_an_address_that_the_information_alone_names_is_asked_about_there(suffices):
    """What the token says of another address says nothing of this one."""
    suffices.there.claims = {"email": None}
    suffices.there.answers["/me"] = (
        200, {}, b'{"sub": "sub of kerem@marmara.example", "email": "kerem@marmara.example"}',
    )  # fmt: skip
    assert suffices.arrive().status_code == 422

    suffices.there.claims = {"email": None, **UNSAID}
    assert suffices.arrive().status_code == 302


def test_what_was_tied_stays_when_verified_addresses_are_demanded_again(suffices):
    arrive(suffices)
    suffices.client.post("/sign-out/")
    suffices.do(lambda **who: providers.let_domain_suffice(False, **who))

    assert arrive(suffices).status_code == 302
    with tenancy.transaction(suffices.customer):
        told = AuditEvent.objects.filter(name__startswith="company_provider.").values_list(
            "name", flat=True
        )
        assert "company_provider.domain_suffices" in told
        assert "company_provider.verified_demanded" in told


def test_with_another_issuer_it_is_off_again(suffices):
    moved = {**discovery.read(ISSUER).kept(), "issuer": f"{ISSUER}/new"}
    suffices.do(
        lambda **who: providers.save(
            discovery.Metadata(**moved), client_id="c", secret="s", domains=["x.example"], **who
        )
    )

    assert not suffices.row().domain_suffices


def test_the_staffs_provider_has_to_say_it(suffices, settings):
    settings.STAFF_OIDC_ISSUER, settings.STAFF_OIDC_CLIENT_ID = ISSUER, CLIENT
    settings.STAFF_OIDC_CLIENT_SECRET, settings.STAFF_OIDC_DOMAINS = SECRET, ["vendor.example"]
    ana = factories.staff("ADMINISTRATOR", name="Ana", email="ana@vendor.example")

    assert arrive(suffices, ana.email).status_code == 422


def test_a_provider_of_many_tenants_is_none(company):
    """Entra's common addresses call themselves by a pattern: anybody's tenant would answer."""
    company.there.config = {"issuer": f"{ISSUER}/{{tenantid}}/v2.0"}

    with pytest.raises(ProviderSilent, match="It calls itself"):
        discovery.read(ISSUER)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "APPROVER"])
def test_other_members_do_not_set_it(company, role):
    client = browser(factories.a_member(company.customer, role, name="Nobody"))

    assert client.post(PAGE, {"suffices": "1"}).status_code == 403
    assert not company.row().domain_suffices


def test_strangers_and_people_of_some_sites_do_not_set_it(company):
    stranger = factories.a_member(factories.a_customer("Borealis"), name="Bo")
    part = factories.a_member(company.customer, name="Part", site_ids=[])
    assert browser(stranger).post(PAGE, {"suffices": "1"}).status_code == 404
    assert browser(part).post(PAGE, {"suffices": "1"}).status_code == 403
    with pytest.raises(people.OnlyOwnSites):
        company.do(lambda **who: providers.let_domain_suffice(True, **who), by=part)
    assert browser(factories.staff("AGENT")).post(PAGE, {"suffices": "1"}).status_code == 403

    assert not company.row().domain_suffices


def test_an_administrator_sets_it_and_so_does_support_which_both_trails_tell(company):
    boss, manager = browser(company.administrator), factories.staff("ROLLOUT_MANAGER")
    page = PAGE.removesuffix("addresses/")
    assert "guests included" in boss.get(page).content.decode()
    assert boss.post(PAGE, {"suffices": "1"}).status_code == 302
    assert company.row().domain_suffices
    assert not PlatformEvent.objects.filter(name="company_provider.domain_suffices").exists()
    assert "Demand verified addresses again" in boss.get(page).content.decode()

    assert browser(manager).post(PAGE, {"suffices": "0"}).status_code == 302
    assert not company.row().domain_suffices
    told = PlatformEvent.objects.get(name="company_provider.verified_demanded")
    assert (told.actor_id, told.about_customer) == (manager.pk, company.customer.pk)
    assert boss.post(PAGE).status_code == 302  # a button that names nothing lets nothing suffice
    assert not company.row().domain_suffices
