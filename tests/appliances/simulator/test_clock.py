import time

import pytest

from appliances.simulator.clock import Clock, from_json, instant, rfc3339


def test_it_runs_fast_until_an_instant_and_then_at_real_speed():
    clock = Clock(anchor_real=1000, anchor_virtual=0, rate=3600, until=7200)

    assert [clock.at(real) for real in (1000, 1001, 1002, 1003, 1010)] == [
        0,
        3600,
        7200,
        7201,
        7208,
    ]


def test_it_never_runs_backwards_before_its_anchor():
    assert Clock(anchor_real=1000, anchor_virtual=50).at(900) == 50


def test_an_end_that_is_past_means_real_speed():
    clock = Clock(anchor_real=1000, anchor_virtual=500, rate=3600, until=100)

    assert clock.at(1010) == 510


def test_what_is_left_out_goes_on_from_now():
    current = Clock(anchor_real=0, anchor_virtual=100)

    assert from_json({"rate": 60}, 50.0, current) == Clock(50.0, 150.0, 60.0, None)


def test_instants_may_be_numbers_or_text():
    assert instant("2024-06-10T06:13:20Z", 0) == instant(1718000000, 0) == 1718000000.0
    assert rfc3339(1718000000.9) == "2024-06-10T06:13:20+00:00"


@pytest.mark.parametrize("rate", [0, -1])
def test_a_clock_that_stands_is_refused(rate):
    with pytest.raises(ValueError, match="rate"):
        from_json({"rate": rate}, 0, Clock(0, 0))


def test_the_control_sets_it_and_appliances_obey(simulator, appliance, texts):
    one = appliance().sign_in()
    simulator.clock(anchor_virtual="2030-01-01T00:00:00+00:00", rate=1)

    found = int(texts(one.command("get_api_info"))["timestamp"])
    simulator.clock(anchor_virtual=time.time())

    assert 0 <= found - instant("2030-01-01T00:00:00+00:00", 0) < 60
