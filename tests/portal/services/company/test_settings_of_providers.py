"""A customer's own provider: kept, switched, demanded; its domains; the way back in."""

import pytest
from django.test import Client

from portal import secrets, tenancy
from portal.errors import NotNow
from portal.models import (
    CompanyDomain,
    CompanyProvider,
    CompanyTie,
    PlatformEvent,
)
from portal.services import keyring, people
from portal.services.company import domains as named, finding, providers
from portal.services.company.domains import DomainTaken
from portal.services.company.providers import BadProvider, SignInFirst
from portal.services.oidc import discovery
from tests import factories
from tests.conftest import NOON
from tests.portal.conftest import DOMAIN, sessions_of
from tests.portal.openid import CLIENT, ISSUER, SECRET

WORDS = {"client_id": CLIENT, "secret": "", "domains": [DOMAIN]}


def save(company, by=None, **words):
    found = discovery.read(ISSUER)
    return company.do(lambda **who: providers.save(found, **{**WORDS, **words}, **who), by=by)


def domains(company):
    with tenancy.transaction(company.customer):
        rows = CompanyDomain.objects.order_by("domain")
        return [(row.domain, row.confirmed_at is not None) for row in rows]


def test_the_secret_lies_sealed_and_moves_with_the_key_ring(company):
    row = company.row()
    context = secrets.context_of(row, "secret")

    assert SECRET.encode() not in bytes(row.secret)
    assert secrets.unseal(row.secret, key_id=row.secret_key_id, context=context) == SECRET
    assert (CompanyProvider, "secret", "secret_key_id") in keyring.sealed_fields()


def test_an_empty_secret_keeps_the_one_that_is_there(company):
    was = company.row().secret_key_id, bytes(company.row().secret)
    save(company, client_id="another client")

    assert (company.row().client_id, company.row().secret_key_id, bytes(company.row().secret)) == (
        "another client", *was,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"client_id": " "}, "client_id"),
        ({"client_id": "a\nb"}, "client_id"),
        ({"secret": "ü"}, "secret"),
        ({"domains": []}, "domains"),
        ({"domains": ["localhost"]}, "domains"),
        ({"domains": ["a b.example"]}, "domains"),
        ({"domains": ["me@marmara.example"]}, "domains"),
        ({"domains": [f"d{n}.example" for n in range(21)]}, "domains"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_provider_is_refused_and_nothing_changes(company, words, field):
    was = company.row().client_id, bytes(company.row().secret), domains(company)

    with pytest.raises(BadProvider) as refused:
        save(company, **words)

    assert list(refused.value.fields) == [field]
    assert (company.row().client_id, bytes(company.row().secret), domains(company)) == was


def test_a_new_domain_waits_and_one_that_is_left_out_is_gone(company):
    save(company, domains=["Other.example", DOMAIN.upper()])
    assert domains(company) == [(DOMAIN, True), ("other.example", False)]

    save(company, domains=["other.example"])
    assert domains(company) == [("other.example", False)]
    assert finding.of_domain(DOMAIN) is None


def test_with_another_issuer_everything_begins_anew(company, monkeypatch):
    company.demand()
    company.arrive()
    moved = discovery.Metadata(**{**discovery.read(ISSUER).kept(), "issuer": f"{ISSUER}/new"})

    with pytest.raises(BadProvider):
        company.do(lambda **who: providers.save(moved, **WORDS, **who))
    assert len(company.ties()) == 2
    company.do(lambda **who: providers.save(moved, **{**WORDS, "secret": "x"}, **who))

    assert (company.ties(), sessions_of(company.member)) == ([], 0)
    assert not company.row().required


def test_a_sandbox_has_none(company):
    box = factories.a_customer("Box", slug="box", sandbox_shapes=["single"])
    with tenancy.transaction(box), pytest.raises(BadProvider, match="sandbox"):
        providers.save(
            discovery.read(ISSUER), **{**WORDS, "secret": "x"}, by=factories.staff(), at=NOON
        )


def test_whoever_sees_some_sites_alone_decides_nothing(company):
    confined = factories.a_member(company.customer, name="One", site_ids=[])

    for act in (providers.enable, providers.disable, providers.demand, providers.release):
        with pytest.raises(people.OnlyOwnSites):
            company.do(act, by=confined)
    with pytest.raises(people.OnlyOwnSites):
        save(company, by=confined)
    assert company.row().state == "ENABLED"


def test_a_domain_is_of_one_customer_or_the_vendors_own(company, settings):
    other = factories.a_customer("Borealis")
    staff = factories.staff("ROLLOUT_MANAGER")
    with tenancy.transaction(other):
        providers.save(
            discovery.read(ISSUER), client_id="c", secret="s", by=staff, at=NOON,
            domains=[DOMAIN, "vendor.example", "borealis.example"],
        )  # fmt: skip
        rows = {row.domain: row for row in CompanyDomain.objects.all()}
    settings.STAFF_OIDC_DOMAINS = ["vendor.example"]

    for taken in (DOMAIN, "vendor.example"):
        with tenancy.transaction(other), pytest.raises(DomainTaken):
            named.confirm(rows[taken], by=staff, at=NOON)
    with tenancy.transaction(other):
        named.confirm(rows["borealis.example"], by=staff, at=NOON)
        confirmed = CompanyDomain.objects.filter(confirmed_at__isnull=False)
        assert [row.domain for row in confirmed] == ["borealis.example"]
    assert PlatformEvent.objects.filter(
        name="company_provider.domain_confirmed", about_customer=other.pk
    ).exists()


def test_disabling_ends_the_sessions_that_it_made_and_no_others(company):
    company.arrive()
    by_password = Client()
    signed = {"email": company.member.email, "password": factories.PASSWORD}
    by_password.post("/sign-in/", signed)
    company.do(providers.disable)

    assert "/sign-in/" in company.client.get("/c/marmara/")["Location"]
    assert by_password.get("/c/marmara/").status_code == 200
    company.do(providers.enable)
    assert not company.signed_in()  # and they do not come to life again
    assert len(company.ties()) == 1


def test_untying_ends_what_the_account_opened_and_another_may_come(company):
    company.arrive(sub="first")
    with tenancy.transaction(company.customer):
        tie = CompanyTie.objects.get()
    company.do(providers.untie, tie)

    assert (company.ties(), sessions_of(company.member)) == ([], 0)
    company.arrive(sub="second")
    assert company.ties() == [(company.member.email, "second")]


def test_it_is_demanded_by_somebody_who_came_by_it(company):
    with pytest.raises(SignInFirst):
        company.do(providers.demand)
    assert not company.row().required

    company.do(providers.disable)
    with pytest.raises(NotNow):
        company.do(providers.demand)
    assert not company.row().required


def test_members_whom_it_could_not_let_in_are_named(company):
    guest = factories.a_member(company.customer, name="Guest", email="guest@other.example")

    with tenancy.transaction(company.customer):
        assert providers.without_domain() == [guest]
