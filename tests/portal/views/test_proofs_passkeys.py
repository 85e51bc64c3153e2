"""Passkeys of people without a password: added after signing in anew, and a proof themselves."""

from datetime import timedelta

import pytest
from django.test import Client

from portal.models import Passkey, PasskeyChallenge, ShownProof
from portal.services import proofs
from tests.portal.authenticator import Authenticator
from tests.portal.proving import (
    KEYS,
    options,
    passwordless,
    shown,
    without_password,
)  # fmt: skip

__all__ = ["passwordless"]


class TestPasskeys:
    @pytest.fixture
    def company(self, company, settings, monkeypatch):
        """The portal has a name for browsers, and the provider sends people back there."""
        settings.PUBLIC_URL = "http://localhost"
        company.there.redirect_uris = {
            uri.replace("http://testserver", "http://localhost")
            for uri in company.there.redirect_uris
        }

        def back(url, client=None):
            path = company.there.authorize(url).removeprefix("http://localhost")
            return (client or company.client).get(path)

        monkeypatch.setattr(company, "back", back)
        return without_password(company)

    @pytest.fixture
    def device(self, company):
        """Kerem's first passkey, added after he signed in anew there."""
        company.arrive()
        shown(company, "passkeys")
        return self.add(company.client)

    def add(self, client, name="Telephone"):
        device = Authenticator()
        asked = options(client, KEYS, name=name)
        answer = device.create(asked, origin="http://localhost", host="localhost")
        client.post(f"{KEYS}register/", {"name": name, "credential": answer})
        return device

    def sign(self, device, asked):
        return device.get(asked, origin="http://localhost", host="localhost")

    def prove(self, client, device, purpose="passkeys"):
        path = f"/profile/prove/{purpose}/passkey/"
        answer = self.sign(device, options(client, path))
        return client.post(path, {"credential": answer})

    def test_one_is_added_by_signing_in_anew_and_takes_what_was_shown(self, company, device):
        assert [one.name for one in Passkey.objects.all()] == ["Telephone"]
        assert not ShownProof.objects.exists()
        assert company.client.post(f"{KEYS}options/", {"name": "x"}).status_code == 422

    def test_a_device_that_fails_takes_nothing(self, company):
        company.arrive()
        shown(company, "passkeys")
        options(company.client, KEYS, name="x")
        company.client.post(f"{KEYS}register/", {"name": "x", "credential": "{}"})

        assert ShownProof.objects.count() == 1
        self.add(company.client)
        assert Passkey.objects.count() == 1

    def test_of_two_passkeys_made_with_one_proof_one_is_kept(self, company):
        company.arrive()
        shown(company, "passkeys")
        first, second = Authenticator(), Authenticator()
        asked = options(company.client, KEYS, name="first")
        mine = first.create(asked, origin="http://localhost", host="localhost")
        company.client.post(f"{KEYS}register/", {"name": "first", "credential": mine})
        ticket = company.client.session
        challenge = PasskeyChallenge.objects.create(
            challenge=b"x" * 32, purpose="register", user=company.member, handle=b"h",
            expires_at=proofs.datetime.now(proofs.UTC) + timedelta(minutes=5),
        )  # fmt: skip
        ticket["passkey"] = str(challenge.pk)
        ticket.save()
        theirs = second.create(asked, origin="http://localhost", host="localhost")

        answer = company.client.post(f"{KEYS}register/", {"name": "b", "credential": theirs})

        assert answer.status_code == 422
        assert [one.name for one in Passkey.objects.all()] == ["first"]

    def test_a_passkey_shows_it_too_and_is_the_second_step(self, company, device):
        company.client.post("/sign-out/")
        company.arrive()
        assert "no second step" in company.client.get(KEYS).content.decode()
        assert 'name="name"' not in company.client.get(KEYS).content.decode()

        assert self.prove(company.client, device).url == KEYS

        assert company.client.session["second_step"] is True
        mine = Passkey.objects.get()
        removed = company.client.post(f"{KEYS}remove/", {"passkey": str(mine.pk)})
        assert (removed.status_code, Passkey.objects.count()) == (302, 0)

    def test_a_passkey_shown_for_one_purpose_does_not_answer_for_another(self, company, device):
        path = "/profile/prove/passkeys/passkey/"
        answer = self.sign(device, options(company.client, path))
        other = company.client.post(
            "/profile/prove/second-step/passkey/", {"credential": answer}
        )  # fmt: skip
        assert (other.status_code, ShownProof.objects.count()) == (422, 0)
        asked = options(company.client, "/sign-in/passkey/")
        signing = company.client.post(path, {"credential": self.sign(device, asked)})
        assert (signing.status_code, ShownProof.objects.count()) == (422, 0)

    def test_somebody_elses_passkey_shows_nothing(self, company, device):
        other = Client()
        company.arrive(company.administrator.email, other)
        shown(company, "passkeys", other)
        theirs = self.add(other)

        assert self.prove(company.client, theirs).status_code == 422
        assert not ShownProof.objects.exists()

    def test_a_device_that_does_not_know_its_person_shows_nothing(self, company, device):
        device.verifies = False

        assert self.prove(company.client, device).status_code == 422
        assert not ShownProof.objects.exists()

    def test_without_one_there_is_nothing_to_show(self, company):
        company.arrive()
        path = "/profile/prove/passkeys/passkey/"
        assert company.client.post(f"{path}options/").status_code == 404
        assert company.client.post(path, {"credential": "{}"}).status_code == 404
