"""What is done is done, whatever happens to the process."""

import sqlite3

from appliances.simulator.process import Simulator


def test_a_killed_simulator_comes_back_as_it_was(tmp_path):
    simulator = Simulator(str(tmp_path), SIM_BASE_SECONDS=0.2).start()
    try:
        packages = [{"kind": "base", "version": "3.3.2"}]
        simulator.park({"hostname": "a.sim", "base": "3.2.4", "jump_clients": 5}, packages=packages)
        simulator.press("a.sim", "install", package="3.3.2")
        simulator.clock(rate=60)
        before = simulator.truth("a.sim")

        simulator.kill()
        simulator.start()

        after = simulator.settled("a.sim")
        assert (before["base"], after["base"]) == ("3.2.4", "3.3.2")
        assert after["effect_counts"] == {"base_installed": 1, "install_base": 1}
        assert after["guid"] == before["guid"]
        assert simulator.clock()["rate"] == 60
    finally:
        simulator.stop()


def test_a_park_file_fills_an_empty_park_only(tmp_path):
    file = tmp_path / "park.json"
    file.write_text('{"appliances": [{"hostname": "filed.sim"}]}')
    simulator = Simulator(str(tmp_path / "state"), SIM_PARK=str(file)).start()
    try:
        simulator.control("DELETE", "appliances/filed.sim")
        simulator.park({"hostname": "other.sim"})
        simulator.stop()
        simulator.start()

        names = [row["hostname"] for row in simulator.control("GET", "appliances")["appliances"]]
        assert names == ["other.sim"]
    finally:
        simulator.stop()


def test_it_ends_cleanly_when_asked(tmp_path):
    simulator = Simulator(str(tmp_path)).start()

    simulator.stop()

    assert simulator.process.returncode == 0


def test_an_appliance_kept_by_a_release_that_knew_less_of_it_is_read(tmp_path):
    simulator = Simulator(str(tmp_path)).start()
    try:
        simulator.park({"hostname": "a.sim"})
        simulator.stop()
        with sqlite3.connect(tmp_path / "park.sqlite3") as kept:
            less = "UPDATE document SET body = json_remove(body, '$.backup_file')"
            kept.execute(less + " WHERE kind = 'appliance'")
        simulator.start()

        assert simulator.truth("a.sim")["backup_file"] == ""
    finally:
        simulator.stop()
