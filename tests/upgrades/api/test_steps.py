"""Steps over REST: a person's part done by a program."""

import uuid

import pytest
from django.test import Client

from portal import tenancy
from tests import factories
from tests.portal.api.caller import Caller
from tests.upgrades.api.conftest import to_state
from tests.upgrades.api.test_jobs import refused
from tests.upgrades.operator import PIXEL
from upgrades.models import JobStep

TESTED = {"tested": "lab", "remarks": "Jan, on the bench"}


def at(world, step, *moves):
    with tenancy.transaction(world.customer):
        return to_state(JobStep.objects.get(pk=step.pk), *moves)


@pytest.fixture
def another(world, noon):
    """The program of a second operator."""
    return Caller(factories.a_member(world.customer, "OPERATOR", "Petr Hora"), world.customer)


def test_what_waits_for_somebody_is_found_across_customers(asking, agent):
    [step] = agent.rows("steps", state="ASKING,WATCHING", simulated="true")

    assert (step["id"], step["action"], step["state"]) == (
        str(asking.pk), "test_elsewhere", "ASKING",
    )  # fmt: skip
    assert step["customer"]["slug"] == "meridian"
    assert [(f["name"], f["kind"], f["required"]) for f in step["evidence_fields"]] == [
        ("tested", "choice", True), ("remarks", "text", True),
    ]  # fmt: skip
    assert {choice["value"] for choice in step["evidence_fields"][0]["choices"]} == {
        "lab", "twin", "not-tested",
    }  # fmt: skip
    assert agent.rows("steps", state="ASKING", simulated="false") == []


def test_a_step_of_an_appliance_names_its_host_and_package(running, operator):
    [step] = [s for s in operator.rows("steps", limit=100) if s["action"] == "install_base"]

    assert step["appliance"]["host"] == "a.meridian.sim"
    assert (step["package"]["kind"], step["package"]["version"]) == ("base", "4.0.1")


def test_a_step_is_taken_given_back_and_confirmed(asking, operator, another):
    path = f"steps/{asking.pk}"
    assert operator.done(f"{path}/take")["holder"]["name"] == "Jan Novak"
    assert refused(another.post(f"{path}/take")) == (409, "held-by-somebody")
    assert refused(another.post(f"{path}/confirm", {"evidence": TESTED})) == (
        409, "held-by-somebody",
    )  # fmt: skip
    assert operator.done(f"{path}/give-back")["holder"] is None

    step = another.done(f"{path}/confirm", {"evidence": {**TESTED, "remark": "fine"}})

    assert (step["state"], step["confirmed_by"]["name"]) == ("DONE", "Petr Hora")
    assert step["evidence"] == {**TESTED, "remark": "fine"}


def test_confirmed_twice_is_not_now(asking, operator):
    path = f"steps/{asking.pk}/confirm"
    operator.done(path, {"evidence": TESTED})

    assert refused(operator.post(path, {"evidence": TESTED})) == (409, "not-now")


def test_evidence_that_cannot_be_right_is_named_by_its_path(asking, operator):
    answer = operator.post(
        f"steps/{asking.pk}/confirm", {"evidence": {"tested": "perhaps", "colour": "red"}}
    )

    assert refused(answer) == (400, "bad-evidence")
    assert sorted(answer.json()["errors"]) == [
        "evidence.colour", "evidence.remarks", "evidence.tested",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [[], {}, [1], "\x00"])
def test_a_value_is_what_a_person_could_type(asking, operator, value):
    answer = operator.post(f"steps/{asking.pk}/confirm", {"evidence": {"tested": value}})

    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["evidence.tested"]


def upload(caller, path):
    answer = Client().post(
        f"/api/v1/{path}", data=PIXEL, content_type="image/png", headers=caller.headers
    )
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


@pytest.fixture
def installing(world, running, noon):
    """The step that installs the base asks a person; it takes a picture."""
    with tenancy.transaction(world.customer):
        step = JobStep.objects.get(job_id=running["id"], action="install_base")
        return to_state(step, ("ready", {"at": noon}), ("claim", {}), ("ask", {"look_at": None}))


def test_a_base_version_needs_the_picture_of_its_page(installing, operator):
    answer = operator.post(
        f"steps/{installing.pk}/confirm", {"evidence": {"base_version": "4.0.1"}}
    )

    assert refused(answer) == (400, "bad-evidence")
    assert list(answer.json()["errors"]) == ["evidence.picture"]


