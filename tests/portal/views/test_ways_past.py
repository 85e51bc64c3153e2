"""Ways past the sign-in that an attacker would try, by every way in: planted sessions, addresses
that lead elsewhere, answers that tell who is known, secrets in logs.

Beside it: guessing and its limits (services/test_signin.py), links and codes used twice
(services/test_links.py, test_second_step.py), answers of providers (test_company.py).
"""

import logging
import re

import pytest
from django.conf import settings as known
from django.test import Client

from portal import tenancy
from portal.logs import JsonLines
from portal.models import Membership, Message, Session, User
from portal.services import customers, invitations, links, people
from portal.services.company import providers
from tests import factories
from tests.conftest import NOON
from tests.factories import PASSWORD
from tests.portal.conftest import DOMAIN
from tests.portal.views.ways import by_password, member, path_of, with_app

__all__ = ["member"]

COOKIE = known.SESSION_COOKIE_NAME

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


class TestFixation:
    """Whoever planted a session before the sign-in does not have the one after it."""

    def planted(self, client):
        client.post("/theme/", {"theme": "dark"})
        session = client.session
        session["planted"] = "by somebody else"
        session.save()
        client.cookies[COOKIE] = session.session_key
        return session.session_key

    def gone(self, client, key):
        assert client.get("/profile/").status_code == 200
        assert client.cookies[COOKIE].value != key
        assert not Session.objects.filter(session_key=key).exists()
        assert "planted" not in client.session

    def test_by_a_code_after_the_password(self, member):
        codes, client = with_app(member), Client()
        key = self.planted(client)
        half = by_password(client, member)
        between = client.cookies[COOKIE].value
        assert between != key
        client.post(half.url, {"code": codes[0]})

        self.gone(client, key)
        assert not Session.objects.filter(session_key=between).exists()

    def test_by_a_link(self, member):
        client = Client()
        key = self.planted(client)
        path = path_of(links.issue(links.PASSWORD, user=member))
        words = {"name": "M", "password": "a quite new passphrase"}
        client.post(path, {**words, "again": words["password"]})

        self.gone(client, key)

    def test_by_the_companys_account(self, company):
        company.there.knows(company.member.email)
        key = self.planted(company.client)
        company.arrive()

        self.gone(company.client, key)


class TestLeadingElsewhere:
    ELSEWHERE = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x()")

    @pytest.mark.parametrize("elsewhere", ELSEWHERE)
    def test_no_form_that_goes_on_does(self, member, elsewhere):
        codes, client = with_app(member), Client()
        half = by_password(client, member, next=elsewhere)
        assert half.url == "/sign-in/code/?next=%2F"
        assert client.post("/sign-in/code/", {"code": codes[0], "next": elsewhere}).url == "/"
        for path, words in (
            ("/language/", {"language": "fr"}), ("/theme/", {"theme": "dark"}),
            ("/zone/", {"zone": "UTC"}),
        ):  # fmt: skip
            assert client.post(path, {**words, "next": elsewhere}).url == "/"
        assert client.get("/sign-in/", {"next": elsewhere}).url == "/"

    def test_a_host_that_is_not_ours_is_refused_and_no_mail_names_it(self, member):
        client = Client()
        words = {"email": member.email}
        answer = client.post("/sign-in/new-link/", words, headers={"host": "evil.example"})
        assert answer.status_code == 400
        forwarded = {"x-forwarded-host": "evil.example", "host": "127.0.0.1"}
        assert client.post("/sign-in/new-link/", words, headers=forwarded).status_code == 200

        [customer] = customers.ids_of_person(member.pk)
        with tenancy.transaction(customer):
            [mail] = Message.objects.all()
        assert "evil.example" not in mail.body_text + mail.body_html
        assert links.issue(links.PASSWORD, user=member).startswith(known.PUBLIC_URL)


class TestTelling:
    """What a stranger learns of who is known here: nothing."""

    def test_the_link_page_answers_everybody_alike(self, member):
        gone = factories.a_member(factories.a_customer("Other"), name="Gone")
        people.disable(gone, at=NOON)
        agent = factories.staff()
        pages = {
            TOKEN.sub("", Client().post("/sign-in/new-link/", {"email": email}).content.decode())
            for email in (member.email, gone.email, agent.email, "nobody@example.com")
        }
        assert len(pages) == 1

    def test_an_application_is_told_of_after_the_right_password_alone(self, member):
        with_app(member)
        wrong = Client().post("/sign-in/", {"email": member.email, "password": "no"})
        unknown = Client().post("/sign-in/", {"email": "no@example.com", "password": "no"})

        said = "The e-mail address or the password is not right."
        assert said in wrong.content.decode()
        assert said in unknown.content.decode()
        assert wrong.status_code == unknown.status_code

    def test_who_invites_learns_no_more_of_a_domain_than_the_sign_in_page_says(self, company):
        """Nor do they sign another company's people out by making them members."""
        other = factories.a_customer("Borealis", slug="borealis")
        boss = factories.a_member(other, name="Bo", email="bo@borealis.example")
        company.arrive()
        client = Client()
        client.force_login(boss)
        refusals = set()
        for email in (company.member.email, f"nobody@{DOMAIN}"):
            words = {"email": email, "name": "X", "role": "VIEWER"}
            answer = client.post("/c/borealis/members/invite/", words)
            assert answer.status_code == 409
            refusals.add("belong to another company" in answer.content.decode())
        assert refusals == {True}
        with tenancy.transaction(other):
            assert Membership.objects.count() == 1
        assert not User.objects.filter(email=f"nobody@{DOMAIN}").exists()
        assert company.client.get("/c/marmara/").status_code == 200

        with tenancy.transaction(other):  # support may, who is asked by somebody
            invitations.invite(
                company.member.email, name="K", role="VIEWER", by=factories.staff(), at=NOON
            )  # fmt: skip
            assert Membership.objects.count() == 2

    def test_ones_own_people_are_invited_and_so_is_everybody_once_it_is_disabled(self, company):
        with tenancy.transaction(company.customer):
            invitations.invite(
                f"new@{DOMAIN}", name="N", role="VIEWER", by=company.administrator, at=NOON
            )  # fmt: skip
        company.do(providers.disable)
        other = factories.a_customer("Borealis")
        boss = factories.a_member(other, name="Bo")
        with tenancy.transaction(other):
            invitations.invite(f"x@{DOMAIN}", name="X", role="VIEWER", by=boss, at=NOON)
            assert Membership.objects.count() == 2


def test_no_secret_of_signing_in_is_logged(company, caplog):
    caplog.set_level(logging.DEBUG)
    company.there.knows(company.member.email)
    url = company.there.authorize(company.way()).removeprefix("http://testserver")
    company.client.get(url)
    codes = with_app(company.administrator)
    client = Client()
    half = by_password(client, company.administrator)
    client.post(half.url, {"code": "123456"})
    client.post(half.url, {"code": codes[0]})
    token = links.issue(links.PASSWORD, user=company.member).rstrip("/").rpartition("/")[2]
    Client().get(f"/link/{token}/")
    Client().post("/sign-in/", {"email": "x@y.example", "password": "typed by mistake"})
    secret = dict(part.split("=") for part in url.partition("?")[2].split("&"))

    ours = [record for record in caplog.records if record.name.startswith("portal")]
    lines = "\n".join(map(JsonLines().format, ours))
    assert lines
    for word in (
        PASSWORD, codes[0], "123456", token, "typed by mistake", secret["code"], secret["state"],
        client.cookies[COOKIE].value,
    ):  # fmt: skip
        assert word not in lines
