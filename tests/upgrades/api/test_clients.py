"""Clients over REST: an exported list uploaded for a step, and read back by pages."""

import pytest
from django.test import Client

from portal import clock
from tests import factories
from tests.portal.api.caller import Caller
from tests.upgrades.following import CHECK, step_of, upgraded
from upgrades.services.clients import uploads

LIST = b"Name,Status,Status Details\n" + b"".join(
    b"POS-%d,Online,2026-11-%d 02:00:00\n" % (n, 24 if n > 2 else 20) for n in range(1, 6)
)
ALL = {"choice": "LET_GO", "reason": "so", "all": True}
FOREIGN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def job(world):
    return upgraded(world)


def sent(caller, step, content, query=""):
    to = f"/api/v1/steps/{step.pk}/clients-export{query}"
    with clock.at(CHECK):
        return Client().post(to, content, content_type="text/csv", headers=caller.headers)


def test_a_list_is_uploaded_for_a_step_and_read_by_pages(world, job):
    caller = Caller(world.operator, world.customer)
    step = step_of(world, job, "check_clients")

    answer = sent(caller, step, LIST)

    assert answer.status_code == 201, answer.content
    look = answer.json()
    assert (look["hop"], look["total"], look["undecided"]) == (1, 5, 2)
    page = caller.get(f"jobs/{job.pk}/clients", limit=2, kind="FOLLOWED").json()
    assert [row["name"] for row in page["results"]] == ["POS-3", "POS-4"]
    rest = Client().get(page["next"], headers=caller.headers).json()
    assert ([row["name"] for row in rest["results"]], rest["next"]) == (["POS-5"], None)
    assert [r["name"] for r in caller.rows(f"jobs/{job.pk}/clients", search="pos-1")] == ["POS-1"]


def test_what_is_no_list_is_refused_and_a_stranger_finds_nothing(world, job):
    step = step_of(world, job, "check_clients")
    answer = sent(Caller(world.operator, world.customer), step, b"nothing")
    assert (answer.status_code, answer.json()["code"]) == (409, "unreadable-export")

    other = factories.a_customer("Other")
    stranger = Caller(factories.a_member(other, "ADMINISTRATOR", "Otto Fremd"), other)
    assert sent(stranger, step, LIST).status_code == 404
    assert stranger.get(f"jobs/{job.pk}/clients").status_code == 404


@pytest.fixture
def read(world, job):
    """Two of the five have not followed, and can be reached."""
    caller = Caller(world.operator, world.customer)
    assert sent(caller, step_of(world, job, "check_clients"), LIST).status_code == 201
    return caller


def decided(caller, job, **body):
    with clock.at(CHECK):
        return caller.post(f"jobs/{job.pk}/client-decisions", body)


def test_clients_are_decided_for_one_by_one_and_all_at_once(read, job):
    first = read.rows(f"jobs/{job.pk}/clients", kind="PENDING")[0]

    one = decided(read, job, choice="LET_GO", reason="Sold.", clients=[first["id"]])
    rest = decided(read, job, choice="REDEPLOY", reason="By hand.", all=True, search="pos-2")

    assert one.json() == {"hop": 1, "decided": 1, "undecided": 1}
    assert rest.json() == {"hop": 1, "decided": 1, "undecided": 0}
    rows = read.rows(f"jobs/{job.pk}/clients", kind="PENDING")
    assert [(row["name"], row["decision"]["choice"]) for row in rows] == [
        ("POS-1", "LET_GO"), ("POS-2", "REDEPLOY"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"choice": "LET_GO", "reason": "so"}, (400, "invalid", "clients")),
        ({**ALL, "clients": [FOREIGN]}, (400, "invalid", "clients")),
        ({"choice": "LET_GO", "reason": "so", "clients": [FOREIGN]}, (400, "invalid", "clients")),
        ({"choice": "LET_GO", "all": True}, (400, "refused", "reason")),
        ({**ALL, "kind": "FOLLOWED"}, (409, "refused", None)),
        ({"choice": "WAIT", "all": True, "hop": 2}, (409, "refused", None)),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused_and_nothing_is_written(world, read, job, body, told):
    answer = decided(read, job, **body)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == told[:2], problem
    assert told[2] is None or told[2] in problem["errors"]
    assert all(row["decision"] is None for row in read.rows(f"jobs/{job.pk}/clients"))


def test_a_large_list_is_read_after_the_answer_and_its_refusal_is_read_back(
    world, job, monkeypatch
):
    monkeypatch.setattr(uploads, "AT_ONCE", 100)
    caller, step = Caller(world.operator, world.customer), step_of(world, job, "check_clients")

    answer = sent(caller, step, LIST + b"POS-9,Offline,for 3 days\n")

    assert (answer.status_code, answer.json()["state"]) == (202, "WAITING")
    assert sent(caller, step, LIST).json()["code"] == "export-under-way"
    with clock.at(CHECK):
        uploads.read(world.customer.pk, answer.json()["id"])
    [row] = caller.rows(f"jobs/{job.pk}/client-exports")
    assert (row["id"], row["state"], row["code"]) == (
        answer.json()["id"], "REFUSED", "unreadable-export",
    )  # fmt: skip
    assert "line 7" in row["reason"]
