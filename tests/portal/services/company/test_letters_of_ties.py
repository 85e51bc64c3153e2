"""A person is told when an account of their company's is tied to them, and when it is untied."""

import pytest

from portal import tenancy
from portal.models import CompanyTie, Membership, OwnLetter
from portal.services import own_letters, own_letters_leaving, people, staff
from portal.services.company import providers
from portal.services.oidc import discovery
from tests import factories
from tests.conftest import NOON
from tests.portal.openid import CLIENT, ISSUER, SECRET


def told():
    rows = OwnLetter.objects.order_by("happened_at").values_list("user__email", "what", "name")
    return list(rows)


def test_the_first_tie_is_told_once(company):
    email = company.member.email
    company.arrive()
    assert told() == [(email, "company_tied", "Marmara")]

    company.client.post("/sign-out/")
    company.arrive()
    assert len(told()) == 1


def test_a_refused_account_is_told_to_nobody(company):
    company.arrive(email_verified=False)
    company.arrive("stranger@marmara.example")

    assert told() == []


@pytest.mark.parametrize("how", ["untied", "member removed", "another issuer"])
def test_whatever_unties_is_told(company, how):
    company.arrive()
    with tenancy.transaction(company.customer):
        by = {"by": company.administrator, "at": NOON}
        if how == "untied":
            providers.untie(CompanyTie.objects.get(), **by)
        elif how == "member removed":
            people.remove_member(Membership.objects.get(user=company.member), **by)
        else:
            moved = {**discovery.read(ISSUER).kept(), "issuer": f"{ISSUER}/new"}
            providers.save(
                discovery.Metadata(**moved), client_id="c", secret="s",
                domains=["marmara.example"], **by,
            )  # fmt: skip

    assert [what for _email, what, _name in told()] == ["company_tied", "company_untied"]
    assert told()[1] == (company.member.email, "company_untied", "Marmara")


def test_staff_are_told_too(company, settings):
    settings.STAFF_OIDC_ISSUER, settings.STAFF_OIDC_CLIENT_ID = ISSUER, CLIENT
    settings.STAFF_OIDC_CLIENT_SECRET, settings.STAFF_OIDC_DOMAINS = SECRET, ["vendor.example"]
    ana = factories.staff("ADMINISTRATOR", name="Ana", email="ana@vendor.example")
    company.arrive(ana.email)
    staff.untie(ana, by=ana, at=NOON)

    assert told() == [(ana.email, "company_tied", ""), (ana.email, "company_untied", "")]


@pytest.mark.parametrize("what", [own_letters.COMPANY_TIED, own_letters.COMPANY_UNTIED])
def test_the_mail_names_the_company_and_asks_for_no_new_password(company, sink, what):
    own_letters.write(what, company.member, name="Marmara")
    own_letters_leaving.send_due()

    [mail] = sink.mails
    text = mail.get_body(("plain",)).get_content()
    assert "Company Marmara" in " ".join(text.split())
    assert "tell your administrator at once" in " ".join(text.split())
    assert "new-link" not in text
