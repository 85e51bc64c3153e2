"""What the tests of ways past the sign-in share."""

import pyotp
import pytest

from portal.services import second_step
from tests import factories
from tests.factories import PASSWORD


@pytest.fixture
def member(db):
    return factories.a_member(factories.a_customer("Marmara", slug="marmara"))


def with_app(user):
    key = second_step.prepare(user)
    return second_step.confirm(user, pyotp.TOTP(key.text).now(), address="")


def by_password(client, user, **more):
    return client.post("/sign-in/", {"email": user.email, "password": PASSWORD, **more})


def path_of(address):
    return address[address.index("/link/") :]
