"""Many at once over REST: a result for each, done once."""

import pytest

from appliances.models import Site
from portal import tenancy
from portal.api.bulk import MOST
from portal.models import AuditEvent, Contact
from tests import factories
from tests.portal.api.caller import ADMINISTER, Caller
from tests.upgrades.api.addresses import SITE


@pytest.fixture
def administrator(world, noon):
    return Caller(factories.a_member(world.customer), world.customer, ADMINISTER)


def statuses(answer):
    return [one["status"] for one in answer["results"]]


def test_some_are_made_and_changed_and_others_are_refused(world, administrator):
    known = administrator.done("contacts", {"name": "Elif"}, 201)
    tag = administrator.get(f"contacts/{known['id']}").headers["ETag"]
    items = [
        {"name": "Jana"},
        {"name": ""},
        {"name": "Jan", "zone": "Nowhere"},
        {"name": "Ola", "colour": "red"},
        {"id": known["id"], "if_match": tag, "rank": 3},
        {"id": known["id"], "rank": 4},
        {"id": known["id"], "if_match": tag, "rank": 5},
        {"id": str(world.site.pk), "if_match": "*", "rank": 1},
    ]

    told = administrator.done("contacts/bulk", {"items": items})

    assert statuses(told) == [201, 400, 400, 400, 200, 428, 412, 404]
    assert [one["index"] for one in told["results"]] == list(range(8))
    assert told["results"][0]["row"]["name"] == "Jana"
    assert list(told["results"][3]["problem"]["errors"]) == ["colour"]
    with tenancy.transaction(world.customer):
        assert list(Contact.objects.order_by("name").values_list("name", "rank")) == [
            ("Elif", 3), ("Jana", 1),
        ]  # fmt: skip
        events = AuditEvent.objects.filter(name__startswith="contact.")
        assert sorted(event.name for event in events) == [
            "contact.changed", "contact.made", "contact.made",
        ]  # fmt: skip


def test_the_whole_is_done_once_under_one_key(administrator):
    body = {"items": [{"name": "Jana"}, {"name": ""}]}

    first = administrator.post("contacts/bulk", body, **{"Idempotency-Key": "k1"})
    again = administrator.post("contacts/bulk", body, **{"Idempotency-Key": "k1"})

    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    assert len(administrator.rows("contacts")) == 1


def test_there_is_a_most(administrator):
    body = {"items": [{"name": "Jana"}] * (MOST + 1)}

    assert administrator.post("contacts/bulk", body).status_code == 400
    assert administrator.post("contacts/bulk", {"items": []}).status_code == 400


def test_sites_are_taken_on_and_changed_many_at_once(world, administrator):
    second = {**SITE, "name": "Second", "public_name": "second.example.com"}
    taken = {**SITE, "name": "Third"}
    items = [SITE, second, taken, {"id": str(world.site.pk), "if_match": "*", "interim_days": 3}]

    told = administrator.done("sites/bulk", {"items": items})

    assert statuses(told) == [201, 201, 409, 200]
    assert told["results"][2]["problem"]["code"] == "name-taken"
    assert len(told["results"][0]["row"]["appliances"]) == 1
    with tenancy.transaction(world.customer):
        assert Site.objects.get(pk=world.site.pk).interim_days == 3
        assert not Site.objects.filter(simulated=True).exclude(pk=world.site.pk).exists()
    closed = administrator.done(f"sites/{told['results'][0]['row']['id']}/close")
    assert closed["closed_at"]


def test_bookings_are_moved_many_at_once_and_none_is_made(world, scheduled, operator, agent):
    first, last = scheduled["bookings"][0], scheduled["bookings"][-1]
    other = factories.a_customer("Borealis", slug="borealis")
    tag = operator.get(f"bookings/{last['id']}").headers["ETag"]
    body = {"starts_at": "2026-11-27T19:00:00Z"}
    items = [
        body,
        {"id": "none", "if_match": "*", **body},
        {"id": str(other.pk), "if_match": "*", **body},
        {"id": first["id"], "if_match": "*", "starts_at": "2026-11-26T08:00:00Z"},
        {"id": last["id"], **body},
        {"id": last["id"], "if_match": tag, **body},
        {"id": last["id"], "if_match": tag, **body},
    ]

    told = operator.done("bookings/bulk", {"items": items})

    assert statuses(told) == [400, 400, 404, 409, 428, 200, 412]
    assert list(told["results"][0]["problem"]["errors"]) == ["id"]
    assert told["results"][3]["problem"]["code"] == "cannot-move"
    moved = told["results"][5]["row"]
    assert (moved["starts_at"], moved["revision"]) == ("2026-11-27T19:00:00Z", 1)
    elsewhere = agent.post("bookings/bulk", {"items": items[5:]})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "customer-needed")
    now = {row["id"]: row["starts_at"] for row in operator.rows("bookings")}
    assert now == {first["id"]: first["starts_at"], last["id"]: "2026-11-27T19:00:00Z"}


def test_windows_are_granted_many_at_once_and_none_leaves_upgrades_outside_unsaid(
    world, scheduled, approver
):
    [window] = approver.rows("windows")
    daily = {"rule": "FREQ=DAILY", "starts_on": "2026-11-01", "at": "12:00", "minutes": 60}
    other = factories.a_customer("Borealis", slug="borealis")
    items = [
        {"site": str(world.site.pk), **daily},
        {"site": str(other.pk), **daily},
        {"id": window["id"], "if_match": "*", "minutes": 30},
    ]

    told = approver.done("windows/bulk", {"items": items})

    assert statuses(told) == [201, 400, 409]
    assert told["results"][2]["problem"]["code"] == "bookings-left-outside"
    assert approver.get(f"windows/{window['id']}").json()["minutes"] == 360
