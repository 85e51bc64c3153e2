"""Support's teams and seats: seen by all of staff, changed by who manages, by nobody else."""

import pytest
from django.test import Client

from tests import factories
from upgrades.models import Seat, Team

TEAM = {"name": "Night", "zone": "UTC", "skills": ["SINGLE"], "active": "on"}
MONDAY = {"d0s1_begins": "20", "d0s1_until": "24", "d0s1_seats": "2"}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager(db):
    return signed_in(factories.staff("ROLLOUT_MANAGER"))


def test_a_manager_makes_a_team_and_its_seats_are_there(manager):
    page = manager.get("/capacity/").content.decode()
    assert "Capacity is not bounded" in page

    answer = manager.post("/capacity/add/", TEAM | MONDAY)

    assert (answer.status_code, answer["Location"]) == (302, "/capacity/")
    assert Team.objects.get().shifts.count() == 1
    assert Seat.objects.filter(hour__week_day=2).count() == Seat.objects.count() > 200
    page = manager.get("/capacity/").content.decode()
    assert "not bounded" not in page
    assert "Nobody may attend these" in page


def test_what_was_kept_is_shown_and_changed(manager):
    manager.post("/capacity/add/", TEAM | MONDAY)
    path = f"/capacity/{Team.objects.get().pk}/"

    assert 'value="20"' in manager.get(path).content.decode()
    manager.post(path, TEAM | {"name": "Late"})

    assert (Team.objects.get().name, Seat.objects.count()) == ("Late", 0)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"zone": "Mars/Olympus"}, {"skills": []}, {"d0s1_until": ""},
     {"d0s1_seats": "999"}, {"d0s1_begins": "24"}],
)  # fmt: skip
def test_what_cannot_be_comes_back_and_nothing_is_kept(manager, wrong):
    answer = manager.post("/capacity/add/", TEAM | MONDAY | wrong)

    assert answer.status_code == 422
    assert not Team.objects.exists()


def test_agents_look_and_customers_do_not_know_of_it(db):
    agent = signed_in(factories.staff())
    member = signed_in(factories.a_member(factories.a_customer()))

    assert agent.get("/capacity/").status_code == 200
    assert agent.get("/capacity/add/").status_code == 403
    assert member.get("/capacity/").status_code == 404
    assert Client().get("/capacity/").status_code == 302
