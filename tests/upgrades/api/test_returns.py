"""Replacements, returns and repairs over REST: as each role, in order, and never too early."""

import pytest

from appliances.models import HardwareReturn
from portal import tenancy
from tests.portal.api.caller import ADMINISTER, Caller

NEW = {"host": "new.meridian.sim", "base_version": "3.2.4", "serial": "NEW1"}


@pytest.fixture
def manager(world, noon):
    """Support's program that may change sites."""
    return Caller(world.agent, scope=ADMINISTER)


@pytest.fixture
def box(world):
    return str(world.appliance.pk)


@pytest.fixture
def opened(world, operator, box):
    body = {"appliance": box, "reason": "It burnt."}
    return operator.done(f"sites/{world.site.pk}/returns", body, status=201)


def code(answer):
    return answer.status_code, answer.json()["code"]


def test_a_replacement_is_registered_planned_and_withdrawn(world, manager, operator, box):
    address, body = f"sites/{world.site.pk}/replacements", {**NEW, "replaces": box}
    assert operator.post(address, body).status_code == 403

    new = manager.done(address, body, status=201)

    assert (new["place"], new["replaces"]["id"]) == ("WAITING", box)
    assert code(manager.post(address, body)) == (409, "replacement-waits")
    plan = operator.done(f"replacements/{new['id']}/path", {})
    assert plan["procedure"] == "hardware"
    job = operator.done(f"replacements/{new['id']}/jobs", {}, status=201)
    assert (job["procedure"], job["replacement"]["id"]) == ("hardware", new["id"])
    assert [row["id"] for row in operator.rows("replacements")] == [new["id"]]
    operator.done(f"jobs/{job['id']}/cancel", {"reason": "Not now."})
    assert manager.done(f"replacements/{new['id']}/withdraw")["place"] == "LEFT"


def test_nothing_is_wiped_before_production_is_confirmed_elsewhere(agent, operator, opened, box):
    """Rule 10: too early is refused at every stage, with the reason."""
    here = f"returns/{opened['id']}"
    wipe = {"serial": "X1"}
    assert code(operator.post(f"{here}/wipe", wipe)) == (409, "wipe-too-early")
    assert operator.done(f"{here}/request")["state"] == "REQUESTED"
    assert operator.post(f"{here}/authorise", {"rma_number": "R-1"}).status_code == 403
    assert agent.done(f"{here}/authorise", {"rma_number": "R-1"})["state"] == "AUTHORISED"
    assert code(operator.post(f"{here}/wipe", wipe)) == (409, "wipe-too-early")

    early = operator.post(f"{here}/confirm-replacement", {})

    assert code(early) == (409, "replacement-not-confirmed")
    assert operator.get(here).json()["state"] == "AUTHORISED"


def test_a_return_goes_its_way(world, agent, manager, operator, opened, box):
    here = f"returns/{opened['id']}"
    body = {**NEW, "replaces": box}
    new = manager.done(f"sites/{world.site.pk}/replacements", body, status=201)
    operator.done(f"{here}/request")
    agent.done(f"{here}/authorise", {"rma_number": "R-1"})
    moves = (
        ("confirm-replacement", {"replacement": new["id"]}, "REPLACED"),
        ("wipe", {"serial": world.appliance.serial or "X1"}, "WIPED"),
        ("power-off", {}, "POWERED_OFF"),
        ("pack", {}, "PACKED"),
        ("label", {"label_id": "1Z-4477"}, "PACKED"),
        ("book-pickup", {"carrier": "Parcel"}, "PICKUP_BOOKED"),
        ("hand-over", {"by_name": "Jan", "tracking": "T1"}, "IN_TRANSIT"),
    )
    states = [operator.done(f"{here}/{verb}", body)["state"] for verb, body, _ in moves]
    assert states == [state for _, _, state in moves]
    assert operator.post(f"{here}/receive", {"on": "2026-12-01"}).status_code == 403
    assert agent.done(f"{here}/receive", {"on": "2026-12-01"})["state"] == "RECEIVED"
    assert operator.done(f"{here}/close")["state"] == "CLOSED"
    assert operator.get("replacements/" + new["id"]).json()["place"] == "IN_PLACE"


def test_a_job_that_left_nothing_has_no_repair(operator, running, world):
    answer = operator.post(f"jobs/{running['id']}/repair", {})
    assert answer.status_code == 409
    stranger = Caller(world.agent)
    assert stranger.post(f"jobs/{running['id']}/repair/path", {}).status_code == 409


def test_facts_of_a_parcel_are_written_down_and_read_again(operator, opened):
    here = f"returns/{opened['id']}"
    facts = {
        "severity": 2, "exposure": "4800.00", "currency": "EUR", "weight_kg": "12.50",
        "ship_from": {"company": "Meridian", "city": "Gebze"}, "customs": {"origin": "France"},
    }  # fmt: skip

    operator.done(f"{here}/describe", facts)

    known = operator.get(here).json()
    assert {name: known[name] for name in facts} == facts
    strange = operator.post(f"{here}/describe", {"ship_from": {"planet": "Mars"}})
    assert strange.status_code == 400


def test_no_carrier_is_called_before_the_label_is_on(world, operator, opened):
    with tenancy.transaction(world.customer):
        HardwareReturn.objects.filter(pk=opened["id"]).update(state="PACKED")

    early = operator.post(f"returns/{opened['id']}/book-pickup", {"carrier": "Parcel"})

    assert code(early) == (409, "not-labelled")
