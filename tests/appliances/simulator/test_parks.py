from appliances.simulator import parks


def test_the_demo_park_is_taken_whole(simulator):
    made = simulator.control("POST", "park", {"appliances": parks.demo()["appliances"]})

    names = [row["hostname"] for row in made["appliances"]]
    assert names[:2] == ["sra-ankara-01.sim", "sra-lyon-01.sim"]
    assert len(names) == 12


def test_both_of_a_pair_hold_the_same_settings(simulator):
    made = simulator.park(*parks.pair("same.park.sim", base="6.2.0", product="22.3.1"))
    a, b = (simulator.truth(row["hostname"]) for row in made)

    def hosts(truth: dict) -> list[str]:
        return [(row["hostname"], row["connection_type"]) for row in truth["jump_clients"]]

    assert made[0]["accounts"] == made[1]["accounts"]
    assert hosts(a) == hosts(b)
    assert (a["psk"], a["peer"]) == (b["psk"], b["hostname"])


def test_the_same_park_is_made_every_time():
    assert parks.demo() == parks.demo()