@pytest.mark.parametrize("where", ["steps/{}/evidence", "evidence"])
def test_a_picture_is_uploaded_and_named_by_its_id(installing, operator, where):
    picture = upload(operator, where.format(installing.pk))

    step = operator.done(
        f"steps/{installing.pk}/confirm",
        {"evidence": {"base_version": "4.0.1", "picture": picture}},
    )

    assert (step["state"], step["evidence"]["picture"]) == ("DONE", picture)


def test_a_picture_of_somebody_else_or_of_another_step_proves_nothing(
    installing, asking, operator, another
):
    for picture in (
        upload(another, "evidence"), upload(operator, f"steps/{asking.pk}/evidence"),
        str(uuid.uuid4()), "no id", 7,
    ):  # fmt: skip
        body = {"evidence": {"base_version": "4.0.1", "picture": picture}}
        answer = operator.post(f"steps/{installing.pk}/confirm", body)
        assert refused(answer) == (400, "invalid"), picture
        assert list(answer.json()["errors"]) == ["evidence.picture"]


def test_another_base_than_the_packages_is_refused(installing, operator):
    picture = upload(operator, f"steps/{installing.pk}/evidence")
    shown = {"base_version": "3.3.2", "picture": picture}
    answer = operator.post(f"steps/{installing.pk}/confirm", {"evidence": shown})

    assert refused(answer) == (400, "wrong-version")
    assert list(answer.json()["errors"]) == ["evidence.base_version"]


def test_a_base_problem_halts_the_job_until_two_people_release_it(
    installing, running, operator, approver, agent
):
    operator.done(f"steps/{installing.pk}/report", {"reason": "it does not come up"})
    job = f"jobs/{running['id']}"
    assert operator.get(job).json()["state"] == "HALTED"
    assert refused(operator.post(f"{job}/resume")) == (409, "base-hold")
    [hold] = approver.rows("holds", open="true")

    assert refused(approver.post(f"holds/{hold['id']}/ask-release", {"ticket": "x"})) == (
        400, "needs-ticket",
    )  # fmt: skip
    approver.done(f"holds/{hold['id']}/ask-release", {"ticket": "BT-100234"})
    assert refused(approver.post(f"holds/{hold['id']}/release")) == (409, "needs-two-people")
    released = agent.done(f"holds/{hold['id']}/release")

    assert (released["ticket"], released["released_by"]["name"]) == ("BT-100234", "Ines Duarte")
    assert approver.rows("holds", open="true") == []
    assert operator.done(f"{job}/resume")["state"] == "RUNNING"


def test_a_held_step_is_tried_again_or_accepted(world, asking, operator):
    path = f"steps/{asking.pk}"
    operator.done(f"{path}/report", {"reason": "no bench free"})
    assert operator.done(f"{path}/retry")["state"] == "READY"
    at(world, asking, ("claim", {}), ("hold", {"reason": "again"}))

    assert operator.done(f"{path}/accept", {"evidence": TESTED})["state"] == "DONE"


def test_a_guard_is_skipped_by_two_people(world, running, approver, agent, noon):
    with tenancy.transaction(world.customer):
        step = JobStep.objects.get(job_id=running["id"], action="check_readiness")
        to_state(step, ("claim", {}), ("hold", {"reason": "unreachable"}))
    path = f"steps/{step.pk}/skip"

    asked = approver.done(path, {"reason": "seen by eye"})
    assert (asked["state"], asked["skip_asked"]["name"]) == ("HELD", "Jana Vesela")
    assert refused(approver.post(path, {"reason": "again"})) == (409, "needs-two-people")
    assert agent.done(path, {"reason": "agreed"})["state"] == "SKIPPED"


def test_a_wait_is_extended(world, running, operator, noon):
    with tenancy.transaction(world.customer):
        step = JobStep.objects.filter(job_id=running["id"], action="dwell").first()
        to_state(
            step,
            ("ready", {"at": noon}),
            ("claim", {}),
            ("wait", {"until": noon, "reason": "24 h"}),
        )

    step = operator.done(f"steps/{step.pk}/extend", {"hours": 12})

    assert step["next_at"] == "2026-11-24T00:00:00Z"
    assert operator.post(f"steps/{step['id']}/extend", {"hours": 337}).status_code == 400
