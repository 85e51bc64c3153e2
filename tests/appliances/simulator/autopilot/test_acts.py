"""Each act through the real simulator, and that no evidence is missing afterwards."""

import pytest

from appliances.simulator.autopilot.acts import ACTS
from appliances.simulator.autopilot.calls import Park
from appliances.simulator.autopilot.evidence import fill


@pytest.fixture
def do(simulator):
    park = Park(simulator.url)

    def act(one, action: str, package: dict | None = None, fields: list | None = None) -> dict:
        step = {"action": action, "package": package, "evidence_fields": fields or []}
        shown = ACTS[action](park, park.truth(one.host), step)
        simulator.settled(one.host)
        return fill(step, park.truth(one.host), shown)

    return act


def fields(**kinds: str) -> list[dict]:
    return [{"name": name, "kind": kind, "required": True} for name, kind in kinds.items()]


def test_the_limit_is_lowered_and_put_back(do, appliance):
    one = appliance(max_concurrent_jump_upgrades=50)

    lowered = do(one, "lower_jump_limit", fields=fields(before="number", after="number"))
    restored = do(one, "restore_jump_limit", fields=fields(after="number"))

    assert (lowered, restored) == ({"before": 50, "after": 25}, {"after": 50})


def test_the_limit_is_put_back_on_whichever_appliance_serves_by_then(do, pair):
    """G-CLIENT-4 in an asynchronous upgrade: lowered on the old primary, twice, and carried over by
    the sync; put back on the new one."""
    old, new = pair(max_concurrent_jump_upgrades=60)
    do(old, "lower_jump_limit")
    do(old, "lower_jump_limit")
    do(old, "sync_now")
    assert new.truth()["max_concurrent_jump_upgrades"] == 15

    restored = do(new, "restore_jump_limit", fields=fields(after="number"))

    assert restored == {"after": 60}
    assert new.truth()["max_concurrent_jump_upgrades"] == 60


def test_the_manual_way_before_and_after_3_3_2(do, appliance):
    one = appliance(base="3.2.4", product="12.1.0")
    base = {"kind": "base", "version": "3.3.2", "name": "any"}
    product = {"kind": "product", "version": "12.2.0", "name": "any"}

    do(one, "ask_for_key")
    fetched = do(one, "fetch_packages", fields=fields(files="text", checksums="text"))
    do(one, "install_base", base)
    typed = do(one, "install_product", product, fields(product_version="version", build="text"))

    assert "Bomgar-12.2.0.pkg" in fetched["files"].splitlines()
    assert len(fetched["files"].splitlines()) == len(fetched["checksums"].splitlines())
    assert typed["product_version"] == "12.2.0"
    assert one.truth()["media"] == ["Base Software 7.4.0", "Bomgar-22.4.1", "Bomgar-25.2.1"]


def test_the_list_of_updates_is_typed_as_the_page_shows_it(do, appliance):
    one = appliance(base="3.2.4", product="12.1.0")

    typed = do(
        one, "check_updates", fields=fields(offered="text", blocked="text", licences="number")
    )

    assert "Base Software 3.3.2" in typed["offered"].splitlines()
    assert "does not satisfy" in typed["blocked"]
    assert typed["licences"] == 15


def test_a_backup_by_hand_has_name_size_and_checksum(do, appliance):
    wanted = fields(file_name="text", sha256="text", size_kb="number")

    typed = do(appliance(jump_clients=50), "back_up", fields=wanted)

    assert len(typed["sha256"]) == 64
    assert typed["size_kb"] >= 1
    assert typed["file_name"].endswith(".nsb")


def test_certificates_are_evidenced_by_fingerprint_and_place(do, appliance):
    wanted = fields(fingerprint="text", expires_on="date", kept_at="text")

    typed = do(appliance(), "export_certificates", fields=wanted)

    assert len(typed["fingerprint"].replace(":", "")) == 64
    assert typed["kept_at"]


def test_installers_made_anew_are_named(do, appliance):
    one = appliance(installers=2, product="22.3.1")
    one.press_and_wait("install", package="22.4.1", eula=True)

    typed = do(one, "regenerate_installers", fields=fields(installers="text", replaced="tick"))

    assert typed == {"installers": "Installer 1\nInstaller 2", "replaced": True}


def test_a_pair_goes_all_the_way_round(do, pair):
    a, b = pair(product="22.3.1")
    package = {"kind": "product", "version": "22.4.1", "name": "22.4.1"}

    do(b, "sync_now")
    do(b, "break_failover")
    do(b, "install_product", package)
    do(b, "point_dns")
    do(a, "install_product", package)
    do(b, "establish_failover")

    assert (a.truth()["failover_role"], b.truth()["failover_role"]) == ("backup", "primary")
    assert b.truth()["serves"] is True


def test_become_primary_is_verified_rather_than_done_twice(do, pair):
    a, b = pair()

    do(a, "become_backup")
    do(b, "become_primary")

    assert (a.truth()["failover_role"], b.truth()["failover_role"]) == ("backup", "primary")


def test_clients_are_removed_and_installed_again(do, appliance):
    one = appliance(jump_clients=6)

    removed = do(one, "remove_clients", fields=fields(jump_clients="number", none_left="tick"))
    back = do(one, "reinstall_clients", fields=fields(jump_clients="number"))

    assert (removed, back) == ({"jump_clients": 6, "none_left": True}, {"jump_clients": 6})


def test_the_nodes_that_a_step_names_are_ticked_on_the_masters_page(simulator, appliance):
    """And no other: the step says over REST whom it is about."""
    master = appliance(cluster="pilot", cluster_role="master")
    named = appliance(cluster="pilot", cluster_role="traffic")
    other = appliance(cluster="pilot", cluster_role="traffic")
    park = Park(simulator.url)
    step = {"about": [{"host": named.host}]}

    ACTS["stop_accepting"](park, park.truth(master.host), step)
    off = [one.truth()["accepting"] for one in (named, other)]
    ACTS["start_accepting"](park, park.truth(master.host), step)

    assert off == [False, True]
    assert named.truth()["accepting"]


def test_every_node_gets_the_package_and_none_installs_it(do, simulator, appliance):
    master = appliance(cluster="spread", cluster_role="master", public_name="spread.sim")
    node = appliance(cluster="spread", cluster_role="traffic", public_name="spread.sim")

    shown = do(master, "distribute", fields=fields(nodes="number"))

    assert shown == {"nodes": 1}
    assert node.truth()["staged"]
    assert not node.truth()["operation"]
