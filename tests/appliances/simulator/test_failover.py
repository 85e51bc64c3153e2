import time
from datetime import UTC, datetime, timedelta

import pytest

from appliances.simulator.process import ControlError


def roles(*ones) -> list[str]:
    return [one.truth()["failover_role"] for one in ones]


def test_a_sync_moves_the_time_of_the_last_sync(pair, texts):
    a, b = pair()
    b.press("sync_now")
    b.simulator.settled(a.host)

    found = texts(a.command("check_health"))

    assert found["last_data_sync_status"] == "Data-Sync completed successfully."
    assert found["last_data_sync_time"].endswith("+0000")


def test_a_sync_overwrites_the_backups_settings_with_the_primarys(pair):
    a, b = pair()
    b.press("set_jump_limit", limit=7)
    a.press("set_jump_limit", limit=99)

    a.press_and_wait("sync_now")

    assert b.truth()["max_concurrent_jump_upgrades"] == 99


def test_a_level_pair_synchronises_once_a_day_by_itself(pair, texts):
    went_well = {"last_sync_status": "Data-Sync completed successfully."}
    a, _b = pair(last_sync_at=1_700_000_000, **went_well)
    failed, _b = pair(last_sync_at=1_700_000_000, last_sync_status="Data-Sync failed.")
    level, behind = pair(last_sync_at=1_700_000_000, **went_well)
    behind.simulator.control("PATCH", f"appliances/{behind.host}", {"product": "21.1.1"})

    assert synced(texts, a) > datetime.now(UTC) - timedelta(hours=25)
    assert synced(texts, failed).timestamp() == 1_700_000_000
    assert synced(texts, level).timestamp() == 1_700_000_000


def synced(texts, one):
    told = texts(one.command("check_health"))["last_data_sync_time"]
    return datetime.strptime(told, "%Y-%m-%dT%H:%M:%S.%f%z")


def test_breaking_leaves_no_role_on_either(pair, texts):
    a, b = pair(last_sync_at=1_700_000_000)

    b.press("break_failover")

    assert roles(a, b) == ["none", "none"]
    assert "last_data_sync_time" not in texts(a.command("check_health"))


def test_establishing_again_needs_the_same_release_and_key(pair):
    a, b = pair(product="22.3.1")
    a.press("break_failover")
    a.press_and_wait("install", package="22.4.1", eula=True)

    with pytest.raises(ControlError, match="same product version"):
        a.press("establish_failover", peer=b.host)
    b.press_and_wait("install", package="22.4.1", eula=True)
    b.press("set_psk", psk="another")
    with pytest.raises(ControlError, match="pre-shared keys"):
        a.press("establish_failover", peer=b.host)
    b.press("set_psk", psk=a.truth()["psk"])
    a.press("establish_failover", peer=b.truth()["own_ip"])

    assert roles(a, b) == ["primary", "backup"]


def test_the_first_sync_begins_by_itself_after_establishing(pair):
    a, b = pair()
    a.press("break_failover")

    b.press("establish_failover", peer=a.host)
    truth = b.simulator.settled(b.host)

    assert roles(a, b) == ["backup", "primary"]
    assert truth["last_sync_at"] is not None


def test_the_shared_host_name_is_no_peer(pair):
    a, _ = pair()
    a.press("break_failover")

    with pytest.raises(ControlError, match="own host name"):
        a.press("establish_failover", peer=a.made["public_name"])


def test_become_backup_exchanges_roles_and_the_shared_address_follows(pair):
    a, b = pair(shared_ip="192.0.2.10")
    public = a.made["public_name"]

    a.press("become_backup")

    assert roles(a, b) == ["backup", "primary"]
    assert [one.truth()["shared_ip_enabled"] for one in (a, b)] == [False, True]
    assert b.made["guid"] in b.call("/api/command?action=check_health", host=public).text


def test_with_a_sync_first_both_may_say_backup_before_they_swap(pair, texts):
    a, b = pair()

    answer = a.command("set_failover_role", role="backup", data_sync_first=1)
    meanwhile = set()
    deadline = time.monotonic() + 5
    while a.truth()["operation"] and time.monotonic() < deadline:
        health = [texts(one.command("check_health"))["failover_role"] for one in (a, b)]
        meanwhile.add(tuple(health))
        time.sleep(0.05)

    assert "when it finishes" in answer.text
    assert ("backup", "backup") in meanwhile
    assert roles(a, b) == ["backup", "primary"]


def test_during_the_swap_everybody_is_cut_off_and_other_calls_are_refused(pair):
    a, _ = pair()
    a.press("become_backup", data_sync_first=True)

    answer = a.call("/api/command?action=get_logged_in_reps")

    assert set(a.truth()["connected"].values()) == {0}
    assert "in progress" in answer.text


def test_peers_of_different_versions_swap_only_by_force(pair):
    a, b = pair(product="22.3.1")
    b.press_and_wait("install", package="22.4.1", eula=True)

    with pytest.raises(ControlError, match="versions of the pair differ"):
        a.press("become_backup")
    a.press("become_backup", force=True)

    assert roles(a, b) == ["backup", "primary"]


def test_an_unreachable_peer_is_no_hindrance_for_who_becomes_primary(pair):
    a, b = pair(base="3.2.4", product="12.1.0")
    a.press("install", package="3.3.2")

    b.press("become_primary")

    assert b.truth()["failover_role"] == "primary"


def test_before_14_2_roles_are_not_exchanged_by_api(pair, name_of):
    a, _ = pair(product="13.1.1")
    query = "action=set_failover_role&role=backup&username=admin&password=password"

    root = a.call(f"/api/command.ns?{query}").xml()

    assert [name_of(child) for child in root] == ["error"]


def test_moving_the_name_puts_another_guid_behind_it(pair):
    a, b = pair()
    public = a.made["public_name"]

    before = a.call("/api/command?action=check_health", host=public)
    b.press("point_dns")
    with_the_token_of_a = a.call("/api/command?action=check_health", host=public)
    after = b.call("/api/command?action=check_health", host=public)

    assert a.made["guid"] in before.text
    assert with_the_token_of_a.status == 401
    assert b.made["guid"] in after.text


def test_by_hand_the_shared_address_may_be_on_neither(pair):
    a, b = pair(shared_ip="192.0.2.10")
    a.press("break_failover")

    a.press("release_shared_ip")

    with pytest.raises(ConnectionError):
        a.call("/check_health", host=a.made["public_name"])
    b.press("take_shared_ip")
    assert a.call("/check_health", host=a.made["public_name"]).status == 200
