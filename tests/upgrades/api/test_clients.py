"""Clients over REST: an exported list uploaded for a step, and read back by pages."""

import pytest
from django.test import Client

from portal import clock
from tests import factories
from tests.portal.api.caller import Caller
from tests.upgrades.following import CHECK, step_of, upgraded

LIST = b"Name,Status,Status Details\n" + b"".join(
    b"POS-%d,Online,2026-11-%d 02:00:00\n" % (n, 24 if n > 2 else 20) for n in range(1, 6)
)


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
