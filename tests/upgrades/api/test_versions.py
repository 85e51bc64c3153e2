"""Nobody changes what they have not seen; who has an answer already is sent none."""

import hashlib
import json
import threading
import uuid

import pytest
from django.db import connections

from appliances.models import Site
from portal import tenancy
from portal.api import versions
from portal.models import Contact
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, Caller
from tests.upgrades.api.addresses import BODIES, addresses
from tests.upgrades.api.conftest import of_the_platform, to_state
from upgrades.models import JobStep
from upgrades.services import sandboxes

CHANGES = [
    each
    for each in addresses()
    if each.of_one and versions.demanded(each.resource, each.action, each.method.upper())
]
OWN = ("rollouts", "keys")


@pytest.fixture
def callers(world, noon):
    """By noun: who may; rollouts are no customer's, and a key is its person's own."""
    mine = Caller(factories.a_member(world.customer), world.customer, ADMINISTER)
    return lambda noun: Caller(world.agent, scope=ADMINISTER) if noun in OWN else mine


def bare(caller, address, pk, **headers):
    """Without the Caller's own If-Match."""
    path = address.path.replace("{id}", str(pk))
    if address.method == "delete":
        return caller.delete(path, **headers)
    return caller.post(path, BODIES.get(address.name, {}), **headers)


def test_the_changes_are_all_that_is_neither_new_nor_read():
    told = {each.name for each in CHANGES}

    assert {"jobs_approve", "steps_confirm", "windows_destroy", "contacts_change"} <= told
    assert not {"jobs_create", "sites_path", "sites_grant", "steps_evidence"} & told


def test_every_change_without_a_tag_is_428_and_with_an_old_one_412(rows, world, callers, settings):
    maker = callers("sandboxes").key
    sandbox = sandboxes.open_one("Ours", shapes=["SINGLE"], maker=maker, at=NOON)
    known = {**rows.ids, **of_the_platform(world), "sandboxes": sandbox.customer.pk}
    told = {}
    for each in CHANGES:
        caller, pk = callers(each.noun), known[each.noun]
        none, old = (
            bare(caller, each, pk, **{"If-Match": tag}) for tag in ("", '"0123456789abcdef"')
        )
        told[each.name] = (none.status_code, old.status_code)
        if none.status_code == 428:
            assert (none.json()["code"], old.json()["code"]) == (
                "if-match-missing",
                "if-match-stale",
            )

    refused = {name for name, found in told.items() if found == (403, 403)}
    assert {name: found for name, found in told.items() if name not in refused} == {
        each.name: (428, 412) for each in CHANGES if each.name not in refused
    }
    assert len(refused) < len(CHANGES) / 3, refused


def test_what_is_not_there_is_404_with_or_without_a_tag(callers):
    for tag in ("", "*", '"0123456789abcdef"'):
        answer = callers("jobs").post(f"jobs/{uuid.uuid4()}/submit", **{"If-Match": tag})
        assert answer.status_code == 404


def test_a_change_with_the_tag_that_was_read_is_done_and_tells_the_next(operator, draft):
    path = f"jobs/{draft['id']}"
    read = operator.get(path).headers["ETag"]

    moved = operator.post(f"{path}/submit", **{"If-Match": f'"other", {read}'})
    stale = operator.post(f"{path}/cancel", {"reason": "no"}, **{"If-Match": read})
    assert (moved.status_code, stale.status_code) == (200, 412)

    done = operator.post(f"{path}/cancel", {"reason": "no"}, **{"If-Match": moved.headers["ETag"]})
    assert (done.status_code, done.json()["state"]) == (200, "CANCELLED")


def test_a_weak_tag_never_matches(operator, draft):
    read = operator.get(f"jobs/{draft['id']}").headers["ETag"]

    answer = operator.post(f"jobs/{draft['id']}/submit", **{"If-Match": f"W/{read}"})
    assert answer.status_code == 412


