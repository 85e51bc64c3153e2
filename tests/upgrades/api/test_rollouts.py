"""Rollouts for staff's programs; a site's place for the customer's own."""

import pytest

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import Caller
from upgrades.models import UpgradeJob
from upgrades.services.rollouts import drawing, sweeping


@pytest.fixture
def manager(world, noon):
    return Caller(factories.staff("ROLLOUT_MANAGER", "Mara Neri"))


def body(world, **more):
    return {
        "name": "Autumn", "release": str(world.packages["14.1.1"].pk), "starts_on": "2026-11-24",
        "ends_on": "2027-02-28", "waves": [{"by_likeness": True, "size": 1}, {}], **more,
    }  # fmt: skip


@pytest.fixture
def opened(manager, world):
    made = manager.done("rollouts", body(world), status=201)
    drawing.draw_due(NOON)
    manager.done(f"rollouts/{made['id']}/open")
    sweeping.turn(NOON)
    return made


def test_a_rollout_from_draft_to_closed(manager, world):
    made = manager.done("rollouts", body(world), status=201)
    assert (made["state"], made["drawn_at"], len(made["waves"])) == ("DRAFT", None, 2)
    assert manager.post(f"rollouts/{made['id']}/open").status_code == 409
    drawing.draw_due(NOON)

    seen = manager.get(f"rollouts/{made['id']}/preview").json()
    assert (seen["drawn"], seen["named"], seen["left_out"]) == (True, 1, {})
    assert seen["waves"][0]["sites"] == {"WAITING": 1}
    assert seen["waves"][0]["coverage"]["missing"] == []
    states = [
        manager.done(f"rollouts/{made['id']}/{verb}", given)["state"]
        for verb, given in (
            ("open", None),
            ("pause", {"reason": "Feast"}),
            ("resume", None),
            ("stop", {"reason": "Clocks"}),
            ("tell", None),
            ("lift", None),
            ("next-wave", None),
            ("edit", body(world, name="Winter")),
            ("close", None),
        )  # fmt: skip
    ]
    assert states == ["OPEN", "PAUSED", "OPEN", "STOPPED", "STOPPED", "OPEN", "OPEN", "OPEN",
                      "CLOSED"]  # fmt: skip
    assert manager.rows("rollouts")[0]["name"] == "Winter"


def test_what_cannot_be_names_its_field(manager, world):
    wrong = manager.post("rollouts", body(world, audience="shape:pear"))
    assert (wrong.status_code, wrong.json()["code"]) == (400, "filter-not-understood")
    assert manager.post("rollouts", body(world, waves=[{"share": 200}])).status_code == 400
    assert manager.post("rollouts", body(world, color="red")).status_code == 400


def test_agents_read_rollouts_and_customers_do_not(opened, agent, approver, world):
    assert agent.get(f"rollouts/{opened['id']}").status_code == 200
    assert agent.post(f"rollouts/{opened['id']}/close").status_code == 403
    assert approver.get("rollouts").status_code == 403


def test_the_customer_takes_another_slot_and_that_is_its_approval(opened, approver, world):
    [mine] = approver.rows("enrolments")
    assert (mine["state"], mine["if_silent"], mine["rollout"]) == ("ALERTED", "LAPSE", "Autumn")
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get(pk=mine["job_id"])
        first = job.bookings.order_by("slot").first().starts_at
    later = first.replace(day=first.day + 2)
    given = {"starts_at": later.isoformat(), "digest": job.plan["digest"]}

    stale = approver.post(f"enrolments/{mine['id']}/take", given | {"digest": "other"})
    assert (stale.status_code, stale.json()["code"]) == (409, "outside-approval")
    taken = approver.done(f"enrolments/{mine['id']}/take", given)

    assert taken["state"] == "BOOKED"
    with tenancy.transaction(world.customer):
        assert job.bookings.order_by("slot").first().starts_at == later


def test_declined_by_the_customer_and_offered_again_by_support(opened, approver, operator, agent):
    [mine] = approver.rows("enrolments")
    path = f"enrolments/{mine['id']}"

    assert operator.post(f"{path}/decline", {"reason": "No"}).status_code == 403
    declined = approver.done(f"{path}/decline", {"reason": "Staff on leave"})
    assert (declined["state"], declined["reason"]) == ("DECLINED", "Staff on leave")
    assert approver.post(f"{path}/reopen").status_code == 403
    assert agent.done(f"{path}/reopen")["state"] == "ALERTED"
    assert agent.done(f"{path}/exclude", {"reason": "Sold"})["code"] == "by-hand"
    assert agent.done(f"{path}/include")["state"] == "WAITING"
