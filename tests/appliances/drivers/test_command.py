"""Reads and acts of the command API, the same questions in both dialects."""

from datetime import UTC, datetime

import pytest

from appliances.drivers.errors import ApiError, Forbidden, NotSupported
from appliances.drivers.registry import driver_for
from appliances.drivers.values import Accepted, Changed

BOTH = pytest.mark.parametrize("dialect", ["xml", "json"])


@BOTH
def test_the_api_tells_version_permissions_and_its_clock(park, dialect):
    box = park(dialect, clock_offset=500, accounts=[{"perm_command": "read_only"}])

    info = box.driver(dialect).api_info()

    assert info.version[0].isdigit()
    assert info.clock_offset == pytest.approx(500, abs=10)
    assert "perm_command" in info.permissions


def test_the_offset_is_measured_against_the_clock_that_is_given(park):
    box = park()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)

    driver = driver_for(box.connection(), guard=box.guard, now=lambda: long_ago)

    assert driver.api_info().clock_offset > 5 * 365 * 86400


@BOTH
def test_every_node_of_a_cluster_is_a_row(park, dialect):
    master = park(dialect, cluster_role="master", cluster="atlas-" + dialect)
    node = park(dialect, cluster_role="traffic", cluster="atlas-" + dialect, accepting=False)

    rows = {row.guid: row for row in master.driver(dialect).appliances()}

    assert rows.keys() == {master.guid, node.guid}
    assert (rows[master.guid].cluster_role, rows[master.guid].name) == ("primary", master.host)
    assert rows[master.guid].accepting_connections is True
    assert (rows[node.guid].cluster_role, rows[node.guid].failover_role) == ("traffic", "none")
    assert rows[node.guid].accepting_connections is False


@BOTH
def test_clients_are_counted_by_type(park, dialect):
    box = park(dialect, reps=3, clients={"support_customer": 5})

    (counts,) = box.driver(dialect).client_counts()

    assert counts.guid == box.guid
    assert counts.by_type["representative"] == 3
    assert counts.by_type["support_customer"] == 5
    assert counts.total >= 8


@BOTH
def test_a_logged_in_person_can_be_logged_out(park, dialect):
    box = park(dialect, reps=2)
    driver = box.driver(dialect)
    people = driver.logged_in()

    driver.log_out(people[0].id)

    assert [one.name for one in people] == ["Deniz Kaya", "Claire Martin"]
    assert (people[0].type, people[0].sessions) == ("normal", 1)
    assert people[0].since.tzinfo is not None
    assert [one.name for one in driver.logged_in()] == ["Claire Martin"]


@BOTH
@pytest.mark.parametrize("person", ["99", "1/../../health", "", "1\r\nX: y", "１"])
def test_nobody_else_can_be_logged_out(park, dialect, person):
    box = park(dialect)

    with pytest.raises(ApiError):
        box.driver(dialect).log_out(person)


@BOTH
def test_a_change_without_the_permission_is_forbidden(pair, dialect):
    primary, _ = pair(dialect, accounts=[{"perm_command": "read_only"}])

    with pytest.raises(Forbidden) as caught:
        primary.driver(dialect).set_failover_role("backup")

    assert caught.value.effect_possible is False
    assert primary.truth()["failover_role"] == "primary"


@pytest.mark.parametrize("dialect", ["old", "xml", "json"])
def test_roles_are_exchanged_at_once(pair, dialect):
    primary, backup = pair(dialect)

    answer = primary.driver(dialect).set_failover_role("backup")

    assert isinstance(answer, Changed)
    assert primary.driver(dialect).health().failover_role == "backup"
    assert backup.driver(dialect).health().failover_role == "primary"


@BOTH
def test_with_a_data_sync_first_the_exchange_is_only_accepted(pair, simulator, dialect):
    primary, backup = pair(dialect)
    account = primary.made["accounts"][0]  # a data sync carries the API accounts over

    answer = primary.driver(dialect).set_failover_role("backup", data_sync_first=True)

    assert isinstance(answer, Accepted)
    assert answer.message
    simulator.settled(primary.host)
    known = {"account": account["client_id"], "secret": account["client_secret"]}
    assert backup.driver(dialect, **known).health().failover_role == "primary"


@BOTH
def test_the_appliances_refusal_comes_in_its_own_words(pair, dialect):
    primary, _ = pair(dialect)

    with pytest.raises(ApiError, match="primary already"):
        primary.driver(dialect).set_failover_role("primary")


@BOTH
def test_an_answer_that_is_lost_may_have_had_its_effect(pair, dialect):
    primary, _ = pair(dialect)
    driver = primary.driver(dialect)
    driver.health()
    primary.faults(answer_lost=True)

    with pytest.raises(Exception, match="no answer") as caught:
        driver.set_failover_role("backup")

    assert caught.value.code == "unreachable"
    assert caught.value.effect_possible is True
    assert primary.truth()["failover_role"] == "backup"


def test_user_and_password_do_not_reach_the_newer_apis(park):
    box = park("old")

    for ask in ("jumpoints", "installers", "jump_client_summary"):
        with pytest.raises(NotSupported):
            getattr(box.driver("old"), ask)()
