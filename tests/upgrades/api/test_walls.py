"""Who may not see or do something, at every address of the API."""

import uuid
from datetime import timedelta

import pytest

from portal import tenancy
from portal.models import ApiKey, Membership
from portal.permissions import MAY
from portal.services import keys
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, READ, Caller
from tests.upgrades.api.addresses import addresses
from tests.upgrades.api.conftest import of_the_platform

OF_ALL = ("packages", "rollouts", "settlements", "platform-freezes", "thresholds", "sandboxes")
HIS_OWN = "sandboxes_retrieve"  # of the key's person alone: test_sandboxes.py
CANARIES = (b"meridian", b"novak", b"vesela", b"support a")


@pytest.fixture
def stranger(world, noon):
    """The program of another customer's administrator, who may do everything there."""
    other = factories.a_customer("Borealis", slug="borealis")
    return Caller(factories.a_member(other, "ADMINISTRATOR"), other, ADMINISTER)


def told(answer, pk):
    return answer.status_code, answer.content.replace(str(pk).encode(), b"ID")


def test_another_customers_program_finds_nothing_anywhere(rows, stranger):
    leaks, differ = [], []
    for address in addresses():
        own = rows.ids.get(address.noun)
        answer = address.ask(stranger, own or uuid.uuid4())
        content = b"".join(answer) if answer.streaming else answer.content
        leaks += [(address.name, word) for word in CANARIES if word in content.lower()]
        if own and address.of_one:
            unknown = uuid.uuid4()
            if told(answer, own) != told(address.ask(stranger, unknown), unknown):
                differ.append((address.name, answer.status_code, content))
            if answer.status_code != 404:
                differ.append((address.name, answer.status_code, content))

    assert (leaks, differ) == ([], [])


def test_a_key_that_reads_changes_nothing_anywhere(rows, world):
    reader = Caller(world.approver, world.customer, READ)

    answers = {
        address.name: address.ask(reader, rows.ids.get(address.noun, uuid.uuid4()))
        for address in addresses()
        if address.method != "get"
    }

    assert {
        name: (a.status_code, a.json()["code"]) for name, a in answers.items()
    } == dict.fromkeys(answers, (403, "key-scope"))


def test_a_key_that_reads_reads_everything_its_person_may(rows, world):
    reader = Caller(factories.a_member(world.customer), world.customer, READ)

    for address in addresses():
        if (
            address.method == "get"
            and address.name != HIS_OWN
            and "ADMINISTRATOR" in MAY[address.resource.needs[address.action]]
        ):
            known = {**rows.ids, **of_the_platform(world), "keys": reader.key.pk}  # one's own
            answer = address.ask(reader, known[address.noun])
            assert answer.status_code == 200, (address.name, answer.content)


def test_staffs_program_without_a_customer_finds_every_row(rows, agent, world):
    for address in addresses():
        needed = MAY[address.resource.needs[address.action]]
        if address.method == "get" and address.name != HIS_OWN and "staff.AGENT" in needed:
            answer = address.ask(agent, {**rows.ids, **of_the_platform(world)}[address.noun])
            numbered = address.name == "events_list"  # numbers are each customer's own
            assert answer.status_code == (409 if numbered else 200), (address.name, answer.content)


@pytest.mark.usefixtures("rows")
def test_without_a_key_nothing_is_answered(client):
    for address in addresses():
        path = f"/api/v1/{address.path.replace('{id}', str(uuid.uuid4()))}"
        answer = getattr(client, address.method)(path)
        assert answer.status_code == 401, address.name
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_every_action_names_a_need_of_the_policy():
    assert [
        address.name
        for address in addresses()
        if address.resource.needs.get(address.action) not in MAY
    ] == []


def test_every_need_belongs_to_an_action():
    actions: dict[type, set[str]] = {}
    for address in addresses():
        actions.setdefault(address.resource, set()).add(address.action)

    assert {kind.__name__: set(kind.needs) - found for kind, found in actions.items()} == {
        kind.__name__: set() for kind in actions
    }


def test_a_viewer_acts_nowhere(rows, world):
    viewer = Caller(factories.a_member(world.customer, "VIEWER"), world.customer)

    answers = {
        address.name: address.ask(viewer, rows.ids.get(address.noun, uuid.uuid4())).status_code
        for address in addresses()
        if address.method != "get"
    }

    assert answers == dict.fromkeys(answers, 403)


@pytest.mark.parametrize("limited", ["key", "membership"])
def test_who_is_limited_to_another_site_finds_nothing_of_this_one(rows, world, noon, limited):
    elsewhere = [uuid.uuid4()]
    if limited == "key":
        values = {"site_ids": elsewhere}
        caller = Caller(factories.a_member(world.customer), world.customer, ADMINISTER, **values)
    else:
        member = factories.a_member(world.customer, site_ids=elsewhere)
        caller = Caller(member, world.customer, ADMINISTER)

    for address in addresses():
        if address.noun in ("customers", "keys", *OF_ALL):  # keys are a person's own
            continue
        answer = address.ask(caller, rows.ids[address.noun])
        if address.noun in (
            "messages", "audit", "contacts", "promises", "webhooks", "deliveries", "contracts",
            "data-exports",
        ):  # fmt: skip
            assert answer.status_code == 403, address.name
            assert answer.json()["code"] in ("key-of-sites", "forbidden"), address.name
        elif address.of_one:
            assert answer.status_code == 404, (address.name, answer.content)
        elif answer.streaming:
            assert len(b"".join(answer).splitlines()) == 1, address.name  # the heads of columns
        elif address.method == "get":
            assert answer.json()["results"] == [], address.name


def test_a_key_limited_to_this_site_works_there(rows, world):
    caller = Caller(world.operator, world.customer, site_ids=[world.site.pk])

    assert [row["id"] for row in caller.rows("jobs")] == [rows.ids["jobs"]]
    assert caller.post(f"steps/{rows.ids['steps']}/take").status_code == 200


@pytest.mark.parametrize("how", ["revoked", "expired", "disabled", "no-member", "nonsense"])
def test_a_dead_key_opens_nothing(world, operator, how):
    assert operator.get("jobs").status_code == 200
    if how == "revoked":
        keys.revoke(operator.key, by=world.agent, at=NOON)
    elif how == "expired":
        ApiKey.objects.filter(pk=operator.key.pk).update(
            expires_at=operator.key.made_at - timedelta(days=1)
        )
    elif how == "disabled":
        type(world.operator).objects.filter(pk=world.operator.pk).update(is_active=False)
    elif how == "no-member":
        with tenancy.transaction(world.customer):
            Membership.objects.filter(user=world.operator).delete()
    else:
        operator.headers["Authorization"] += "x"

    answer = operator.get("jobs")

    assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")
    assert operator.post("jobs", {}).status_code == 401
