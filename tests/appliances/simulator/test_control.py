import pytest

from appliances.simulator.process import ControlError, Simulator


def test_it_answers_to_loopback_names_only(appliance):
    one = appliance()

    assert one.call("/_sim/appliances", host="127.0.0.1").status == 200
    assert one.call("/_sim/appliances", host="localhost:8099").status == 200
    assert one.call("/_sim/appliances", host="evil.example").status == 403
    assert one.call("/_sim/appliances").status == 404  # the appliance's own names know no control


def test_further_names_may_be_allowed_and_a_key_may_be_asked(tmp_path):
    settings = {"SIM_CONTROL_HOSTS": "simulator, other"}
    with Simulator(str(tmp_path), key="sesame", **settings) as simulator:
        simulator.park({"hostname": "a.sim"})
        key, simulator.key = simulator.key, "wrong"
        with pytest.raises(ControlError, match="X-Sim-Control"):
            simulator.truth("a.sim")
        simulator.key = key
        assert simulator.truth("a.sim")["hostname"] == "a.sim"


def test_the_truth_has_what_no_api_tells(appliance):
    truth = appliance(base="6.2.9").truth()

    assert truth["base"] == "6.2.9"
    assert truth["effects"] == []


def test_effects_are_kept_in_order_with_their_details(appliance):
    one = appliance()
    one.press("check_updates")
    one.press("set_jump_limit", limit=5)

    effects = one.truth()["effects"]

    assert [row["name"] for row in effects] == ["check_updates", "set_jump_limit"]
    assert effects[1]["detail"] == {"before": 50, "after": 5}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "hostname"),
        ({"hostname": "a.sim", "colour": "red"}, "unknown keys"),
    ],
)
def test_what_cannot_be_an_appliance_is_refused(simulator, spec, said):
    with pytest.raises(ControlError, match=said) as refusal:
        simulator.park(spec)

    assert refusal.value.status == 400


def test_a_refused_park_leaves_nothing_behind(simulator):
    with pytest.raises(ControlError):
        simulator.park({"hostname": "half.sim"}, {"hostname": ""})

    with pytest.raises(ControlError, match="no appliance"):
        simulator.truth("half.sim")


def test_an_unknown_button_names_the_known_ones(appliance):
    with pytest.raises(ControlError, match="check_updates") as refusal:
        appliance().press("self_destruct")

    assert refusal.value.status == 404


def test_fields_can_be_set_and_an_appliance_removed(appliance, simulator):
    one = appliance()

    simulator.control("PATCH", f"appliances/{one.host}", {"clock_offset": 90})
    assert one.truth()["own_time"] - one.truth()["now"] > 89
    simulator.control("DELETE", f"appliances/{one.host}")

    assert one.call("/check_health").status == 404


def test_an_unknown_package_shape_is_refused(simulator):
    with pytest.raises(ControlError, match="kind of package"):
        simulator.park(packages=[{"kind": "toy", "version": "1"}])


def test_the_park_can_be_emptied(tmp_path):
    with Simulator(str(tmp_path)) as simulator:
        simulator.park({"hostname": "a.sim"}, packages=[{"kind": "base", "version": "1.0"}])
        simulator.press("a.sim", "check_updates")

        simulator.control("DELETE", "park")
        simulator.park({"hostname": "a.sim"})

        truth = simulator.truth("a.sim")
        assert (truth["updates"], truth["effects"]) == ([], [])
