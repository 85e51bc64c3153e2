import pytest

from tests.factories import a_customer, a_member, staff


@pytest.fixture
def signed_in(client, customer):
    """signed_in("OPERATOR") or signed_in(staff="AGENT"): the client acts for a new person."""

    def sign_in(role: str = "", **values):
        rank = values.pop("staff", "")
        user = staff(rank) if rank else a_member(customer, role, **values)
        client.force_login(user)
        return user

    return sign_in


@pytest.fixture
def stranger(client, db):
    user = a_member(a_customer("Elsewhere"))
    client.force_login(user)
    return user
