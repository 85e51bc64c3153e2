"""Where a company demands its account: no password, no passkey, no link; and the way back in."""

import pytest
from django.test import Client

from portal import tenancy
from portal.models import AuditEvent, Message, PlatformEvent
from portal.services import company_requirement, invitations, links, passkeys, second_step
from portal.services.company import providers
from portal.services.company_requirement import CompanyAccountDemanded
from tests import factories
from tests.conftest import NOON
from tests.portal.conftest import DOMAIN, sessions_of

DEMANDS = b"demands that you sign in with its own account"


@pytest.fixture
def demanded(company):
    company.demand()
    return company


def by_password(user, client=None):
    signed = {"email": user.email, "password": factories.PASSWORD}
    return (client or Client()).post("/sign-in/", signed)


def test_a_right_password_is_refused_with_a_sentence_and_a_wrong_one_learns_nothing(demanded):
    client = Client()
    answer = by_password(demanded.member, client)
    wrong = client.post("/sign-in/", {"email": demanded.member.email, "password": "no"})

    assert DEMANDS in answer.content
    assert DEMANDS not in wrong.content
    assert not demanded.signed_in(client)
    assert sessions_of(demanded.member) == 0


def test_a_right_code_after_the_password_is_refused_too(company):
    """The demand came between the two."""
    key = second_step.prepare(company.member)
    import_code = second_step.pyotp.TOTP(key.text).now()
    codes = second_step.confirm(company.member, import_code, address="")
    client = Client()
    assert "/sign-in/code/" in by_password(company.member, client)["Location"]
    company.demand()

    answer = client.post("/sign-in/code/", {"code": codes[0]})

    assert DEMANDS in answer.content
    assert not company.signed_in(client)


def test_a_passkey_is_refused_too(demanded, monkeypatch, settings):
    settings.PUBLIC_URL = "http://localhost:8000"
    monkeypatch.setattr(passkeys, "sign_in", lambda *words: demanded.member)
    client = Client()

    answer = client.post("/sign-in/passkey/", {"credential": "{}"})

    assert DEMANDS in answer.content
    assert not demanded.signed_in(client)


def test_a_link_for_a_new_password_does_not_lead_past_it(demanded):
    path = links.issue(links.PASSWORD, user=demanded.member).removeprefix("http://testserver")
    password = "another long and quiet password"
    client = Client()

    answer = client.post(path, {"name": "Kerem", "password": password, "again": password})

    assert (answer.status_code, DEMANDS in answer.content) == (409, True)
    assert not demanded.signed_in(client)


def test_the_companys_account_signs_in(demanded):
    assert demanded.arrive().status_code == 302
    assert demanded.client.get("/c/marmara/").status_code == 200


def test_everybody_elses_password_sessions_end_and_the_one_who_says_so_stays(company):
    clients = {user: Client() for user in (company.member, company.administrator)}
    for user, client in clients.items():
        by_password(user, client)
    company.demand()

    assert "/sign-in/" in clients[company.member].get("/c/marmara/")["Location"]
    assert clients[company.administrator].get("/c/marmara/").status_code == 200


def test_it_is_not_demanded_of_people_of_two_customers_nor_of_staff(company):
    company.joins(factories.a_customer("Borealis"))
    company.demand()

    assert by_password(company.member)["Location"] == "/"
    assert by_password(factories.staff(email=f"agent@{DOMAIN}"))["Location"] == "/"


def test_a_sandbox_does_not_free_anybody(demanded):
    demanded.joins(factories.a_customer("Box", slug="box", sandbox_shapes=["single"]))

    with pytest.raises(CompanyAccountDemanded):
        company_requirement.demand_free(demanded.member)


def test_other_customers_people_are_free(demanded):
    other = factories.a_member(factories.a_customer("Borealis"), name="Bo")

    assert by_password(other)["Location"] == "/"


def test_support_lets_passwords_sign_in_again_and_is_recorded_twice(demanded):
    agent = factories.staff()
    client = Client()
    by_password(agent, client)
    page = "/c/marmara/company-sign-in/"
    assert b"Let passwords sign in again" in client.get(page).content

    assert client.post(f"{page}free/").status_code == 302

    assert by_password(demanded.member)["Location"] == "/"
    with tenancy.transaction(demanded.customer):
        assert AuditEvent.objects.get(name="company_provider.released").actor_id == agent.pk
    told = PlatformEvent.objects.get(name="company_provider.released")
    assert (told.actor_id, told.about_customer) == (agent.pk, demanded.customer.pk)


def test_disabling_frees_everybody(demanded):
    demanded.do(providers.disable)

    assert by_password(demanded.member)["Location"] == "/"


def test_an_invitation_then_asks_for_no_password(demanded):
    with tenancy.transaction(demanded.customer):
        for number, demands in enumerate((True, False)):
            if not demands:
                providers.release(by=demanded.administrator, at=NOON)
            invitations.invite(
                f"new{number}@{DOMAIN}", name="New", role="VIEWER", by=demanded.administrator,
                at=NOON,
            )  # fmt: skip
        sent = Message.objects.filter(recipient__email__startswith="new").values_list(
            "kind", flat=True
        )
        assert sorted(sent) == ["invitation", "member_added"]
