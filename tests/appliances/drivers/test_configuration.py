from datetime import UTC, datetime

import pytest

from appliances.drivers.configuration import kind_of, summarise
from appliances.drivers.errors import ApiError, Forbidden, NotSupported
from appliances.drivers.values import JumpClient


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_every_page_of_jump_clients_is_read_once(park, number, pages):
    box = park(jump_clients={"count": number, "passive": 0.0})
    driver = box.driver()

    clients = list(driver.jump_clients())

    assert [client.id for client in clients] == [4001 + index for index in range(number)]
    assert all(client.online and not client.needs_update for client in clients)


def test_the_summary_counts_each_client_once(park, simulator):
    box = park(jump_clients={"count": 120, "passive": 0.3, "off": 0.2})

    before = box.driver().jump_client_summary()

    assert before.total == 120
    total = before.updated + before.online_queued + before.offline + before.lost
    assert total + before.uninstalled == 120
    assert before.lost > 0
    assert before.passive > 0
    assert before.needs_update == 0


def client(**changes: object) -> JumpClient:
    plain = {
        "id": 1,
        "name": "POS-0001",
        "hostname": "pos-0001",
        "connection_type": "active",
        "needs_update": False,
        "lost": False,
        "disabled": False,
        "last_connected_at": datetime(2026, 1, 2, tzinfo=UTC),
        "last_disconnected_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return JumpClient(**{**plain, **changes})


OFF = {"last_disconnected_at": datetime(2026, 1, 3, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "updated"),
        (OFF, "updated"),
        ({"needs_update": True}, "online_queued"),
        ({"needs_update": True, "last_disconnected_at": None}, "online_queued"),
        ({"needs_update": True, **OFF}, "offline"),
        ({"needs_update": True, "last_connected_at": None}, "offline"),
        ({"lost": True, **OFF}, "lost"),
        ({"lost": True, "needs_update": True, **OFF}, "lost"),
        ({"connection_type": "uninstalled", "needs_update": True}, "uninstalled"),
    ],
)
def test_a_client_is_of_one_kind(changes, kind):
    assert kind_of(client(**changes)) == kind


def test_what_needs_an_update_is_the_sum_of_its_parts():
    rows = [client(), client(needs_update=True), client(needs_update=True, **OFF)]
    rows += [client(needs_update=True, lost=True), client(connection_type="passive")]

    found = summarise(rows)

    assert (found.total, found.updated, found.online_queued, found.offline) == (5, 2, 1, 1)
    assert (found.lost, found.lost_needing_update, found.passive) == (1, 1, 1)
    assert found.needs_update == 3


def test_jumpoints_tell_whether_they_are_connected(park):
    box = park(jumpoints=[{}, {"off": True}])

    one, other = box.driver().jumpoints()

    assert (one.name, one.enabled, one.connected) == ("Jumpoint 1", True, True)
    assert other.connected is False


def test_an_installer_is_created_and_then_listed(park):
    box = park()
    driver = box.driver()

    made = driver.create_installer(jump_group_id=2, name="Stores", valid_minutes=60)

    assert len(made.installer_id) == 32
    assert (made.name, made.jump_group_id, made.connection_type) == ("Stores", 2, "active")
    assert made.key
    assert "key" not in repr(made)
    assert [one.installer_id for one in driver.installers()] == [made.installer_id]
    assert driver.installers()[0].expires_at.tzinfo is not None


def test_a_refused_installer_names_the_field(park):
    with pytest.raises(ApiError) as caught:
        park().driver().create_installer(jump_group_id=0)

    assert "jump_group_id" in caught.value.text


def test_without_the_permission_it_is_forbidden(park):
    box = park(accounts=[{"perm_configuration": False}])

    with pytest.raises(Forbidden):
        box.driver().jumpoints()


def test_older_products_have_no_configuration_api(park):
    with pytest.raises(NotSupported):
        list(park(product="20.1.1").driver().jump_clients())
