"""Whom an account lets in: by its tie; tied once to somebody who was invited; and nobody else."""

import pytest
from django.test import Client

from portal import tenancy
from portal.models import CompanyDomain, Session, User
from portal.services import invitations, people, second_step
from portal.services.company import providers
from tests import factories
from tests.conftest import NOON
from tests.portal.conftest import DOMAIN, sessions_of, set_up

NOTHING = "account opens nothing here"


def refused(company, answer, words):
    assert words in answer.content.decode()
    assert answer.status_code == 422
    assert not company.signed_in()
    assert not Session.objects.exclude(user=None).exists()


def test_an_invited_person_without_password_signs_in(company):
    email = f"new@{DOMAIN}"
    with tenancy.transaction(company.customer):
        invitations.invite(
            email, name="New", role="VIEWER", by=company.administrator, at=NOON
        )  # fmt: skip

    assert company.arrive(email).status_code == 302
    assert company.signed_in()


def test_nobody_is_made_who_was_not_invited(company):
    people_before = User.objects.count()

    refused(company, company.arrive(f"stranger@{DOMAIN}"), NOTHING)
    assert (User.objects.count(), company.ties()) == (people_before, [])


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_ties_nobody(company, verified):
    refused(company, company.arrive(email_verified=verified), "does not say that your e-mail")
    assert company.ties() == []


def test_without_an_address_nobody_is_tied(company):
    company.there.claims = {"email": None}
    company.there.answers["/me"] = (200, {}, b'{"sub": "sub of kerem@marmara.example"}')

    refused(company, company.arrive(), "does not say that your e-mail")


def test_the_address_may_come_from_the_providers_information(company):
    company.there.claims = {"email": None, "email_verified": None}

    assert company.arrive().status_code == 302
    assert company.there.asked[-1] == "/me"


def test_information_about_another_subject_is_not_heeded(company):
    company.there.claims = {"email": None}
    said = f'{{"sub": "another", "email": "{company.member.email}", "email_verified": true}}'
    company.there.answers["/me"] = (200, {}, said.encode())

    refused(company, company.arrive(), "cannot be trusted")


def test_a_provider_speaks_for_confirmed_domains_alone(company):
    """A member with another address, and one of a domain that nobody confirmed."""
    guest = factories.a_member(company.customer, name="Guest", email="guest@other.example")
    way = company.way()
    company.there.knows(guest.email)
    refused(company, company.back(way), "may not speak for addresses of “other.example”")

    with tenancy.transaction(company.customer):
        row = providers.of_customer()
        CompanyDomain.objects.create(
            customer=company.customer, provider=row, domain="other.example"
        )  # fmt: skip
    way = company.way()
    company.there.knows(guest.email)
    refused(company, company.back(way), "may not speak for addresses of “other.example”")


def test_another_customers_people_are_not_let_in(company):
    """Their addresses are of this provider's domain; they belong elsewhere."""
    other = factories.a_customer("Borealis")
    stranger = factories.a_member(other, name="Bo", email=f"bo@{DOMAIN}")

    refused(company, company.arrive(stranger.email), NOTHING)
    assert company.ties() == []


def test_staff_are_not_let_in(company):
    agent = factories.staff(name="Ana", email=f"ana@{DOMAIN}")

    refused(company, company.arrive(agent.email), NOTHING)


def test_a_member_of_two_customers_is_not_let_in_and_keeps_the_password(company):
    company.joins(factories.a_customer("Borealis"))

    refused(company, company.arrive(), NOTHING)
    assert company.ties() == []
    signed = {"email": company.member.email, "password": factories.PASSWORD}
    assert company.client.post("/sign-in/", signed).status_code == 302


def test_whoever_becomes_another_customers_too_is_signed_out_of_what_the_account_opened(company):
    company.arrive()
    assert company.client.get("/c/marmara/").status_code == 200

    company.joins(factories.a_customer("Borealis", slug="borealis"))

    for page in ("/c/borealis/", "/c/marmara/"):
        assert "/sign-in/" in company.client.get(page)["Location"]
    assert sessions_of(company.member) == 0
    assert company.arrive().status_code == 422


def test_a_disabled_person_is_not_let_in(company):
    company.arrive()
    people.disable(company.member, at=NOON)
    company.client.post("/sign-out/")

    refused(company, company.arrive(), NOTHING)


def test_another_account_with_the_same_address_is_not_the_same_person(company):
    company.arrive(sub="first")
    company.client.post("/sign-out/")

    refused(company, company.arrive(sub="second"), "tied to another account")
    assert company.ties() == [(company.member.email, "first")]


def test_the_account_is_known_by_its_subject_whatever_address_it_has_by_now(company):
    company.arrive(sub="first")
    company.client.post("/sign-out/")
    way = company.way()
    company.there.knows(company.administrator.email, "first", email_verified=False)

    assert company.back(way).status_code == 302
    assert company.client.session["_auth_user_id"] == str(company.member.pk)


def test_two_people_with_the_same_account_are_one(company):
    company.arrive(sub="shared")
    other = Client()
    way = company.way(client=other)
    company.there.knows(company.administrator.email, "shared")
    company.back(way, other)

    assert other.session["_auth_user_id"] == str(company.member.pk)
    assert company.ties() == [(company.member.email, "shared")]


def test_with_the_membership_goes_the_tie_and_what_it_opened(company):
    company.arrive()
    with tenancy.transaction(company.customer):
        member = company.member
        row = people.Membership.objects.get(user=member)
        people.remove_member(row, by=company.administrator, at=NOON)

    assert (company.ties(), sessions_of(company.member)) == ([], 0)
    assert "/sign-in/" in company.client.get("/c/marmara/")["Location"]
    assert company.arrive().status_code == 422


def test_two_customers_providers_do_not_meet(company):
    """The same provider and the same subject at two customers are two people's accounts."""
    other = factories.a_customer("Borealis", slug="borealis")
    boss = factories.a_member(other, name="Bo", email="bo@borealis.example")
    company.there.redirect_uris.add("http://testserver/sign-in/company/borealis/back/")
    set_up(other, boss, "borealis.example")
    company.arrive(sub="same")
    client = Client()
    way = company.way(boss.email, client)
    company.there.knows(boss.email, "same")

    assert company.back(way, client).status_code == 302
    assert client.session["_auth_user_id"] == str(boss.pk)
    assert company.ties() == [(company.member.email, "same")]
    assert client.get("/c/marmara/").status_code == 404


def test_a_sandbox_is_nobodys_company(company):
    """Whoever made one still signs in; the session opens their company's pages alone."""
    box = factories.a_customer("Box", slug="box", sandbox_shapes=["single"])
    company.joins(box)

    assert company.arrive().status_code == 302
    assert company.client.get("/c/marmara/").status_code == 200
    assert company.client.get("/c/box/").status_code == 404


def test_what_the_provider_did_is_the_second_step_where_it_says_so(company):
    second_step.prepare(company.member)
    company.arrive()
    assert "second_step" not in company.client.session

    company.client.post("/sign-out/")
    company.arrive(amr=["pwd", "mfa"])
    assert company.client.session["second_step"] is True
