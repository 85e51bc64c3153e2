"""More ways past the sign-in: what is good once, what ends at once, where passwords are set, the
flags of cookies."""

import inspect
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from django.conf import settings as known
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client

from portal import tenancy
from portal.models import ApiKey, RecoveryCode, User
from portal.services import (
    customers,
    invitations,
    keys,
    links,
    messages,
    network,
    people,
    second_step,
    signin,
)
from tests import factories
from tests.conftest import NOON
from tests.house.sources import modules
from tests.portal.conftest import DOMAIN
from tests.portal.views.ways import member, path_of, with_app

__all__ = ["member"]

COOKIE = known.SESSION_COOKIE_NAME

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


class TestOnce:
    def test_of_two_who_use_a_link_at_once_one_sets_the_password(self, member):
        token = links.issue(links.INVITATION, user=member).rstrip("/").rpartition("/")[2]
        words = ["the first long passphrase", "the second long passphrase"]

        def use(password):
            try:
                links.use(token, name="M", email="", password=password)
            except links.LinkIsOver:
                return None
            finally:
                connections["default"].close()
            return password

        with ThreadPoolExecutor(2) as pool:
            took = [word for word in pool.map(use, words) if word]

        assert len(took) == 1
        assert User.objects.get(pk=member.pk).check_password(took[0])

    def test_of_four_who_use_a_recovery_code_at_once_one_passes(self, member):
        codes = with_app(member)

        def use(_number):
            try:
                second_step.check(member, codes[0], address="")
            except second_step.WrongCode:
                return 0
            finally:
                connections["default"].close()
            return 1

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(use, range(4))) == 1
        assert RecoveryCode.objects.filter(user=member, used_at=None).count() == 9

    def test_an_older_code_does_not_pass_after_a_newer_one(self, member):
        key = second_step.prepare(member)
        app = pyotp.TOTP(key.text)
        now = second_step._now()
        second_step.confirm(member, app.at(now, counter_offset=1), address="")

        for offset in (-1, 0, 1):
            with pytest.raises(second_step.WrongCode):
                second_step.check(member, app.at(now, counter_offset=offset), address="")


class TestAtOnce:
    """Whoever is disabled is out of everything with the next request."""

    def test_keys_that_a_disabled_persons_key_made_open_nothing_and_stay_so(self, member):
        [customer] = customers.ids_of_person(member.pk)
        with tenancy.transaction(customer):
            row = customers.current()
            parent, token = keys.issue("p", user=member, by=member, at=NOON, customer=row)
            _child, made = keys.issue(
                "c", user=member, by=parent, at=NOON, customer=row, maker=parent
            )
        assert keys.find(token, address="")
        assert keys.find(made, address="")

        people.disable(member, at=NOON)
        assert (keys.find(token, address=""), keys.find(made, address="")) == (None, None)
        people.enable(member, at=NOON, by=None)
        assert (keys.find(token, address=""), keys.find(made, address="")) == (None, None)
        assert not ApiKey.objects.filter(revoked_at=None).exists()

    def test_whoever_came_by_the_companys_account_is_out_too(self, company):
        company.arrive()
        url = company.there.authorize(company.way(client=Client()))
        people.disable(company.member, at=NOON)

        assert "/sign-in/" in company.client.get("/c/marmara/")["Location"]
        assert company.back(company.way()).status_code == 422
        assert url.startswith("http://testserver/sign-in/company/marmara/back/")

    def test_a_link_of_somebody_disabled_meanwhile_is_over(self, member):
        path = path_of(links.issue(links.PASSWORD, user=member))
        people.disable(member, at=NOON)

        words = {"name": "M", "password": "a quite new passphrase"}
        assert Client().post(path, {**words, "again": words["password"]}).status_code == 409
        assert not User.objects.get(pk=member.pk).check_password(words["password"])


class TestCounting:
    @pytest.mark.parametrize(
        ("address", "counted"),
        [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("", ""),
         ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80::/64"),
         ("no address", "no address")],
    )  # fmt: skip
    def test_an_ipv6_network_is_one_place(self, address, counted):
        assert network.counted_as(address) == counted

    def test_an_own_network_of_addresses_gives_no_more_tries(self, db):
        for number in range(60):
            with pytest.raises(signin.WrongCredentials):
                signin.authenticate(f"p{number}@x.example", "no", address=f"2001:db8::{number:x}")
        with pytest.raises(signin.TooManyTries):
            signin.authenticate("q@x.example", "no", address="2001:db8::ffff")
        with pytest.raises(signin.WrongCredentials):
            signin.authenticate("q@x.example", "no", address="2001:db8:0:1::1")


class TestPasswords:
    def test_one_door_alone_sets_them_and_it_asks_the_list_of_breached_ones(self):
        """links.use; people are made without one, but for those of the demonstration."""
        found = {
            word: {path.name for path in modules() if word in path.read_text()}
            for word in (".set_password(", "make_password(")
        }

        assert found == {
            ".set_password(": {"links.py", "user.py"},  # and the manager that makes a person
            "make_password(": {"signin.py", "demo_fleet.py"},  # a hash that nobody knows
        }
        assert "breaches.demand_unknown(password" in inspect.getsource(links.use)

    def test_a_breached_one_is_refused_for_every_purpose(self, db, monkeypatch):
        def demand(password, **more):
            raise ValidationError("known")

        monkeypatch.setattr(links.breaches, "demand_unknown", demand)
        person = factories.a_person("New Comer")
        for purpose, user in (
            (links.PASSWORD, person), (links.INVITATION, person),
            (links.FIRST_ADMINISTRATOR, None),
        ):  # fmt: skip
            token = links.issue(purpose, user=user).rstrip("/").rpartition("/")[2]
            with pytest.raises(ValidationError):
                links.use(token, name="N", email="n@x.example", password="a quite new passphrase")
            links.find(token)  # and the link is not used up
        assert User.objects.count() == 1


FLAGS = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
import django
django.setup()
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
class Kept(dict):
    modified, accessed, session_key = True, True, "k"
    def is_empty(self): return False
    def get_expire_at_browser_close(self): return False
    def get_expiry_age(self): return 60
    def save(self): pass
request, answer = HttpRequest(), HttpResponse()
request.session = Kept()
SessionMiddleware(lambda request: answer).process_response(request, answer)
print(answer.cookies.output(header="").strip())
print(settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS >= 31_536_000)
"""


def test_the_cookie_of_a_session_is_for_this_host_over_tls_and_not_for_scripts():
    where = {**os.environ, "PUBLIC_URL": "https://portal.example"}
    said = subprocess.run(
        [sys.executable, "-c", FLAGS], env=where, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    cookie = said[0].split("; ")

    assert cookie[0] == "__Host-session=k"
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie)
    assert not [part for part in cookie if part.startswith("Domain")]
    assert said[1] == "True True"


def test_an_invitation_that_is_sent_again_leaves_one_link_alive(company, sink):
    """Each try puts a link of its own into the mail, and the one before is void."""
    with tenancy.transaction(company.customer):
        invitations.invite(
            f"new@{DOMAIN}", name="New", role="VIEWER", by=company.administrator, at=NOON
        )  # fmt: skip
    invited = User.objects.get(email=f"new@{DOMAIN}")
    first = links.issue(links.INVITATION, user=invited).rstrip("/").rpartition("/")[2]
    messages.send_due(NOON)

    with pytest.raises(links.LinkIsOver):
        links.find(first)
    text = next(m for m in sink.mails if m["To"] == invited.email)
    body = text.get_body(("plain",)).get_content()
    second = body[body.index("/link/") + 6 :].split("/")[0]
    assert links.find(second).user == invited