def test_a_repeat_is_answered_though_its_tag_is_old_by_then(operator, draft):
    path = f"jobs/{draft['id']}"
    headers = {"If-Match": operator.get(path).headers["ETag"], "Idempotency-Key": "one"}

    first, again = (operator.post(f"{path}/submit", **headers) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_job_may_be_halted_though_its_steps_moved_on(world, operator, running):
    path = f"jobs/{running['id']}"
    read = operator.get(path)
    with tenancy.transaction(world.customer):
        step = JobStep.objects.filter(job_id=running["id"], state="PLANNED").first()
        to_state(step, ("cancel", {"at": NOON}))

    assert operator.get(path).headers["ETag"] != read.headers["ETag"]
    halted = operator.post(
        f"{path}/halt", {"reason": "smoke"}, **{"If-Match": read.headers["ETag"]}
    )
    assert (halted.status_code, halted.json()["state"]) == (200, "HALTED")


def test_a_look_of_the_runner_makes_no_tag_old_and_a_colleague_does(
    world, operator, approver, asking
):
    path = f"steps/{asking.pk}"
    read = {"If-Match": operator.get(path).headers["ETag"]}
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(pk=asking.pk).update(token=7, observed={"seen": 1})

    assert operator.post(f"{path}/take", **read).status_code == 200
    assert operator.post(f"{path}/take", **read).status_code == 412


def test_who_has_an_answer_already_is_sent_none(world, operator, draft):
    for path in (f"jobs/{draft['id']}", "jobs", "sites"):
        first = operator.get(path)
        again = operator_get(operator, path, first.headers["ETag"])
        other = operator_get(operator, path, '"other"')
        assert (again.status_code, again.content, other.status_code) == (304, b"", 200)
        assert again.headers["ETag"] == first.headers["ETag"]

    operator.done(f"jobs/{draft['id']}/submit")
    assert operator_get(operator, "jobs", operator.get("sites").headers["ETag"]).status_code == 200


def operator_get(caller, path, tag):
    headers = caller.headers
    caller.headers = {**headers, "If-None-Match": tag}
    try:
        return caller.get(path)
    finally:
        caller.headers = headers


def test_a_tag_is_the_same_in_every_language_for_a_change(world, callers):
    mine = callers("customers")
    path = f"customers/{world.customer.pk}/thresholds"
    read = mine.get(path).headers["ETag"]
    mine.headers["Accept-Language"] = "tr"
    turkish = mine.get(path).headers["ETag"]

    assert (read[:17], read != turkish) == (turkish[:17], True)
    body = {"values": {"CLOCK.warns_seconds": 50}}
    assert mine.post(path, body, **{"If-Match": read}).status_code == 200
    assert mine.post(path, body, **{"If-Match": read}).status_code == 412


def test_what_was_refused_by_its_tag_is_not_done(world, callers, noon):
    mine = callers("contacts")
    made = mine.done("contacts", {"name": "Elif"}, status=201)

    answer = mine.post(f"contacts/{made['id']}/change", {"name": "x"}, **{"If-Match": '"y"'})

    assert answer.status_code == 412
    with tenancy.transaction(world.customer):
        assert Contact.objects.get(pk=made["id"]).name == "Elif"


def test_of_two_who_saw_the_same_at_once_one_is_told_that_it_changed(world, callers, noon):
    mine = callers("contacts")
    made = mine.done("contacts", {"name": "Elif"}, status=201)
    path = f"contacts/{made['id']}"
    read = mine.get(path).headers["ETag"]
    together, answers = threading.Barrier(4), []

    def change(number):
        together.wait()
        sent = mine.post(f"{path}/change", {"name": f"Elif {number}"}, **{"If-Match": read})
        answers.append(sent.status_code)
        connections.close_all()

    threads = [threading.Thread(target=change, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(answers) == [200, 412, 412, 412]


def test_a_tag_does_not_tell_what_its_row_has_beside_the_answer(world):
    """Tags of a site are support's own words. Whoever knows its other columns could have tried
    words until the hash of all of them was the first half of the ETag."""
    with tenancy.transaction(world.customer):
        Site.objects.filter(pk=world.site.pk).update(tags=["difficult"])
        row = Site.objects.get(pk=world.site.pk)
    reader = Caller(factories.a_member(world.customer, "VIEWER"), world.customer, "READ")
    answer = reader.get(f"sites/{world.site.pk}")
    assert b"difficult" not in answer.content

    known = json.dumps(versions.columns(row, frozenset()), default=str, sort_keys=True)

    tried = hashlib.sha256(known.encode()).hexdigest()[: versions.HALF]
    assert tried not in answer.headers["ETag"]
    assert answer.headers["ETag"] == reader.get(f"sites/{world.site.pk}").headers["ETag"]
