"""Steps over REST: a person's part done by a program."""

import pytest

from portal.services import keys
from tests.conftest import NOON


@pytest.mark.usefixtures("db")
def test_nobody_sees_steps_without_a_key(client):
    answer = client.get("/api/v1/steps")

    assert answer.status_code == 401


def test_a_staff_key_lists(world, client):
    key, token = keys.issue("x", user=world.agent, by=world.agent, at=NOON, scope="ACT")
    answer = client.get(
        "/api/v1/steps?state=ASKING,WATCHING&simulated=true",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
