"""Lists are turned by key: stable, opaque, the same cost everywhere."""

import base64
import json

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from portal import audit, tenancy
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import Caller


def events(customer, number):
    with tenancy.transaction(customer):
        for _ in range(number):
            audit.record("thing.done", customer, at=NOON)


def turned(caller, path):
    """Every page of a list, one after another."""
    pages, following = [], path
    while following:
        answer = caller.get(following).json()
        pages.append([row["id"] for row in answer["results"]])
        following = (answer["next"] or "").replace("http://testserver/api/v1/", "")
    return pages


def test_every_row_is_on_one_page_though_all_have_the_same_instant(caller, customer):
    events(customer, 10)

    pages = turned(caller, "audit?name=thing&limit=4")

    assert [len(page) for page in pages] == [4, 4, 2]
    assert len({pk for page in pages for pk in page}) == 10


def test_rows_that_come_meanwhile_move_no_page(caller, customer):
    events(customer, 4)
    first = caller.get("audit?limit=2").json()
    events(customer, 3)

    second = caller.get(first["next"].replace("http://testserver/api/v1/", "")).json()

    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}


def test_the_next_page_keeps_filter_and_limit(caller, customer):
    events(customer, 3)
    following = caller.get("audit?name=thing&limit=1").json()["next"]

    assert "name=thing" in following
    assert "limit=1" in following


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


TAMPERED = {
    "noise": "!!!",
    "no-json": "aaaa",
    "short": cursor("2026-11-23T12:00:00+00:00"),
    "no-instant": cursor("tomorrow", "8a1a4cb8-9a3c-4bd7-9c80-2f5ae0f0ffff"),
    "naive": cursor("2026-11-23T12:00:00", "8a1a4cb8-9a3c-4bd7-9c80-2f5ae0f0ffff"),
    "no-id": cursor("2026-11-23T12:00:00+00:00", "7"),
    "nul": cursor("2026-11-23T12:00:00+00:00", "\x00"),
    "numbers": cursor(1, 2),
    "null": cursor(None, None),
}


@pytest.mark.parametrize("given", TAMPERED.values(), ids=TAMPERED)
def test_a_cursor_of_somebody_elses_is_refused(caller, given):
    answer = caller.get("audit", cursor=given)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["cursor"]


def questions(caller, path):
    caller.get(path)  # the key's use is noted once a minute
    own = CaptureQueriesContext(connections["default"])
    across = CaptureQueriesContext(connections["staff"])
    with own, across:
        assert caller.get(path).status_code == 200
    return len(own), len(across)


@pytest.mark.parametrize("path", ["customers", "messages", "audit", "evidence"])
def test_staffs_lists_ask_as_much_for_three_customers_as_for_one(agent, path):
    factories.a_customer()
    before = questions(agent, path)
    for _ in range(3):
        factories.a_customer()

    assert questions(agent, path) == before
    assert before[1] == 1


def test_staff_see_all_customers_and_a_customers_program_its_own(agent, caller, customer):
    other = factories.a_customer("Borealis")

    assert {row["id"] for row in agent.rows("customers")} == {str(customer.pk), str(other.pk)}
    assert [row["id"] for row in caller.rows("customers")] == [str(customer.pk)]


def test_a_staff_key_of_one_customer_sees_that_one(customer, noon):
    factories.a_customer("Borealis")
    bound = Caller(factories.staff(), customer)

    assert [row["id"] for row in bound.rows("customers")] == [str(customer.pk)]


def test_a_customer_sees_that_staffs_program_opened_it_once_an_hour(agent, caller, customer):
    for _ in range(3):
        assert agent.get(f"customers/{customer.pk}").status_code == 200

    opened = caller.rows("audit", name="staff.opened")
    assert [row["actor"]["kind"] for row in opened] == ["key"]
    assert agent.key.prefix in opened[0]["actor"]["name"]
