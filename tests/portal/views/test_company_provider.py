"""The page on which a customer's administrator sets up how their people sign in."""

import pytest
from django.db import connection
from django.test import Client

from portal import tenancy
from portal.models import AuditEvent, CompanyDomain, CompanyProvider, CompanyTie
from portal.services.oidc import discovery, wire
from tests import factories
from tests.portal.openid import CLIENT, ISSUER, SECRET

PAGE = "/c/borealis/company-sign-in/"
GIVEN = {"issuer": ISSUER, "client_id": CLIENT, "secret": SECRET, "domains": "borealis.example"}


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def other(company):
    """A customer that has set up nothing yet."""
    return factories.a_customer("Borealis", slug="borealis")


@pytest.fixture
def boss(other):
    return browser(factories.a_member(other, name="Bo Strand", email="bo@borealis.example"))


def rows(customer):
    with tenancy.transaction(customer):
        return CompanyProvider.objects.count(), CompanyDomain.objects.count()


def test_the_redirect_uri_stands_there_to_be_copied(boss, other):
    shown = boss.get(PAGE).content.decode()

    assert "http://testserver/sign-in/company/borealis/back/" in shown
    assert "Enable" not in shown


def test_trying_proves_and_keeps_nothing(boss, other):
    answer = boss.post(f"{PAGE}save/", {**GIVEN, "try": "1"})
    shown = answer.content.decode()

    assert answer.status_code == 200
    assert "answers as it should" in shown
    assert f"{ISSUER}/authorize" in shown
    assert f'value="{ISSUER}"' in shown
    assert SECRET not in shown
    assert rows(other) == (0, 0)


@pytest.mark.parametrize("more", [{"try": "1"}, {}])
def test_what_does_not_answer_is_not_kept_and_the_page_says_why(company, boss, other, more):
    company.there.answers["/.well-known/openid-configuration"] = (200, {}, b"<html>")
    answer = boss.post(f"{PAGE}save/", {**GIVEN, **more})

    assert answer.status_code == 422
    assert "is not JSON" in answer.content.decode()
    assert rows(other) == (0, 0)


def test_keys_are_asked_for_before_it_is_kept(company, boss, other):
    company.there.answers["/keys"] = (200, {}, b'{"keys": []}')

    assert boss.post(f"{PAGE}save/", GIVEN).status_code == 422
    assert rows(other) == (0, 0)


def test_it_is_kept_switched_on_and_off_and_never_shows_its_secret(boss, other):
    assert boss.post(f"{PAGE}save/", GIVEN)["Location"] == PAGE
    assert rows(other) == (1, 1)
    shown = boss.get(PAGE).content.decode()
    assert "waits for the vendor" in shown
    assert SECRET not in shown

    for act, state in (("enable", "ENABLED"), ("disable", "DISABLED")):
        assert boss.post(f"{PAGE}{act}/").status_code == 302
        with tenancy.transaction(other):
            assert CompanyProvider.objects.get().state == state
            assert AuditEvent.objects.filter(name__startswith=f"company_provider.{act}").exists()
    assert boss.post(f"{PAGE}disable/").status_code == 409


def test_without_one_nothing_can_be_switched(boss, other):
    for act in ("enable", "disable", "demand", "free"):
        assert boss.post(f"{PAGE}{act}/").status_code == 409
    assert rows(other) == (0, 0)


def test_what_the_form_refuses_is_said_beside_the_field(boss, other):
    for words in ({"domains": "no domain at all!"}, {"client_id": ""}, {"secret": ""}):
        assert boss.post(f"{PAGE}save/", {**GIVEN, **words}).status_code == 422
    assert rows(other) == (0, 0)


ACTS = ("save", "enable", "disable", "demand", "free")


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "APPROVER"])
def test_other_roles_see_and_do_nothing(company, other, role):
    client = browser(factories.a_member(other, role, name="Nobody"))

    assert client.get(PAGE).status_code == 403
    assert [client.post(f"{PAGE}{act}/", GIVEN).status_code for act in ACTS] == [403] * 5
    assert rows(other) == (0, 0)


def test_strangers_find_nothing(company, boss):
    page = "/c/marmara/company-sign-in/"
    company.arrive()
    with tenancy.transaction(company.customer):
        tie, domain = CompanyTie.objects.get(), CompanyDomain.objects.get()
    paths = [
        *(f"{page}{act}/" for act in ACTS), f"{page}ties/{tie.pk}/end/",
        f"{page}domains/{domain.pk}/confirm/", f"{PAGE}ties/{tie.pk}/end/",
    ]  # fmt: skip

    assert boss.get(page).status_code == 404
    assert [boss.post(path, GIVEN).status_code for path in paths] == [404] * 8
    assert len(company.ties()) == 1
    assert company.row().state == "ENABLED"


def test_whoever_sees_some_sites_alone_is_turned_away(company, other):
    client = browser(factories.a_member(other, name="Part", site_ids=[]))

    assert client.get(PAGE).status_code == 403
    assert [client.post(f"{PAGE}{act}/", GIVEN).status_code for act in ACTS] == [403] * 5
    assert rows(other) == (0, 0)


def test_staff_confirm_domains_and_do_not_set_it_up(company, boss, other):
    boss.post(f"{PAGE}save/", GIVEN)
    with tenancy.transaction(other):
        domain = CompanyDomain.objects.get()
    confirm = f"{PAGE}domains/{domain.pk}/confirm/"
    agent, manager = (browser(factories.staff(role)) for role in ("AGENT", "ROLLOUT_MANAGER"))

    assert boss.post(confirm).status_code == 403
    assert agent.post(confirm).status_code == 403
    assert [manager.post(f"{PAGE}{act}/", GIVEN).status_code for act in ACTS[:4]] == [403] * 4
    with tenancy.transaction(other):
        assert CompanyDomain.objects.get().confirmed_at is None
    assert agent.get(PAGE).status_code == 200
    assert manager.post(confirm)["Location"] == PAGE
    assert "confirmed" in boss.get(PAGE).content.decode()


def test_an_administrator_unties_somebody(company):
    company.arrive()
    with tenancy.transaction(company.customer):
        tie = CompanyTie.objects.get()
    client = browser(company.administrator)
    page = "/c/marmara/company-sign-in/"
    assert company.member.email in client.get(page).content.decode()

    assert client.post(f"{page}ties/{tie.pk}/end/")["Location"] == page
    assert company.ties() == []
    assert client.post(f"{page}ties/{tie.pk}/end/").status_code == 404


def test_nothing_is_open_while_the_provider_is_asked(company, boss, other, monkeypatch):
    """The call may take seconds: no transaction waits with it."""
    seen = []

    def ask(*words, **more):
        seen.append((tenancy.acting(), connection.in_atomic_block))
        return wire.ask(*words, **more)

    monkeypatch.setattr(discovery, "ask", ask)
    boss.post(f"{PAGE}save/", GIVEN)

    assert seen == [(False, False)] * 2
