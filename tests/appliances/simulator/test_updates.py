import time

import pytest

from appliances.simulator.process import ControlError


def offers(truth: dict) -> dict[str, str]:
    return {row["name"]: row["blocked"] for row in truth["updates"]}


def test_a_product_waits_for_the_base_it_needs(appliance):
    one = appliance(base="3.2.4", product="12.1.0")

    found = offers(one.truth())

    assert found["Base Software 3.3.2"] == ""
    assert found["Bomgar-12.2.0"].startswith("3.2.4 does not satisfy the requirements of 12.2.0")


def test_a_blocked_package_is_refused_with_the_reason(appliance):
    one = appliance(base="3.2.4", product="12.1.0")

    with pytest.raises(ControlError, match="does not satisfy the requirements of 12.2.0"):
        one.press("install", package="Bomgar-12.2.0", eula=True)

    assert one.truth()["effect_counts"] == {}


def test_the_base_opens_the_product(appliance):
    one = appliance(base="3.2.4", product="12.1.0")

    truth = one.press_and_wait("install", package="Base Software 3.3.2")

    assert (truth["base"], truth["product"]) == ("3.3.2", "12.1.0")
    assert offers(truth)["Bomgar-12.2.0"] == ""
    assert "Base Software 3.3.2" not in offers(truth)


def test_a_product_needs_the_agreement_accepted(appliance):
    one = appliance(base="3.3.2", product="12.1.0")

    with pytest.raises(ControlError, match="License Agreement"):
        one.press("install", package="12.2.0")
    one.press("accept_eula", package="12.2.0")

    assert one.press_and_wait("install", package="12.2.0")["product"] == "12.2.0"


def test_a_product_install_shows_a_page_with_503_meanwhile(appliance):
    one = appliance(base="3.3.2", product="12.1.0")

    one.press("install", package="12.2.0", eula=True)

    assert one.call("/check_health").status == 503
    one.simulator.settled(one.host)
    assert one.call("/check_health").status == 200


def test_a_base_install_drops_every_connection(appliance):
    one = appliance(base="3.2.4", product="12.1.0")

    one.press("install", package="3.3.2")

    with pytest.raises(ConnectionError):
        one.call("/check_health")


def test_an_appliance_that_installs_takes_no_other_button(appliance):
    one = appliance(base="3.3.2", product="12.1.0")
    one.press("install", package="12.2.0", eula=True)

    with pytest.raises(ControlError, match="does not answer"):
        one.press("install", package="12.2.0", eula=True)
    one.simulator.settled(one.host)
    with pytest.raises(ControlError, match="12.2.0 is installed"):
        one.press("install", package="12.2.0", eula=True)

    assert one.truth()["effect_counts"] == {"install_product": 1, "product_installed": 1}


def test_a_new_product_has_its_own_build_and_ends_all_sessions(appliance):
    one = appliance(base="3.3.2", product="12.1.0", clients={"support_customer": 5})
    before = one.truth()

    after = one.press_and_wait("install", package="12.2.0", eula=True)

    assert after["build"] != before["build"]
    assert (before["connected"]["support_customer"], before["logged_in"]) == (5, 2)
    assert (after["connected"]["support_customer"], after["logged_in"]) == (0, 0)


def test_people_come_back_by_the_simulators_clock(appliance, simulator):
    one = appliance(base="3.3.2", product="12.1.0")
    one.press_and_wait("install", package="12.2.0", eula=True)

    simulator.clock(anchor_virtual=one.truth()["now"] + 3700)

    assert one.truth()["logged_in"] == 2


def test_installers_made_before_a_product_are_void_afterwards(appliance):
    one = appliance(installers=1, product="22.3.1").sign_in()
    path = f"/api/config/v1/jump-client/installer/{one.truth()['installers'][0]['installer_id']}"

    before = one.call(f"{path}/mac-dmg").status
    one.press_and_wait("install", package="22.4.1", eula=True)
    after = one.call(f"{path}/mac-dmg").status
    one.press("regenerate_installers")

    assert (before, after) == (200, 404)
    assert one.truth()["installers"][0]["valid"] is True


def test_a_base_update_voids_nothing_and_asks_no_client_to_follow(appliance):
    one = appliance(base="3.2.4", product="12.1.0", installers=1, jump_clients=10)

    truth = one.press_and_wait("install", package="3.3.2")

    assert truth["installers"][0]["valid"] is True
    assert truth["jump_clients_pending"] == 0


def test_a_failed_base_install_leaves_the_appliance_down_until_support_comes(appliance):
    one = appliance(base="3.2.4", product="12.1.0")
    one.faults(base_install_fails=True)

    truth = one.press_and_wait("install", package="3.3.2")

    assert (truth["base"], truth["away"]) == ("3.2.4", "drop")
    with pytest.raises(ConnectionError):
        one.call("/check_health")
    one.press("repair")
    assert one.call("/check_health").status == 200


def test_a_product_install_may_do_nothing(appliance):
    one = appliance(base="3.3.2", product="12.1.0")
    one.faults(product_install_noop={"times": 1})

    first = one.press_and_wait("install", package="12.2.0", eula=True)
    second = one.press_and_wait("install", package="12.2.0", eula=True)

    assert (first["product"], second["product"]) == ("12.1.0", "12.2.0")


def test_a_withdrawn_package_is_not_offered(appliance, simulator):
    packages = [{"kind": "base", "version": "3.3.2", "withdrawn": True}]
    one = appliance(base="3.2.4", product="12.1.0")
    kept = one.truth()["updates"]
    try:
        simulator.park(packages=packages)
        assert one.truth()["updates"] == []
        with pytest.raises(ControlError, match="not on the list"):
            one.press("install", package="3.3.2")
    finally:
        drop = ("blocked", "withdrawn")
        simulator.park(packages=[{k: v for k, v in r.items() if k not in drop} for r in kept])


def test_install_seconds_are_real_whatever_the_clock(appliance, simulator):
    one = appliance(base="3.3.2", product="12.1.0")
    simulator.clock(rate=3600)
    begun = time.monotonic()

    one.press_and_wait("install", package="12.2.0", eula=True)

    assert time.monotonic() - begun >= 0.28


def test_new_hardware_takes_any_release_whose_base_it_has(appliance):
    box = appliance(product="", base="7.4.0")

    box.press_and_wait("install", package="22.4.1", eula=True)

    assert box.truth()["product"] == "22.4.1"
