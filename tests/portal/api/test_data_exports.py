"""Everything of a customer by REST: asked for, followed, fetched; for whom, with which key."""

import io
import uuid
import zipfile
from hashlib import sha256

import pytest
from django.test import Client

from portal import tenancy
from portal.models import AuditEvent, Customer, DataExport
from portal.services.exporting import making
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import Caller


@pytest.fixture
def customer(db, noon):
    return factories.a_customer("Marmara", slug="marmara")


@pytest.fixture
def boss(customer):
    return factories.a_member(customer, "ADMINISTRATOR", "Elif Kaya")


@pytest.fixture
def program(customer, boss):
    return Caller(boss, customer, scope="ADMINISTER")


def number(customer):
    with tenancy.transaction(customer):
        return DataExport.objects.count()


def test_asked_for_followed_and_fetched(customer, program):
    asked = program.done("data-exports", status=201)
    assert (asked["state"], asked["by"]["name"], asked["size"]) == ("WAITING", "Elif Kaya", 0)
    at = f"data-exports/{asked['id']}"
    assert program.get(f"{at}/content").json()["code"] == "data-export-not-there"

    making.turn(NOON)

    made = program.get(at).json()
    assert made["state"] == "MADE"
    answer = program.get(f"{at}/content")
    content = b"".join(answer.streaming_content)
    assert answer.headers["Content-Type"] == "application/zip"
    assert (len(content), sha256(content).hexdigest()) == (made["size"], made["sha256"])
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert [row["id"] for row in program.rows("data-exports")] == [asked["id"]]
    with tenancy.transaction(customer):
        taken = AuditEvent.objects.get(name="customer.exported")
    assert program.key.prefix in taken.actor_name or taken.actor_kind == "key"


def test_one_at_a_time_and_few_a_day(customer, program):
    program.done("data-exports", status=201)
    told = program.post("data-exports")
    assert (told.status_code, told.json()["code"]) == (409, "data-export-under-way")
    for _ in range(2):
        making.turn(NOON)
        program.done("data-exports", status=201)
    making.turn(NOON)

    told = program.post("data-exports")

    assert (told.status_code, told.json()["code"]) == (409, "too-many-data-exports")
    assert "Ask again from" in told.json()["remedy"]
    assert number(customer) == 3


@pytest.mark.parametrize("scope", ["READ", "ACT"])
def test_only_a_key_that_may_administer_asks_and_any_of_theirs_fetches(
    customer, boss, program, scope
):
    asked = program.done("data-exports", status=201)["id"]
    making.turn(NOON)
    narrow = Caller(boss, customer, scope=scope)

    assert narrow.post("data-exports").json()["code"] == "key-scope"
    assert number(customer) == 1
    answer = narrow.get(f"data-exports/{asked}/content")
    assert answer.status_code == 200
    told = narrow.get(f"data-exports/{asked}").json()
    assert len(b"".join(answer.streaming_content)) == told["size"]


def test_a_key_of_some_sites_takes_nothing(customer, boss, program):
    program.done("data-exports", status=201)
    narrow = Caller(boss, customer, scope="ADMINISTER", site_ids=[uuid.uuid4()])

    assert narrow.get("data-exports").json()["code"] == "key-of-sites"
    assert narrow.post("data-exports").json()["code"] == "key-of-sites"
    assert number(customer) == 1


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "APPROVER"])
def test_members_without_the_right_take_nothing(customer, program, role):
    asked = program.done("data-exports", status=201)["id"]
    person = Caller(factories.a_member(customer, role), customer, scope="ADMINISTER")

    assert person.post("data-exports").status_code == 403
    assert person.get("data-exports").status_code == 403
    assert person.get(f"data-exports/{asked}").status_code == 403
    assert person.get(f"data-exports/{asked}/content").status_code == 403
    assert number(customer) == 1


def test_strangers_find_nothing(customer, program):
    asked = program.done("data-exports", status=201)["id"]
    making.turn(NOON)
    other = factories.a_customer("Bosporus")
    stranger = Caller(factories.a_member(other), other, scope="ADMINISTER")

    assert stranger.get(f"data-exports/{asked}").status_code == 404
    assert stranger.get(f"data-exports/{asked}/content").status_code == 404
    assert stranger.rows("data-exports") == []
    assert stranger.post(f"data-exports?customer={customer.pk}").status_code == 404
    assert number(customer) == 1


def test_staff_ask_at_a_customer_that_they_name(customer):
    staff = Caller(factories.staff("ADMINISTRATOR"), scope="ADMINISTER")
    agent = Caller(factories.staff("AGENT"), scope="ADMINISTER")

    assert staff.post("data-exports").json()["code"] == "customer-needed"
    assert agent.post(f"data-exports?customer={customer.pk}").status_code == 403
    assert number(customer) == 0
    assert staff.post(f"data-exports?customer={customer.pk}").status_code == 201
    assert len(staff.rows("data-exports")) == 1


def test_a_member_of_some_sites_takes_nothing_with_any_key(customer, program):
    """What confines them is their membership; the key itself names no site."""
    asked = program.done("data-exports", status=201)["id"]
    making.turn(NOON)
    confined = factories.a_member(customer, "ADMINISTRATOR", "Conny", site_ids=[uuid.uuid4()])
    person = Caller(confined, customer, scope="ADMINISTER")

    assert person.post("data-exports").status_code == 403
    for path in ("data-exports", f"data-exports/{asked}", f"data-exports/{asked}/content"):
        assert person.get(path).status_code == 403, path
    assert number(customer) == 1
    with tenancy.transaction(customer):
        assert not AuditEvent.objects.filter(name="customer.exported").exists()


def test_what_is_sent_again_asks_for_nothing_again(customer, program):
    again = {"Idempotency-Key": "one"}
    first = program.post("data-exports", **again)
    second = program.post("data-exports", **again)

    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert number(customer) == 1
    other = Caller(factories.a_member(customer, "ADMINISTRATOR"), customer, scope="ADMINISTER")
    assert other.post("data-exports", **again).json()["code"] == "data-export-under-way"
    assert number(customer) == 1


def test_at_a_customer_that_is_being_erased_nothing_is_asked_for(customer, boss, program):
    asked = program.done("data-exports", status=201)["id"]
    making.turn(NOON)
    with tenancy.transaction(customer):
        Customer.objects.update(closed_at=NOON)
    browser = Client()
    browser.force_login(boss)

    staff = Caller(factories.staff("ADMINISTRATOR"), scope="ADMINISTER")
    assert staff.post(f"data-exports?customer={customer.pk}").status_code == 404
    assert browser.get(f"/c/marmara/data/export/{asked}/").status_code == 404
    assert browser.post("/c/marmara/data/export/").status_code == 404
    assert number(customer) == 1


def test_a_key_that_was_revoked_or_whose_person_was_disabled_fetches_nothing(
    customer, boss, program
):
    asked = program.done("data-exports", status=201)["id"]
    making.turn(NOON)
    other = Caller(boss, customer, scope="ADMINISTER")
    type(other.key).objects.filter(pk=other.key.pk).update(revoked_at=NOON)
    assert other.get(f"data-exports/{asked}/content").status_code == 401
    type(boss).objects.filter(pk=boss.pk).update(is_active=False)

    assert program.get(f"data-exports/{asked}/content").status_code == 401
    assert program.post("data-exports").status_code == 401
    with tenancy.transaction(customer):
        assert not AuditEvent.objects.filter(name="customer.exported").exists()
