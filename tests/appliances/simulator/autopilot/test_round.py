import signal
import subprocess
import sys
import time

from appliances.simulator.autopilot.calls import Park, Portal
from appliances.simulator.autopilot.round import Autopilot

BASE = {"kind": "base", "version": "3.3.2", "name": "Base 3.3.2"}
TYPED = [
    {"name": "base_version", "kind": "version", "required": True},
    {"name": "picture", "kind": "file", "required": False},
]


def look(pilot, now, seconds: float = 3.0) -> None:
    now[0] += seconds
    pilot.look()


def test_a_persons_step_is_taken_and_confirmed_with_its_fields(pilot, portal, now):
    fields = [
        {"name": "tested", "kind": "choice", "required": True, "choices": [["lab", "A lab"]]},
        {"name": "remarks", "kind": "text", "required": True},
        {"name": "more", "kind": "text", "required": False},
    ]
    portal.ask("test_elsewhere", evidence_fields=fields)

    look(pilot, now)

    assert portal.taken == ["step-1"]
    assert portal.confirmed["step-1"]["tested"] == "lab"
    assert set(portal.confirmed["step-1"]) == {"tested", "remarks"}
    assert portal.confirmed["step-1"]["remarks"]


def test_an_install_is_pressed_once_and_confirmed_when_it_is_over(pilot, portal, now, appliance):
    one = appliance(base="3.2.4", product="12.1.0")
    portal.ask("install_base", one.host, package=BASE, evidence_fields=TYPED, observed=True)

    look(pilot, now)
    look(pilot, now)
    meanwhile = dict(portal.confirmed)
    one.simulator.settled(one.host)
    look(pilot, now)

    assert meanwhile == {}
    assert portal.confirmed == {"step-1": {"base_version": "3.3.2"}}
    assert one.truth()["effect_counts"] == {"install_base": 1, "base_installed": 1}


def test_only_what_is_so_already_counts_as_done(pilot, portal, now, pair):
    """A broken relationship is confirmed; a page that refuses for another reason is tried again."""
    alpha, beta = pair()
    beta.press("break_failover")
    portal.ask("break_failover", beta.host)
    portal.ask("sync_now", alpha.host)

    look(pilot, now)

    assert set(portal.confirmed) == {"step-1"}
    assert beta.truth()["effect_counts"]["break_failover"] == 1
    alpha.press("establish_failover", peer=beta.host)
    alpha.simulator.settled(alpha.host)
    look(pilot, now)
    alpha.simulator.settled(alpha.host)
    look(pilot, now)
    assert set(portal.confirmed) == {"step-1", "step-2"}
    assert alpha.truth()["effect_counts"]["sync_now"] == 1


def test_what_the_portal_watches_is_pressed_without_taking(pilot, portal, now, appliance):
    one = appliance(base="3.2.4", product="12.1.0")
    portal.ask("install_base", one.host, package=BASE, state="WATCHING", observed=True)

    look(pilot, now)
    one.simulator.settled(one.host)

    assert portal.taken == []
    assert one.truth()["base"] == "3.3.2"


def test_a_failed_base_is_neither_confirmed_nor_pressed_again(pilot, portal, now, appliance):
    one = appliance(base="3.2.4", product="12.1.0")
    one.faults(base_install_fails=True)
    portal.ask("install_base", one.host, package=BASE, evidence_fields=TYPED, observed=True)

    look(pilot, now)
    one.simulator.settled(one.host)
    for _ in range(5):
        look(pilot, now)

    assert portal.confirmed == {}
    assert one.truth()["effect_counts"]["install_base"] == 1


def test_a_step_somebody_else_holds_is_left_alone(pilot, portal, now, appliance):
    one = appliance(base="3.2.4", product="12.1.0")
    portal.refuse["take"] = 409
    portal.ask("install_base", one.host, package=BASE)

    look(pilot, now)

    assert one.truth()["effect_counts"] == {}


def test_a_refused_confirmation_is_tried_again_and_nothing_pressed_twice(
    pilot, portal, now, appliance
):
    one = appliance()
    portal.refuse["confirm"] = 409
    portal.ask("check_updates", one.host)
    look(pilot, now)
    portal.refuse.clear()

    look(pilot, now)

    assert "step-1" in portal.confirmed
    assert one.truth()["effect_counts"] == {"check_updates": 1}


def test_steps_of_every_page_are_done(pilot, portal, now):
    for _ in range(5):
        portal.ask("announce")

    look(pilot, now)

    assert len(portal.confirmed) == 5


def test_an_install_that_did_nothing_is_pressed_again_when_it_is_asked_again(
    pilot, portal, now, appliance
):
    one = appliance(base="3.3.2", product="12.1.0")
    one.faults(product_install_noop={"times": 1})
    package = {"kind": "product", "version": "12.2.0", "name": "12.2.0"}
    step = portal.ask("install_product", one.host, package=package, state="WATCHING")
    look(pilot, now)
    one.simulator.settled(one.host)

    portal.steps.clear()
    look(pilot, now, 10)
    portal.steps[step["id"]] = step
    look(pilot, now)

    assert one.simulator.settled(one.host)["product"] == "12.2.0"


def test_neither_a_dead_portal_nor_a_dead_simulator_stops_it(portal, simulator, now):
    portal.ask("check_updates", "nowhere.sim")
    dead = "http://127.0.0.1:1"

    Autopilot(Portal(dead, "key"), Park(simulator.url)).look()
    Autopilot(Portal(portal.url, "wrong"), Park(simulator.url)).look()
    Autopilot(Portal(portal.url, "key"), Park(dead)).look()
    Autopilot(Portal(portal.url, "key"), Park(simulator.url)).look()

    assert portal.confirmed == {}


def test_as_a_process_it_works_until_it_is_asked_to_stop(portal, simulator, appliance):
    one = appliance()
    portal.ask("check_updates", one.host)
    command = [sys.executable, "-m", "appliances.simulator.autopilot", "--portal", portal.url]
    command += ["--key", "key", "--simulator", simulator.url, "--pause", "0.05"]

    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 15
    while not portal.confirmed and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=10) == 0
    assert "step-1" in portal.confirmed


def test_what_the_network_side_does_is_pressed_on_the_appliance_it_is_about(
    portal, simulator, appliance, pilot, now
):
    one, other = (
        appliance(public_name="support.pair.sim"),
        appliance(public_name="support.pair.sim"),
    )
    portal.ask("point_dns", None, about=[{"host": other.host, "letter": "B"}])

    for _ in range(3):
        pilot.look()
        now[0] += 3

    assert "step-1" in portal.confirmed
    assert [one.truth()["serves"], other.truth()["serves"]] == [False, True]
