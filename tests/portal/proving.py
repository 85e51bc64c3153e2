"""People who have their company's account alone, sent to show there that it is still them."""

import pytest

from portal.models import ShownProof
from portal.services import second_step

SECOND, KEYS, DATA = "/profile/second-step/", "/profile/passkeys/", "/c/marmara/data/erasure/"


def without_password(company):
    for user in (company.member, company.administrator):
        user.set_unusable_password()
        user.save()
    return company


@pytest.fixture
def passwordless(company, settings):
    """Kerem is in by his company's account, which is all that he has."""
    without_password(company).arrive()
    return company


def way(company, purpose="second-step", client=None):
    """The provider's page that they are sent to."""
    answer = (client or company.client).post(f"/profile/prove/{purpose}/company/")
    assert answer.status_code == 200, answer.content
    return str(answer.context["url"])


def shown(company, purpose="second-step", client=None, **says):
    company.there.claims = says
    return company.back(way(company, purpose, client), client)


def prepare(company, **more):
    return company.client.post(f"{SECOND}prepare/", more)


def proves_nothing(company, answer, words, status=422):
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert not ShownProof.objects.exists()
    assert prepare(company).status_code == 422
    assert second_step.being_set_up(company.member) is None


def options(client, path, **given):
    answer = client.post(f"{path}options/", given)
    assert answer.status_code == 200, answer.content
    return answer.content
