"""Jump Clients follow a new release: active ones in turns, passive ones in a day."""

import pytest

ACTIVE, PASSIVE = {"connection_type": "active"}, {"connection_type": "passive"}
OFF = {"connection_type": "active", "off_since": 1.0}


@pytest.fixture
def updated(appliance):
    def make(rows: list[dict], **spec: object):
        one = appliance(product="22.3.1", jump_clients=rows, **spec).sign_in()
        one.press_and_wait("install", package="22.4.1", eula=True)
        one.began = one.truth()["product_installed_at"]
        return one

    return make


def pending(one, after: float) -> list[int]:
    """Ids of the clients that still need the update so many seconds after the install."""
    one.simulator.clock(anchor_virtual=one.began + after)
    rows = one.call("/api/config/v1/jump-client").json()
    return [row["id"] for row in rows if row["needs_update"]]


def test_right_after_a_product_every_client_needs_the_update(updated):
    assert pending(updated([ACTIVE, PASSIVE, OFF]), 1) == [4001, 4002, 4003]


def test_active_ones_follow_in_turns_no_larger_than_the_limit(updated):
    one = updated([ACTIVE] * 5, max_concurrent_jump_upgrades=2)

    assert [len(pending(one, 120 * turn + 1)) for turn in range(4)] == [5, 3, 1, 0]


def test_a_higher_limit_lets_the_rest_follow_sooner(updated):
    one = updated([ACTIVE] * 10, max_concurrent_jump_upgrades=1)
    assert len(pending(one, 121)) == 9

    one.press("set_jump_limit", limit=100)

    assert pending(one, 121 + 121) == []


def test_passive_ones_follow_when_they_next_check_in_within_a_day(updated):
    one = updated([PASSIVE | {"phase": hour * 3600} for hour in range(24)])

    counts = [len(pending(one, hours * 3600 + 1)) for hours in (0, 6, 12, 24)]

    assert counts[0] >= 23
    assert counts == sorted(counts, reverse=True)
    assert 10 <= counts[2] <= 14
    assert counts[3] == 0


def test_hosts_that_are_off_never_follow_until_they_are_on(updated):
    one = updated([OFF])
    assert pending(one, 30 * 86400) == [4001]

    one.press("host_on", id=4001)

    assert pending(one, 30 * 86400 + 200) == []


def test_a_client_that_was_off_for_long_counts_as_lost(updated):
    one = updated([OFF, ACTIVE])

    rows = one.call("/api/config/v1/jump-client").json()

    assert [row["is_lost"] for row in rows] == [True, False]


def test_the_last_connection_of_who_followed_is_later_than_the_install(updated):
    one = updated([ACTIVE, PASSIVE])
    one.simulator.clock(anchor_virtual=one.began + 86400)

    rows = one.truth()["jump_clients"]

    assert all(row["follows_at"] > one.began for row in rows)
    assert one.truth()["jump_clients_pending"] == 0


def test_two_releases_without_time_between_strand_clients(appliance):
    one = appliance(base="7.4.0", product="22.3.1", jump_clients=[PASSIVE])
    one.press_and_wait("install", package="22.4.1", eula=True)
    one.press_and_wait("install", package="25.2.1", eula=True)
    one.simulator.clock(anchor_virtual=one.truth()["now"] + 3 * 86400)

    stranded = one.truth()
    one.press("reinstall_clients")

    assert (stranded["jump_clients_stranded"], stranded["jump_clients_pending"]) == (1, 1)
    assert one.truth()["jump_clients_pending"] == 0


def test_removed_clients_need_no_waiting(appliance):
    one = appliance(base="7.4.0", product="22.3.1", jump_clients=8)

    assert one.press("remove_clients") == {"removed": 8}
    one.press_and_wait("install", package="22.4.1", eula=True)
    one.press_and_wait("install", package="25.2.1", eula=True)

    assert one.press("reinstall_clients") == {"clients": 8}
    assert one.truth()["jump_clients_stranded"] == 0
