"""Endpoints, deliveries and numbered events over REST."""

import pytest

from portal import audit, tenancy
from portal.models import KeptAnswer, Membership, PublishedEvent, Webhook
from portal.services.webhooks import endpoints
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, READ, Caller

BODY = {"name": "Our desk", "address": "https://hooks.example.com/in", "events": ["job.started"]}


@pytest.fixture
def customer(db):
    return factories.a_customer("Marmara")


@pytest.fixture
def program(customer, noon):
    return Caller(factories.a_member(customer), customer, ADMINISTER)


def happens(customer, *names, site_id=None):
    for name in names:
        with tenancy.transaction(customer):
            audit.record(name, PublishedEvent(customer=customer, site_id=site_id))


def test_the_life_of_an_endpoint(program):
    made = program.done("webhooks", BODY, 201)
    assert made["secret"].startswith("whsec_")
    address = f"webhooks/{made['id']}"
    assert "secret" not in program.get(address).json()

    assert program.done(f"{address}/change", {"events": []})["events"] == []
    rotated = program.done(f"{address}/rotate", {"hours": 1})
    assert rotated["secret"] != made["secret"]
    assert rotated["old_secret_until"]
    assert program.done(f"{address}/disable")["state"] == "DISABLED"
    assert program.post(f"{address}/test").json()["code"] == "not-now"
    assert program.done(f"{address}/enable")["state"] == "ACTIVE"
    program.done(f"{address}/test", status=202)
    [delivery] = program.rows("deliveries", webhook=made["id"], state="QUEUED")
    assert (delivery["type"], delivery["number"]) == ("webhook.tested", 1)
    assert program.get(f"deliveries/{delivery['id']}").json()["attempts"] == []
    assert program.post(f"deliveries/{delivery['id']}/send-again").status_code == 409
    assert program.done(f"{address}/end")["state"] == "ENDED"
    assert program.get(address).status_code == 404
    assert program.rows("webhooks") == []


def test_a_repeat_makes_no_second_endpoint_and_its_kept_answer_holds_no_secret(program, customer):
    first = program.post("webhooks", BODY, **{"Idempotency-Key": "a"})
    second = program.post("webhooks", BODY, **{"Idempotency-Key": "a"})

    assert first.json()["secret"].startswith("whsec_")
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.json() == first.json() | {"secret": None}
    with tenancy.transaction(customer):
        assert Webhook.objects.count() == 1
        assert "whsec_" not in KeptAnswer.objects.get().content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "http://hooks.example.com/"),
        ("address", "https://127.0.0.1/"),
        ("address", "https://hooks.example.com:8443/"),
        ("address", "https://me:pw@hooks.example.com/"),
        ("address", "https://hooks/"),
        ("address", "https://hooks.example.com/\r\nX: y"),
        ("address", "https://testserver.example/"),
        ("name", "\u202e"),
        ("events", ["member.added"]),
        ("site_ids", []),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_with_its_field(program, settings, field, value):
    settings.PUBLIC_URL = "https://testserver.example"
    answer = program.post("webhooks", BODY | {field: value})

    assert answer.status_code in (400, 409)
    assert [name.partition(".")[0] for name in answer.json()["errors"]] == [field]


def test_endpoints_are_few_and_a_key_that_acts_makes_none(program, customer, monkeypatch):
    acting = Caller(factories.a_member(customer), customer)
    assert acting.post("webhooks", BODY).json()["code"] == "key-scope"
    monkeypatch.setattr(endpoints, "MOST", 1)
    program.done("webhooks", BODY, 201)

    assert program.post("webhooks", BODY).json()["code"] == "too-many-webhooks"


def test_events_are_read_by_number_page_after_page(program, customer):
    happens(customer, "job.started", "member.added", "job.paused", "job.resumed")

    page = program.get("events", limit=2).json()
    assert [(row["number"], row["type"]) for row in page["results"]] == [
        (1, "job.started"), (2, "job.paused"),
    ]  # fmt: skip
    assert page["through"] == 2
    query = dict(part.split("=") for part in page["next"].partition("?")[2].split("&"))
    last = program.get("events", **query).json()
    assert [row["number"] for row in last["results"]] == [3]
    assert (last["next"], last["through"]) == (None, 3)
    halted = program.get("events", type="job.halted").json()
    assert (halted["results"], halted["through"]) == ([], 3)


def test_a_reader_that_polls_is_told_when_nothing_is_new(program, customer):
    happens(customer, "job.started")
    first = program.get("events", after=0)
    tag = first.headers["ETag"]
    program.headers["If-None-Match"] = tag
    same = program.get("events", after=0)
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)

    happens(customer, "job.paused")

    assert [row["number"] for row in program.get("events", after=0).json()["results"]] == [1, 2]
    full = program.get("events", after=0, limit=1).headers["ETag"]
    happens(customer, "job.resumed")
    program.headers["If-None-Match"] = f'"another", {full}'
    assert program.get("events", after=0, limit=1).status_code == 304, "a full page never changes"


def test_a_reader_learns_that_the_past_is_another_one(program, customer):
    """As after a restore from a backup: numbers that it has read are given anew."""
    happens(customer, "job.started", "job.paused")
    first, second = program.get("events").json()["results"]

    assert program.get("events", after=2, seen=second["id"]).status_code == 200
    for query in ({"after": 3}, {"after": 2, "seen": first["id"]}):
        answer = program.get("events", **query)
        assert (answer.status_code, answer.json()["code"]) == (409, "events-began-anew")


def test_who_sees_some_sites_alone_reads_of_those_alone(customer, noon):
    here, elsewhere = factories.a_customer("Here").pk, factories.a_customer("Elsewhere").pk
    happens(customer, "job.started", site_id=here)
    happens(customer, "job.paused", site_id=elsewhere)
    happens(customer, "freeze.added")
    viewer = factories.a_member(customer, Membership.Role.VIEWER, site_ids=[here])
    page = Caller(viewer, customer, READ).get("events").json()

    assert [row["number"] for row in page["results"]] == [1]
    assert page["through"] == 3


def test_an_administrator_of_some_sites_decides_about_no_endpoint(customer, noon):
    limited = factories.a_member(customer, site_ids=[customer.pk])
    answer = Caller(limited, customer, ADMINISTER).post("webhooks", BODY)
    assert answer.json()["code"] == "key-of-sites"
    with tenancy.transaction(customer), pytest.raises(endpoints.BadWebhook):
        endpoints.make(name="x", address=BODY["address"], by=limited, at=NOON)
